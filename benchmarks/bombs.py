"""Mails that are made to cost their reader as much as possible."""

import base64

_HEAD = b"From: anna@example.com\r\nSubject: x\r\n"
_MULTIPART_HEAD = _HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
_HTML_HEAD = _HEAD + b"Content-Type: text/html\r\n\r\n"


def _nested(depth: int) -> bytes:
    edges = range(depth)
    return _HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at) for at in edges)


def _zipped(size_bytes: int) -> bytes:
    head = _HEAD + b'Content-Type: application/zip; name="z.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head + base64.encodebytes(b"PK\x03\x04" + bytes(size_bytes))


MAIL_BOMBS = {
    "a subject of 273 KB of encoded words": b"Subject: " + b"=?utf-8?q?=41?= " * 17_000 + b"\r\n\r\nhi",
    "900 nested parts": _nested(900),
    "500 KB of nested div": _HTML_HEAD + b"<div>" * 50_000 + b"</div>" * 50_000,
    "50,000 blank lines": _HEAD + b"\r\n" + b"\r\n" * 50_000,
    "zeros that look packed": _zipped(9_000_000),
    "a million parts": _MULTIPART_HEAD + b"--b\r\n\r\nx\r\n" * 1_000_000,
    "20 MB of empty lines": _HEAD + b"\r\n" + b"\n" * 20_000_000,
    "20,000 tables": _HTML_HEAD + b"<table><tr><td>a</table>" * 20_000,
    "30,000 parameters": b"Content-Type: text/plain; "
    + b"; ".join(b"a*%d=b" % at for at in range(30_000))
    + b"\r\n\r\n",
}
"""By what they are."""
SLOWEST_BOMB = "a million parts"
"""The one that is refused."""
