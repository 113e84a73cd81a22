"""What can be known of a mail without taking it apart: the id it counts under, and who claims to have written it."""

import hashlib
import re
from email.parser import BytesHeaderParser
from email.policy import compat32

from service.channels.email.message.header_block import repaired_headers
from service.channels.email.message.headers import MailHeaders
from service.channels.email.message.model import MailAddress
from service.channels.email.message.sender import sender_of

UNPARSED = ":unparsed"
_HEADERS_BYTES = 64 * 1024
_MESSAGE_ID = re.compile(rb"^message-id:[ \t\r\n]*(<[!-;=?-~]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_SIGNED = re.compile(rb"^(from|date|subject):((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
"""The headers that a writer writes and servers leave as they are, with the lines that they are folded into."""
_DIGEST_CHARACTERS = 32
_CHUNK_BYTES = 1024 * 1024


def mail_event_id(raw: bytes) -> str:
    """The id under which a mail counts once, however often and on however many ways it is delivered.

    Its Message-ID alone would not do: its writer chooses it, and a stranger could take that of a mail to come. So From,
    Subject, Date and the content count too; of the headers that mail servers add nothing does, nor how lines end and
    headers are folded.
    """
    end = _end_of_headers(raw)
    head = raw[: min(end, _HEADERS_BYTES)]
    named = _MESSAGE_ID.search(head)
    written = sorted((name.lower(), b" ".join(value.split())) for name, value in _SIGNED.findall(head))
    digest = hashlib.sha256(b"".join(b"%b:%b\n" % one for one in written))
    stop = _end_of_text(raw)
    for start in range(end, stop, _CHUNK_BYTES):
        digest.update(raw[start : min(start + _CHUNK_BYTES, stop)].replace(b"\r", b""))
    digits = digest.hexdigest()[:_DIGEST_CHARACTERS]
    return f"{named[1].decode('ascii')}:{digits}" if named else digits


def message_id_of(raw: bytes) -> str | None:
    """Its Message-ID, None if it has none that can be used."""
    named = _MESSAGE_ID.search(raw[: min(_end_of_headers(raw), _HEADERS_BYTES)])
    return named[1].decode("ascii") if named else None


def claimed_sender(raw: bytes) -> MailAddress | None:
    """Who claims to have written a mail that could not be taken apart; None if that cannot be seen at once."""
    head = repaired_headers(raw[: min(_end_of_headers(raw), _HEADERS_BYTES)])
    return sender_of(MailHeaders(BytesHeaderParser(policy=compat32).parsebytes(head)))


def _end_of_headers(raw: bytes) -> int:
    ends = [end for mark in (b"\n\r\n", b"\n\n") if (end := raw.find(mark)) >= 0]
    return min(ends, default=len(raw))


def _end_of_text(raw: bytes) -> int:
    """Where its text ends; servers add and take away empty lines behind it."""
    end = len(raw)
    while end and raw[end - 1] in b"\r\n":
        end -= 1
    return end
