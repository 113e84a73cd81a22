"""The text of a mail: of alternatives the plain one, else the HTML one as text; everything else is attached."""

import re
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32, compat32
from typing import TYPE_CHECKING

from service.channels.email.message.charsets import decode_text
from service.channels.email.message.outline import MailOutline
from service.channels.email.message.text.markup import html_to_text

if TYPE_CHECKING:
    Part = Message[str, str]
else:
    Part = Message

MAX_PARTS = 500
_MAX_DEPTH = 30
_BOUNDARY = re.compile(rb"^--([^\s\"\\][^\r\n\"\\]{0,150}?)[ \t]*\r?\ncontent-", re.IGNORECASE | re.MULTILINE)
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body|meta|div|p|table)\b", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^<>]{0,200}?\bcharset\s*=\s*[\"']?([A-Za-z0-9:._-]{1,40})", re.IGNORECASE)
_META_BYTES = 4096
_TEXT_BYTES = 1024 * 1024
"""Of one text so much is read."""


class MailPart:
    """One part of a mail that has no parts of its own, or is a mail itself."""

    def __init__(self, part: Part, outline: MailOutline) -> None:
        self.part = part
        self._outline = outline
        self.media_type = part.get_content_type()

    @property
    def name(self) -> str:
        """The file's name that its writer gave it, in whatever way that is written."""
        try:
            return self.part.get_filename("")
        except (ValueError, LookupError, UnicodeError):  # RFC 2231 with a charset that there is not
            return ""

    @property
    def is_text(self) -> bool:
        """Whether it is meant to be read within the mail."""
        attached = self.part.get_content_disposition() == "attachment" or bool(self.name)
        return self.media_type in {"text/plain", "text/html"} and not attached

    def pieces(self) -> Iterable[bytes]:
        """Its decoded bytes."""
        if self.part.is_multipart():  # a mail within the mail
            return (self._outline.restore(_written_out(self.part)),)
        try:
            payload = self.part.get_payload()
        except ValueError:  # a charset with a NUL in its name; what was cut out has none
            payload = ""
        cut_out = self._outline.cut_out(payload) if isinstance(payload, str) else None
        return (self._decoded(),) if cut_out is None else cut_out

    def text(self) -> str:
        """It as text, as far as anybody reads."""
        raw, size = b"", 0
        for piece in self.pieces():
            raw, size = raw + piece, size + len(piece)
            if size >= _TEXT_BYTES:
                break
        raw = self._outline.restore(raw)[:_TEXT_BYTES]
        content = decode_text(raw, self._charset() or self._charset_of_html(raw))
        return html_to_text(content) if self.media_type == "text/html" else content

    def _decoded(self) -> bytes:
        decoded = self.part.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else b""

    def _charset_of_html(self, raw: bytes) -> str | None:
        """What HTML says of itself, for a part that says nothing of it."""
        stated = _META.search(raw[:_META_BYTES]) if self.media_type == "text/html" else None
        return stated[1].decode("ascii") if stated else None

    def _charset(self) -> str | None:
        try:
            return self.part.get_content_charset()
        except (LookupError, ValueError, UnicodeError):
            return None


class _VerbatimPolicy(Compat32):
    """Writes headers as they were read, whatever they are."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header's lines."""
        return f"{name}: {value}{self.linesep}".encode("ascii", "surrogateescape")


_VERBATIM = _VerbatimPolicy(mangle_from_=False)


def _written_out(part: Part) -> bytes:
    """A mail within a mail, as bytes; empty where the standard library cannot write what it has read."""
    try:
        return b"".join(each.as_bytes(policy=_VERBATIM) for each in _children(part))
    except (MessageError, KeyError, ValueError, LookupError, TypeError, AttributeError):
        return b""


def _mended(part: Part) -> Part:
    """A multipart whose stated boundary is missing or wrong, by the one in its body; a text if it has none.

    A boundary stands on a line of its own behind two hyphens, with headers below it (RFC 2046 5.1.1).
    """
    if part.get_content_maintype() != "multipart" or part.is_multipart():
        return part
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        return part
    if found := _BOUNDARY.search(body):
        head = b'Content-Type: %b; boundary="%b"\n\n' % (part.get_content_type().encode(), found[1])
    else:
        head = b"Content-Type: text/%b\n\n" % (b"html" if _HTML.match(body) else b"plain")
    return BytesParser(policy=compat32).parsebytes(head + body)


class MailContent:
    """A mail's text and its leaves; parts beyond 500, or nested deeper than 30, are left out, and `cut` says so."""

    def __init__(self, message: Part, outline: MailOutline) -> None:
        self.leaves: list[MailPart] = []
        self.attached: list[MailPart] = []
        self.cut = False
        self._outline = outline
        texts = self._texts(message, 0, wanted=True)
        self.text = "\n\n".join(text.strip("\n") for text in texts if text.strip())

    def _texts(self, part: Part, depth: int, *, wanted: bool) -> list[str]:
        """The texts of this part and those below it, none if they are not wanted."""
        if depth >= _MAX_DEPTH or len(self.leaves) >= MAX_PARTS:
            self.cut = True
            return []
        part = _mended(part)
        if part.get_content_maintype() != "multipart" or not part.is_multipart():
            return self._text(MailPart(part, self._outline), wanted=wanted)
        any_will_do = part.get_content_subtype() == "alternative"  # writers put the plainest first
        texts: list[str] = []
        for child in _children(part):
            texts += self._texts(child, depth + 1, wanted=wanted and not (any_will_do and _has_text(texts)))
        return texts

    def _text(self, leaf: MailPart, *, wanted: bool) -> list[str]:
        self.leaves.append(leaf)
        if not leaf.is_text:
            self.attached.append(leaf)
            return []
        return [leaf.text()] if wanted else []


def _children(part: Part) -> Iterator[Part]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Message))


def _has_text(texts: Iterable[str]) -> bool:
    return any(text.strip() for text in texts)
