"""A mail taken apart: hostile work, which takes as long as the mail's writer likes, and so runs in a child process."""

from email.parser import BytesParser
from email.policy import compat32

from service.channels.email.message.attachments import MAX_ATTACHMENTS, SaveAttachment, describe_attachment
from service.channels.email.message.authentication import is_verified
from service.channels.email.message.automatic import automatic_sign
from service.channels.email.message.bodies import MailContent, MailPart, Part
from service.channels.email.message.bounces import bounces_of, returned_message_ids
from service.channels.email.message.header_block import repaired_headers
from service.channels.email.message.headers import (
    MailHeaders,
    decoded_header,
    mentioned_ids,
    message_ids,
    recipients_of,
    sent_at,
)
from service.channels.email.message.model import Attachment, ParsedMail
from service.channels.email.message.outline import MailOutline
from service.channels.email.message.replies import strip_quotes
from service.channels.email.message.sender import sender_of
from service.channels.email.tokens import LOOP_HEADER
from service.model.mail import Envelope

_HEADERS_BYTES = 256 * 1024
_MAX_SUBJECT_CHARS = 500
_MAX_LANGUAGE_CHARS = 35
_FULL_TEXT_CHARACTERS = 100_000
_FULL_TEXT_NAME = "full-text.txt"


def parse_mail(
    raw: bytes, envelope: Envelope, *, authserv_id: str = "", keep: SaveAttachment | None = None
) -> ParsedMail:
    """What stands in these RFC 5322 bytes; `keep` is given what is attached, and a text too long for the record."""
    raw, defects = _with_short_headers(raw)
    raw = repaired_headers(raw)
    outline = MailOutline(raw)
    message: Part = BytesParser(policy=compat32).parsebytes(outline.text)
    headers, content = MailHeaders(message), MailContent(message, outline)
    sender = sender_of(headers)
    sign = automatic_sign(headers, message, content, envelope, sender)
    bounces = bounces_of(message, headers, content, sender, sign)
    attachments = _attachments(content, keep)
    if len(content.text) > _FULL_TEXT_CHARACTERS:
        attachments.append(_long_text(len(attachments), content.text, keep))
    return ParsedMail(
        message_id=next(iter(message_ids([headers.first("message-id")])), None),
        mentioned=mentioned_ids(headers),
        returned=returned_message_ids(headers, content, bounces) if sign else (),
        sender=sender,
        sender_verified=sender is not None and is_verified(headers, sender, authserv_id),
        recipients=recipients_of(headers, envelope.recipients),
        subject=decoded_header(headers.first("subject"))[:_MAX_SUBJECT_CHARS],
        sent_at=sent_at(headers),
        language=headers.first("content-language").partition(",")[0].strip()[:_MAX_LANGUAGE_CHARS] or None,
        text=strip_quotes(content.text)[:_FULL_TEXT_CHARACTERS],
        full_text=content.text[:_FULL_TEXT_CHARACTERS],
        attachments=tuple(attachments),
        automatic=sign,
        bounces=bounces,
        loop=headers.first(LOOP_HEADER.lower()) or None,
        defects=(*defects, *_defects(headers, content)),
    )


def _with_short_headers(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The mail with at most 256 KB of headers."""
    ends = [end for mark in (b"\n\r\n", b"\n\n") if (end := raw.find(mark)) >= 0]
    end = min(ends, default=len(raw))
    if end <= _HEADERS_BYTES:
        return raw, ()
    last = raw.rfind(b"\n", 0, _HEADERS_BYTES) + 1
    return raw[:last] + raw[end + 1 :], ("The headers were longer than 256 KB and were cut.",)


def _attachments(content: MailContent, keep: SaveAttachment | None) -> list[Attachment]:
    return [_attachment(index, leaf, keep) for index, leaf in enumerate(content.attached[:MAX_ATTACHMENTS])]


def _attachment(index: int, leaf: MailPart, keep: SaveAttachment | None) -> Attachment:
    return describe_attachment(index, name=leaf.name, media_type=leaf.media_type, pieces=leaf.pieces(), keep=keep)


def _long_text(index: int, text: str, keep: SaveAttachment | None) -> Attachment:
    """The full text of a mail whose text is longer than an interaction's may be."""
    pieces = (text.encode(),)
    return describe_attachment(index, name=_FULL_TEXT_NAME, media_type="text/plain", pieces=pieces, keep=keep)


def _defects(headers: MailHeaders, content: MailContent) -> list[str]:
    found = []
    if len(headers.all("from")) > 1:
        found.append("It has more than one From header, so nobody knows who wrote it.")
    if content.cut or len(content.attached) > MAX_ATTACHMENTS:
        found.append("It has more parts than are read, or they are nested too deeply.")
    return found
