"""Bounces: which addresses a mail of ours did not reach, for how long, and which mail it was (RFC 3464, RFC 3463)."""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from typing import NamedTuple

from flufl.bounce import all_failures

from service.channels.email.message.bodies import MailContent, MailPart, Part
from service.channels.email.message.headers import MailHeaders, message_ids
from service.channels.email.message.model import Bounce, MailAddress
from service.channels.email.message.sender import is_mailer_daemon, mailbox_of

logging.getLogger("flufl.bounce").disabled = True  # it reports every mail that is no bounce of some kind
_MAX_BOUNCES = 10
_READ_CHARACTERS = 64 * 1024
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset({"message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global"})
_FIELD = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
"""A status in a text; the number of an IP address or a version has more pieces."""
_DEAD = re.compile(
    r"5\.(?:1\.(?![789]\Z)\d+"  # RFC 3463 3.2: the address; 1.7, 1.8 and 1.9 speak of the sender's
    r"|2\.1"  # 3.3: a mailbox that takes nothing; the others say that there is one, as 2.2 that it is full
    r"|4\.(?:1|4|310)"  # 3.5: no way to the host; Exchange Online: no such recipient, no such domain
    r"|5\.0)"  # 3.6: Outlook's word for no such mailbox
)
"""A status by which no mail reaches the address. 5.3 is the system (3.4: too large), 5.6 the content, 5.7 a policy."""
_SAYS_LITTLE = re.compile(r"5\.[234]\.0")
_UNKNOWN = re.compile(
    r"\b(?:unknown|no such|invalid) (?:\w+ )?(?:user|mailbox|recipient|address|account)"
    r"|\b(?:user|mailbox|recipient|address(?:ee)?|account) (?:is )?"
    r"(?:unknown|invalid|not found|does(?: not|n't) exist)",
    re.IGNORECASE,
)
"""What Sendmail says with 5.3.0, and others with a status as general, where there is no such mailbox."""
_NOT_THE_ADDRESS = re.compile(
    r"\b[45]52\b|quota|\b(?:mailbox|inbox|storage)\b.{0,20}\bfull|too (?:large|big)|size limit|exceeds? .{0,20}\bsize|"
    r"spam|\bblock(?:ed|list)|black ?list|deny ?list|\bpolicy\b|grey ?list|rate limit|too many|timed? ?out|"
    r"for the last \d+|connection (?:refused|reset)|temporar",
    re.IGNORECASE,
)
"""What mail servers say without a status where another mail, or a later one, can reach the address."""
_WAITING = re.compile(r"\b(?:delayed|postponed|will continue|will keep trying|warning|advisory)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>@,;:\"'()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,255}[A-Za-z0-9]")
_RETURNED_ID = re.compile(r"^[>| \t]*message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_OUR_ID = re.compile(r"<askonce\.[^<>\s]{1,250}>", re.IGNORECASE)
_STATED_ID = re.compile(r"^(?:x-)?original-message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_RETURNED_HEADER = re.compile(
    r"^[>| \t]*(received|return-path|dkim-signature|from|to|date|subject|message-id|mime-version):[ \t]*(.*)",
    re.IGNORECASE | re.MULTILINE,
)
_LEAST_HEADERS = 3
"""So many headers of different names, one of them the Message-ID, are the head of a mail that a bounce quotes."""
_HEAD_CHARACTERS = 4_000


class _QuotedMail(NamedTuple):
    """The mail that a bounce brings back within its text, whatever line stands above it."""

    above: str
    message_id: str | None = None
    recipient: str | None = None


def bounces_of(
    message: Part, headers: MailHeaders, content: MailContent, sender: MailAddress | None, sign: str | None
) -> tuple[Bounce, ...]:
    """The addresses that mail did not reach, at most ten, if this is a bounce: a person cannot write one."""
    if sign is None:
        return ()
    found = {bounce.address: bounce for bounce in _reported(content.leaves)}
    if not found:
        found = {bounce.address: bounce for bounce in _told(message, headers, content, sender)}
    return tuple(found[address] for address in sorted(found, key=lambda one: (not found[one].given_up, one)))[
        :_MAX_BOUNCES
    ]


def _reported(leaves: Iterable[MailPart]) -> Iterator[Bounce]:
    """What the parts for machines say, one block of fields for each recipient (RFC 3464 2.3)."""
    for leaf in leaves:
        if leaf.media_type in _STATUS_TYPES:
            for block in _start_of(leaf).split("\n\n"):
                fields = {name.lower(): " ".join(value.split()) for name, value in _FIELD.findall(block)}
                if (bounce := _bounce_of_fields(fields)) is not None:
                    yield bounce


def _bounce_of_fields(fields: dict[str, str]) -> Bounce | None:
    stated = (fields.get(name, "") for name in ("original-recipient", "final-recipient"))
    address = next((found for value in stated if (found := _recipient(value))), None)
    action, diagnostic = fields.get("action", "").lower(), fields.get("diagnostic-code", "")
    status = _most_specific(_STATUS.findall(f"{fields.get('status', '')} {diagnostic}"))
    given_up = action.startswith(("fail", "error")) or (not action and (status or "").startswith("5"))
    if address is None or not (given_up or action.startswith("delayed")):
        return None
    dead = given_up and _is_dead(status, diagnostic)
    return Bounce(address=address, permanent=dead, given_up=given_up, status=status)


def _recipient(value: str) -> str | None:
    """The address in `rfc822; anna@example.com`, with or without its type."""
    found = mailbox_of(value.rpartition(";")[2])
    return found.address.lower() if found else None


def _told(message: Part, headers: MailHeaders, content: MailContent, sender: MailAddress | None) -> Iterator[Bounce]:
    """What a bounce says in words: by the library of GNU Mailman, by its header, else by the one address in it."""
    quoted = _quoted_mail(content.text)
    waiting, gone = _failures(message, sender)
    if not waiting and not gone:
        named = _failed_recipients(headers) or _named(headers, quoted, sender)
        waiting, gone = (named, set()) if _WAITING.search(quoted.above) else (set(), named)
    for address in gone | waiting:
        said = _said_of(address, quoted.above, gone | waiting)
        status = _most_specific(_STATUS.findall(said))
        given_up = address in gone
        yield Bounce(address=address, permanent=given_up and _is_dead(status, said), given_up=given_up, status=status)


def _failures(message: Part, sender: MailAddress | None) -> tuple[set[str], set[str]]:
    """The addresses that the mail server goes on trying, and those that it gave up."""
    try:
        temporary, permanent = all_failures(_in_ascii(message, sender))
    except (AttributeError, IndexError, LookupError, TypeError, ValueError):  # it believes what bounces say
        return set(), set()
    gone = {_text(address) for address in permanent}
    return {_text(address) for address in temporary} - gone, gone


def _in_ascii(message: Part, sender: MailAddress | None) -> Part:
    """The mail with headers as the library expects them: in ASCII, and with one sender."""
    plain = Message()
    for name, value in message.raw_items():
        if name.lower() != "from":
            plain[name] = value.encode("ascii", "replace").decode()
    plain["From"] = sender.address if sender else "nobody@invalid"
    plain.set_payload(message.get_payload())
    return plain


def _failed_recipients(headers: MailHeaders) -> set[str]:
    """What Exim, Gmail and those like them say in a header."""
    return {address.lower() for value in headers.all("x-failed-recipients") for address in _ADDRESS.findall(value)}


def _named(headers: MailHeaders, quoted: _QuotedMail, sender: MailAddress | None) -> set[str]:
    """The one address in what a mail server writes, but for whom it writes to; else the quoted mail's recipient."""
    if sender is not None and not is_mailer_daemon(sender.address):
        return set()
    ours = {address.lower() for name in ("to", "x-original-to") for address in _ADDRESS.findall(headers.first(name))}
    named = {address.lower() for address in _ADDRESS.findall(quoted.above) if not is_mailer_daemon(address)} - ours
    return named if len(named) == 1 else {quoted.recipient} if quoted.recipient else set()


def _said_of(address: str, text: str, others: set[str]) -> str:
    """What a text says from this address on up to the next one; all of it where it names no other."""
    start = text.lower().find(address)
    if start < 0 or len(others) == 1:
        return text
    ends = [at for other in others - {address} if (at := text.lower().find(other, start)) > 0]
    return text[start : min(ends, default=len(text))]


def _most_specific(stated: Sequence[str]) -> str | None:
    """The first status, unless a later one says more than that something is wrong."""
    return next((status for status in stated if not status.endswith(".0.0")), next(iter(stated), None))


def _is_dead(status: str | None, said: str) -> bool:
    if status is None or status.startswith("5.0."):
        return _NOT_THE_ADDRESS.search(said) is None
    if _SAYS_LITTLE.fullmatch(status):
        return _UNKNOWN.search(said) is not None
    return _DEAD.fullmatch(status) is not None


def returned_message_ids(headers: MailHeaders, content: MailContent, bounces: Sequence[Bounce]) -> tuple[str, ...]:
    """The Message-IDs of the mails that this one brings back, whole, as headers alone, or within its text."""
    found: list[str] = []
    for leaf in content.leaves:
        if leaf.media_type in _RETURNED_TYPES:
            found += _RETURNED_ID.findall(_start_of(leaf))[:1]
        elif leaf.media_type in _STATUS_TYPES:
            found += _STATED_ID.findall(_start_of(leaf))[:1]
    if bounces:
        quoted = _quoted_mail(content.text)
        found += [quoted.message_id] if quoted.message_id else []
        found += _OUR_ID.findall(content.text[:_READ_CHARACTERS])
        found += message_ids(headers.all("in-reply-to"))[:1]
    return tuple(dict.fromkeys(found))[:_MAX_BOUNCES]


def _quoted_mail(text: str) -> _QuotedMail:
    text = text[:_READ_CHARACTERS]
    for named in _RETURNED_ID.finditer(text):
        begin = max(0, named.start() - _HEAD_CHARACTERS)
        head = list(_RETURNED_HEADER.finditer(text, begin, named.end() + _HEAD_CHARACTERS))
        if len({one[1].lower() for one in head}) >= _LEAST_HEADERS:
            to = next((mailbox_of(one[2]) for one in head if one[1].lower() == "to"), None)
            recipient = to.address.lower() if to else None
            return _QuotedMail(above=text[: head[0].start()], message_id=named[1], recipient=recipient)
    return _QuotedMail(above=text)


def _start_of(leaf: MailPart) -> str:
    return b"".join(leaf.pieces())[:_READ_CHARACTERS].decode("utf-8", "replace").replace("\r\n", "\n")


def _text(address: bytes | str) -> str:
    return (address.decode("utf-8", "replace") if isinstance(address, bytes) else address).strip().lower()
