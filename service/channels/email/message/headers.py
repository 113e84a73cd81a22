"""What a mail's headers say: words, addresses, ids, times; cut to sizes at which reading them costs nothing."""

import binascii
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from service.channels.email.message.charsets import decode_text, one_line

_MAX_VALUE_CHARS = 4_000
"""Of a header's value so much is read: 273 KB of encoded words cost the standard library five seconds."""
_MAX_IDS = 50
_MAX_RECIPIENTS = 100
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[^\s<>@,;:\"()\\\x00-\x1f\x7f]{1,255}")
_FOLD = re.compile(r"[\r\n]+[ \t]*")


class MailHeaders:
    """The headers of one part, as they stand in the mail."""

    def __init__(self, message: "Message[str, str]") -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value))

    def all(self, name: str) -> list[str]:
        """Every value of this header from the top, on one line, as text and cut; the name in lower case."""
        return [_text(_FOLD.sub(" ", value[:_MAX_VALUE_CHARS])).strip() for value in self._values.get(name, ())]

    def first(self, name: str) -> str:
        """The topmost value; empty if there is none."""
        return next(iter(self.all(name)), "")


def _text(value: str) -> str:
    """A value with the bytes in it that no header may hold, which the parser hands on as halves of surrogates."""
    return value if value.isascii() else decode_text(value.encode("utf-8", "surrogateescape"), None)


def decoded_header(value: str) -> str:
    """A header's value as people read it, on one line: with its encoded words (RFC 2047) decoded."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, binascii.Error, ValueError):
        return one_line(value)
    return one_line("".join(part if isinstance(part, str) else decode_text(part, charset) for part, charset in parts))


def recipients_of(headers: MailHeaders, envelope: Iterable[str]) -> tuple[str, ...]:
    """Every address that it was sent to, in lower case; the envelope's first, which the writer did not choose."""
    stated = [
        value for name in ("delivered-to", "x-original-to", "envelope-to", "to", "cc") for value in headers.all(name)
    ]
    found = [*envelope, *(address for value in stated for address in _ADDRESS.findall(value))]
    return tuple(dict.fromkeys(address.lower() for address in found if _ADDRESS.fullmatch(address)))[:_MAX_RECIPIENTS]


def mentioned_ids(headers: MailHeaders) -> tuple[str, ...]:
    """The Message-IDs that it answers to, the nearest first."""
    answered = message_ids(headers.all("in-reply-to"))
    earlier = message_ids(headers.all("references"))
    return tuple(dict.fromkeys([*answered, *reversed(earlier)]))[:_MAX_IDS]


def message_ids(values: Sequence[str]) -> list[str]:
    """The Message-IDs in these values, in their order."""
    return [found for value in values for found in _MESSAGE_ID.findall(value)]


def sent_at(headers: MailHeaders) -> datetime | None:
    """When its writer says that it was sent, in UTC; None if that cannot be read."""
    try:
        stated = parsedate_to_datetime(headers.first("date"))
        return stated.replace(tzinfo=stated.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
