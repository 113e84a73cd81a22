"""Mails as their writers' programs make them."""

from collections.abc import Mapping

CRLF = "\r\n"


def mail(text: str = "Hello", *, headers: Mapping[str, str] | None = None, **named: str) -> bytes:
    """A mail with these headers; `named` are headers written with underscores: `message_id`, `in_reply_to`."""
    stated = {
        "From": "Anna Mayer <anna@example.com>",
        "To": "support@example.org",
        "Subject": "Router",
        "Date": "Sat, 21 Nov 2026 10:00:00 +0100",
        "Message-ID": "<1@example.com>",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-").title(): value for name, value in named.items()},
        **(headers or {}),
    }
    stated = {"Message-ID" if name == "Message-Id" else name: value for name, value in stated.items()}
    lines = [f"{name}: {value}" for name, value in stated.items() if value]
    return CRLF.join([*lines, "", text.replace("\n", CRLF)]).encode()


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "edge", **named: str) -> bytes:
    """A mail of these parts, each with its own headers."""
    body = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts) + b"--%b--\r\n" % boundary.encode()
    head = mail("", content_type=f'multipart/{kind}; boundary="{boundary}"', **named)
    return head + body


def part(body: bytes, content_type: str, **headers: str) -> bytes:
    """One part of a multipart mail."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"Content-Type: {content_type}\r\n{named}\r\n".encode() + body
