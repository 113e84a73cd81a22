"""A mail as it comes: raw, before anybody has tried to understand it."""

from datetime import datetime

from msgspec import Struct


class Envelope(Struct, frozen=True, kw_only=True):
    """What the mail server said beside the mail; it is not part of what the sender wrote.

    `sender` is None where nobody said it, and empty for the null return path of bounces and automatic answers.
    """

    sender: str | None = None
    recipients: tuple[str, ...] = ()


class Mail(Struct, frozen=True, kw_only=True):
    """One mail as RFC 5322 bytes; `service/inbound/mail` parses it in a child process, since its content is hostile."""

    raw: bytes
    received_at: datetime
    envelope: Envelope = Envelope()


class MailAtVendor(Struct, frozen=True, kw_only=True):
    """A mail that a vendor keeps and only tells us of: `url` says, to who has `api_key`, where its bytes are."""

    url: str
    api_key: str
    received_at: datetime
    envelope: Envelope = Envelope()

    def __repr__(self) -> str:
        """The class alone: the key is a secret."""
        return "MailAtVendor(…)"
