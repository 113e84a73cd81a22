"""Postmark's inbound webhook: JSON with the raw mail in `RawEmail`, and the secret as the password of its address."""

import base64
import binascii
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from service.channels.base import Adapter, ChannelAccount, Delivery, check_secret
from service.channels.email.raw import MAX_EMAIL_BYTES, SAMPLE_MAIL, SAMPLE_RECEIVED_AT, MailSettings
from service.errors import DeliveryRefused, InvalidInput
from service.model.decode import decode_json
from service.model.mail import Envelope, Mail

_USER = "askonce"


class _Recipient(Struct, frozen=True, rename="pascal"):
    email: str = ""


class _Inbound(Struct, frozen=True, rename={"raw_email": "RawEmail", "to": "ToFull", "original": "OriginalRecipient"}):
    """What is read of https://postmarkapp.com/developer/webhooks/inbound-webhook."""

    raw_email: str = ""
    original: str = ""
    to: tuple[_Recipient, ...] = ()


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """The password of the Basic authentication is the secret; the user's name says nothing."""
    scheme, _, encoded = delivery.header("authorization").partition(" ")
    if scheme.lower() != "basic":
        raise DeliveryRefused
    try:
        password = base64.b64decode(encoded.strip()).partition(b":")[2]
    except (binascii.Error, ValueError):
        raise DeliveryRefused from None
    check_secret(password, account.secret)


def parse(delivery: Delivery, _instance: ChannelAccount) -> Sequence[Mail]:
    """The raw mail. InvalidInput if the server's inbound stream is not set to include it."""
    inbound = decode_json(delivery.raw, _Inbound)
    if not inbound.raw_email:
        raise InvalidInput("RawEmail: Set `Include raw email content in JSON payload` of the inbound stream.")
    stated = [inbound.original, *(one.email for one in inbound.to)]
    envelope = Envelope(recipients=tuple(address for address in stated if address))
    return (Mail(raw=inbound.raw_email.encode(), received_at=delivery.received_at, envelope=envelope),)


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    body = {"MessageID": "22c74902-a0c1-4511-804f2-341342852c90", "RawEmail": SAMPLE_MAIL.decode()}
    password = base64.b64encode(f"{_USER}:{account.secret}".encode()).decode()
    return (
        Delivery(
            raw=msgspec.json.encode(body | {"OriginalRecipient": "support@example.org"}),
            headers={"content-type": "application/json", "authorization": f"Basic {password}"},
            received_at=SAMPLE_RECEIVED_AT,
        ),
    )


ADAPTER = Adapter(
    name="postmark",
    title="Postmark",
    verify=verify,
    parse=parse,
    samples=_samples,
    settings=MailSettings,
    body_limit_bytes=MAX_EMAIL_BYTES,
)
