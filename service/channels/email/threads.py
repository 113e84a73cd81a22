"""Which conversation a mail continues, as far as it says so itself."""

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from service.channels.email.message.model import ParsedMail
from service.channels.email.tokens import conversation_of_token, tokens_in_addresses, tokens_in_message_ids

_MAX_REF_CHARS = 200
_PREFIXES = re.compile(
    r"^(?:\s*(?:re|aw|antw|antwort|sv|vs|odp|r|fw|fwd|wg|tr|rv|enc|doorst)(?:\[\d{1,3}\])?\s*:)+\s*", re.IGNORECASE
)


class ThreadEvidence(StrEnum):
    """By what a mail was found to belong to a conversation, strongest first."""

    ADDRESS = "address"
    """By the token in the address that it was sent to."""
    TOKEN = "message_id_token"  # noqa: S105 (a word, no secret)
    """By the token in a Message-ID of ours that it answers to, or brings back."""
    MESSAGE_ID = "message_id"
    """By a Message-ID that is known."""


class MailThread(Struct, frozen=True, kw_only=True):
    """A conversation that a mail continues, and how that was found."""

    conversation_id: UUID
    sign: ThreadEvidence


def threads_by_token(mail: ParsedMail, key: bytes) -> list[MailThread]:
    """The conversations whose tokens the mail carries, the strongest sign first."""
    signs = [
        *((ThreadEvidence.ADDRESS, token) for token in tokens_in_addresses(mail.recipients)),
        *((ThreadEvidence.TOKEN, token) for token in tokens_in_message_ids([*mail.mentioned, *mail.returned])),
    ]
    found = [(sign, conversation_of_token(token, key)) for sign, token in signs]
    return [MailThread(conversation_id=one, sign=sign) for sign, one in found if one is not None]


def message_id_digest(message_id: str) -> bytes:
    """Under which a Message-ID is remembered."""
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).digest()


def message_id_digests(message_ids: Iterable[str]) -> list[bytes]:
    """The same of several, in their order."""
    return [message_id_digest(message_id) for message_id in message_ids]


def thread_ref(mail: ParsedMail) -> str | None:
    """How the mails of one thread are grouped in whatever order they come: by the Message-ID of its first mail."""
    root = mail.mentioned[-1] if mail.mentioned else mail.message_id
    if root is None or len(root) <= _MAX_REF_CHARS:
        return root
    return message_id_digest(root).hex()


def bare_subject(subject: str) -> str | None:
    """The subject without what mail programs put in front of it: `AW: Re: Rechnung` gives `Rechnung`."""
    return _PREFIXES.sub("", subject).strip() or None
