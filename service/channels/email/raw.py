"""Raw mail: RFC 5322 bytes as a mail server pipes them, and the form in which every other way in brings mail here."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

from service.channels.base import Adapter, AdapterSettings, ChannelAccount, Delivery, verified_by_path
from service.channels.email import addresses as lines
from service.model.mail import Envelope, Mail

MAX_EMAIL_BYTES = 25 * 1024 * 1024
SAMPLE_MAIL = b"""\
From: Anna Mayer <anna@example.com>
To: support@example.org
Subject: Re: Router does not connect
Date: Fri, 20 Nov 2026 10:30:00 +0100
Message-ID: <sample-1@example.com>
Content-Type: text/plain; charset=utf-8

The new cable did not help either.

On Thu, 19 Nov 2026 at 16:12, Support <support@example.org> wrote:
> Please try the cable that we sent you.
"""
SAMPLE_RECEIVED_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
"""When the samples of every door of mail arrive."""
"""A mail of our own making, for trying a door out."""
_SENDER, _RECIPIENT = "sender", "recipient"
_MAX_RECIPIENTS = 100


class MailSettings(AdapterSettings, frozen=True, kw_only=True):
    """What can be set for every way in of mail."""

    reply_address: str = ""
    """Where answers to our mail shall come, such as support@example.com; its plus part will name the conversation."""
    authserv_id: str = ""
    """The name under which your own mail server writes Authentication-Results; empty: no sender is ever verified."""


class EmailSettings(MailSettings, frozen=True, kw_only=True):
    """What can be set for mail that comes without a vendor between: pushed by a mail server, or fetched."""

    listen: str = ""
    """Where mail servers deliver to, such as lmtp://127.0.0.1:8024 or smtp://127.0.0.1:8025."""
    recipients: str = ""
    """For whom they may: addresses and whole domains such as @support.example.com, with commas between."""
    imap: str = ""
    """A mailbox to fetch from, such as imaps://user@mail.example.com/INBOX; nothing in it is changed."""
    password_file: str = ""
    """A file with the mailbox's password; empty: it is the door's secret."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant (ValueError)."""
        lines.check_addresses(listen=self.listen, recipients=self.recipients, imap=self.imap)


def mail_delivery(raw: bytes, envelope: Envelope, received_at: datetime) -> Delivery:
    """A mail that came over a connection, as if it had been posted to the door `email`."""
    query = [(_RECIPIENT, recipient) for recipient in envelope.recipients[:_MAX_RECIPIENTS]]
    if envelope.sender is not None:
        query.append((_SENDER, envelope.sender))
    return Delivery(
        raw=raw,
        headers={"content-type": "message/rfc822"},
        query_string=urlencode(query),
        received_at=received_at,
    )


def parse(delivery: Delivery, _instance: ChannelAccount) -> Sequence[Mail]:
    """The mail of a delivery, not yet understood."""
    said = parse_qs(delivery.query_string, keep_blank_values=True)
    senders, recipients = said.get(_SENDER), tuple(said.get(_RECIPIENT, ())[:_MAX_RECIPIENTS])
    envelope = Envelope(sender=senders[0] if senders else None, recipients=recipients)
    return (Mail(raw=delivery.raw, received_at=delivery.received_at, envelope=envelope),)


def _samples(_instance: ChannelAccount) -> Sequence[Delivery]:
    return (mail_delivery(SAMPLE_MAIL, Envelope(sender="anna@example.com"), SAMPLE_RECEIVED_AT),)


ADAPTER = Adapter(
    name="email",
    title="E-mail",
    verify=verified_by_path,
    parse=parse,
    samples=_samples,
    settings=EmailSettings,
    in_path=True,
    body_limit_bytes=MAX_EMAIL_BYTES,
)
