"""What machines write: bounces, notices of absence, newsletters. None of it is a customer's answer."""

import logging
import re
from collections.abc import Iterable
from email.message import Message

from flufl.bounce import all_failures

from service.channels.email.message.bodies import MailPart, Part
from service.channels.email.message.headers import MailHeaders, message_ids
from service.channels.email.message.model import Bounce, MailAddress
from service.model.mail import Envelope

logging.getLogger("flufl.bounce").disabled = True  # it reports every mail that is no bounce of some kind
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_DAEMONS = frozenset({"mailer-daemon", "postmaster"})
_MAX_BOUNCES = 10
_RETURNED_TYPES = frozenset({"message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global"})
_RETURNED_ID = re.compile(r"^[> \t]*message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_RETURNED_CHARACTERS = 64 * 1024


def automatic_sign(headers: MailHeaders, message: Part, envelope: Envelope, sender: MailAddress | None) -> str | None:
    """The sign by which a machine wrote this, None if a person did (RFC 3834, RFC 2919, RFC 6522).

    `X-Auto-Response-Suppress` is none: Outlook sets it on what people write.
    """
    submitted = headers.first("auto-submitted").partition(";")[0].strip().lower()
    precedence = headers.first("precedence").lower()
    signs = {
        "null return path": envelope.sender == "" or headers.first("return-path") == "<>",
        "auto-submitted": submitted not in {"", "no"},
        "report": message.get_content_type() == "multipart/report",
        "precedence": precedence in _BULK,
        "list": bool(headers.first("list-id")),
        "mailer daemon": sender is not None and sender.address.partition("@")[0].lower() == "mailer-daemon",
    }
    return next((sign for sign, seen in signs.items() if seen), None)


def bounces_of(message: Part, sender: MailAddress | None, sign: str | None) -> tuple[Bounce, ...]:
    """The addresses that mail did not reach, at most ten, if this is a bounce: a person cannot write one."""
    local = sender.address.partition("@")[0].lower() if sender else ""
    if sign is None and local not in _DAEMONS:
        return ()
    try:
        temporary, permanent = all_failures(_in_ascii(message, sender))
    except (AttributeError, IndexError, LookupError, TypeError, ValueError):  # it believes what bounces say
        return ()
    gone = sorted({_text(address) for address in permanent})
    waiting = sorted({_text(address) for address in temporary} - set(gone))
    found = [Bounce(address=each, permanent=True) for each in gone]
    found += [Bounce(address=each, permanent=False) for each in waiting]
    return tuple(found[:_MAX_BOUNCES])


def _in_ascii(message: Part, sender: MailAddress | None) -> Part:
    """The mail with headers as the library expects them: in ASCII, and with one sender."""
    plain = Message()
    for name, value in message.raw_items():
        if name.lower() != "from":
            plain[name] = value.encode("ascii", "replace").decode()
    plain["From"] = sender.address if sender else "nobody@invalid"
    plain.set_payload(message.get_payload())
    return plain


def returned_message_ids(leaves: Iterable[MailPart]) -> tuple[str, ...]:
    """The Message-IDs of the mails that this one brings back, whole or as headers alone."""
    found: list[str] = []
    for leaf in leaves:
        if leaf.media_type in _RETURNED_TYPES:
            start = b"".join(leaf.pieces())[:_RETURNED_CHARACTERS].decode("latin-1")
            found += message_ids(_RETURNED_ID.findall(start)[:1])
    return tuple(dict.fromkeys(found))[:_MAX_BOUNCES]


def _text(address: bytes | str) -> str:
    return (address.decode("utf-8", "replace") if isinstance(address, bytes) else address).strip().lower()
