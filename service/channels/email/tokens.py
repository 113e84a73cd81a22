"""What outgoing mail carries so that its answers find their conversation: in the reply address and the Message-ID.

A token is a conversation's id with a code that only we can make (HMAC-SHA256, 80 bits). A receiver of a mail can
answer to it, and pass it on: a token joins a thread, and proves nothing about who writes.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct

from service.errors import InvalidInput

LOOP_HEADER = "X-Askonce-Loop"
_CODE_BYTES = 10
_ID_BYTES = 16
_TOKEN = r"[a-z2-7]{42}"  # noqa: S105 (its form, not one)
_IN_ADDRESS = re.compile(rf"\+(?:[^@+]*\+)?({_TOKEN})@", re.IGNORECASE)
_IN_MESSAGE_ID = re.compile(rf"<askonce\.({_TOKEN})\.[a-z2-7]+@", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*/=?^_`{|}~.-]{1,20}@[A-Za-z0-9.-]{1,200}")
_NONCE_BYTES = 10


class OutgoingHeaders(Struct, frozen=True, kw_only=True):
    """What to put into the headers of one mail to a customer; the loop header lets our own mail be known again."""

    reply_to: str
    message_id: str
    loop: str


def outgoing_headers(
    conversation_id: UUID, reply_address: str, key: bytes, *, mail_ref: str | None = None
) -> OutgoingHeaders:
    """The headers of one mail of this conversation, the same for the same `mail_ref`.

    InvalidInput if the address cannot carry a token.
    """
    if not _ADDRESS.fullmatch(reply_address):
        raise InvalidInput("reply_address: an address whose part before the @ has at most 20 characters is expected.")
    local, _, domain = reply_address.partition("@")
    token = conversation_token(conversation_id, key)
    if mail_ref is None:
        nonce = secrets.token_bytes(_NONCE_BYTES)
    else:
        nonce = hmac.digest(key, conversation_id.bytes + mail_ref.encode(), hashlib.sha256)[:_NONCE_BYTES]
    return OutgoingHeaders(
        reply_to=f"{local}+{token}@{domain}",
        message_id=f"<askonce.{token}.{_base32_letters(nonce)}@{domain}>",
        loop=token,
    )


def conversation_token(conversation_id: UUID, key: bytes) -> str:
    """The token of a conversation: 42 lower-case letters and digits, because mail servers may change capitals."""
    return _base32_letters(conversation_id.bytes + _code(conversation_id.bytes, key))


def conversation_of_token(token: str, key: bytes) -> UUID | None:
    """The conversation that this token names; None if we did not make it."""
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    named, code = raw[:_ID_BYTES], raw[_ID_BYTES:]
    return UUID(bytes=named) if hmac.compare_digest(code, _code(named, key)) else None


def tokens_in_addresses(addresses: Iterable[str]) -> list[str]:
    """What looks like a token in the plus parts of these addresses."""
    return [found[1] for address in addresses if (found := _IN_ADDRESS.search(address))]


def tokens_in_message_ids(message_ids: Iterable[str]) -> list[str]:
    """What looks like a token in these Message-IDs."""
    return [found[1] for message_id in message_ids if (found := _IN_MESSAGE_ID.match(message_id))]


def _code(named: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"askonce mail token" + named, hashlib.sha256)[:_CODE_BYTES]


def _base32_letters(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
