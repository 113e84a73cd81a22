"""What is understood of a mail."""

from datetime import datetime

from msgspec import Struct


class MailAddress(Struct, frozen=True, kw_only=True):
    """An address as a header states it, and the name beside it. The sender of the mail chose both."""

    address: str
    name: str = ""


class Attachment(Struct, frozen=True, kw_only=True):
    """A part of a mail that is no text of it; it is kept, and never executed or rendered.

    `name` is harmless as a file's name, and not unique. `stored` says that its bytes were kept under its index.
    """

    index: int
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    stored: bool = False


class Bounce(Struct, frozen=True, kw_only=True):
    """An address that a mail of ours did not reach.

    `given_up` says that the mail server tries no more, `permanent` that no mail reaches this address: mail for a
    full mailbox, or refused for its content, is given up, and the address is not dead. `status` is that of RFC 3463.
    """

    address: str
    permanent: bool
    given_up: bool = True
    status: str | None = None


class ParsedMail(Struct, frozen=True, kw_only=True):
    """A mail taken apart. Everything in it is what its writer says."""

    message_id: str | None = None
    mentioned: tuple[str, ...] = ()
    """Message-IDs that it answers to, the nearest first: In-Reply-To, then References from the end; at most 50."""
    returned: tuple[str, ...] = ()
    """Message-IDs of mails that it brings back, as a bounce does."""
    sender: MailAddress | None = None
    """None unless there is exactly one."""
    sender_verified: bool = False
    """Whether the configured mail server found that the sender's domain did send this."""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    language: str | None = None
    text: str = ""
    """What this mail itself says, without what it quotes."""
    full_text: str = ""
    attachments: tuple[Attachment, ...] = ()
    automatic: str | None = None
    """The sign by which a machine wrote it; None if a person did."""
    bounces: tuple[Bounce, ...] = ()
    loop: str | None = None
    """What stands in our own loop header."""
    defects: tuple[str, ...] = ()
    """What was cut or left out, in words for people."""
