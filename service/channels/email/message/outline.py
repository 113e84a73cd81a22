"""The outline of a mail: long attachments cut out before it is taken apart.

The standard parser keeps every line of an attachment as an object: a mail of 25 MB takes 200 MB. Cut out, it takes the
mail itself. What is cut is found by its own header and ends before the next boundary, which base64 cannot contain.
Where that was wrong, because a text only looks like it, `restore` puts it back.
"""

import binascii
import re
import secrets
from collections.abc import Iterator

_BASE64 = re.compile(rb"^content-transfer-encoding:[ \t]*\"?base64\b[^\n]*\n", re.IGNORECASE | re.MULTILINE)
_END_OF_HEADERS = re.compile(rb"^\r?\n", re.MULTILINE)
_HEADERS_BYTES = 16_000
_MIN_CUT_BYTES = 64 * 1024
_CHUNK = 1024 * 1024
_SPACE = b" \t\r\n"


class MailOutline:
    """A mail whose long base64 bodies are replaced by marks; `text` is what is left."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._mark = secrets.token_hex(16).encode()
        self._cuts: list[tuple[int, int]] = []
        self.text = self._cut()

    def _cut(self) -> bytes:
        kept, position = [], 0
        for start, end in self._bodies():
            kept += [self._raw[position:start], b"%b:%d\r\n" % (self._mark, len(self._cuts))]
            self._cuts.append((start, end))
            position = end
        if not kept:
            return self._raw
        return b"".join([*kept, self._raw[position:]])

    def _bodies(self) -> Iterator[tuple[int, int]]:
        """Where long base64 bodies stand; every byte is looked at once."""
        position = 0
        while (header := _BASE64.search(self._raw, position)) is not None:
            position = header.end()
            blank = _END_OF_HEADERS.search(self._raw, position, position + _HEADERS_BYTES)
            if blank is None:
                continue
            boundary = self._raw.find(b"\n--", blank.end())
            end = len(self._raw) if boundary < 0 else boundary + 1
            if end - blank.end() >= _MIN_CUT_BYTES:
                yield blank.end(), end
            position = end

    def cut_out(self, payload: str) -> Iterator[bytes] | None:
        """The decoded bytes, piece by piece, of a part whose body was cut out; None if this one was not."""
        mark, _, number = payload.strip().partition(":")
        if mark.encode("ascii", "replace") != self._mark:
            return None
        return self._decoded(*self._cuts[int(number)])

    def restore(self, payload: bytes) -> bytes:
        """What was written with marks in it, such as a text that only looked like base64, as it came."""
        if self._mark not in payload:
            return payload
        for number, (start, end) in enumerate(self._cuts):
            payload = payload.replace(b"%b:%d\r\n" % (self._mark, number), self._raw[start:end])
            payload = payload.replace(b"%b:%d\n" % (self._mark, number), self._raw[start:end])
        return payload

    def _decoded(self, start: int, end: int) -> Iterator[bytes]:
        left = b""
        for position in range(start, end, _CHUNK):
            letters = left + self._raw[position : min(position + _CHUNK, end)].translate(None, _SPACE)
            whole = len(letters) // 4 * 4
            yield decoded_base64(letters[:whole])
            left = letters[whole:]
        yield decoded_base64(left)


def decoded_base64(letters: bytes) -> bytes:
    """These bytes decoded as far as that is possible; empty where it is not."""
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""
