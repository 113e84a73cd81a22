"""Resend's webhook `email.received`: it names the mail only; the mail itself is fetched from their API."""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote, urlsplit

from msgspec import Meta, Struct
from msgspec.structs import replace
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from service.channels.base import Adapter, ChannelAccount, Delivery, DoorOutput, SecretText, same_secret
from service.channels.email.raw import SAMPLE_RECEIVED_AT, MailSettings
from service.errors import DeliveryRefused, InvalidInput, PeerUnavailable
from service.model.decode import decode_json
from service.model.mail import Envelope, MailAtVendor

RECEIVED = "email.received"
_WINDOW_S = 300
_SAMPLE = b'{"type":"email.delivered","created_at":"2026-11-20T09:31:00Z","data":{"email_id":"sample"}}'


class ResendSettings(MailSettings, frozen=True, kw_only=True):
    """What can be set beside the signing secret."""

    api_key: SecretText = ""
    """A key of Resend that may read received mail."""
    api_url: str = "https://api.resend.com"
    """Where Resend's API is."""


class _Data(Struct, frozen=True):
    email_id: Annotated[str, Meta(max_length=200)] = ""
    to: tuple[str, ...] = ()


class _Event(Struct, frozen=True):
    """What is read of https://resend.com/docs/dashboard/receiving/introduction."""

    type: str = ""
    data: _Data = _Data()


class _Raw(Struct, frozen=True):
    download_url: str = ""


class _Received(Struct, frozen=True):
    """What is read of https://resend.com/docs/api-reference/emails/retrieve-received-email."""

    raw: _Raw | None = None


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """The signature is that of the secret (Standard Webhooks, under Svix's header names), at most five minutes old."""
    event_id, stamp, signatures = (delivery.header(f"svix-{name}") for name in ("id", "timestamp", "signature"))
    if not event_id or not stamp.isascii() or not stamp.isdigit():
        raise DeliveryRefused
    if abs(int(stamp[:15]) - delivery.received_at.timestamp()) > _WINDOW_S:
        raise DeliveryRefused
    try:
        at = datetime.fromtimestamp(int(stamp), UTC)
        expected = Webhook(account.secret).sign(event_id, at, delivery.raw.decode())
    except (EmptyWebhookSecretError, ValueError, OverflowError):  # no secret of Resend's, or no text
        raise DeliveryRefused from None
    if not any(same_secret(given.encode(), expected.encode()) for given in signatures.split(" ")):
        raise DeliveryRefused


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """Where the mail is that this event tells of; other events are of mail that Resend sends, and none of ours."""
    event = decode_json(delivery.raw, _Event)
    if event.type != RECEIVED:
        return ()
    if not event.data.email_id:
        raise InvalidInput("data.email_id: The event names no mail.")
    settings: ResendSettings = account.settings
    return (
        MailAtVendor(
            url=f"{settings.api_url.rstrip('/')}/emails/receiving/{quote(event.data.email_id, safe='')}",
            api_key=settings.api_key,
            received_at=delivery.received_at,
            envelope=Envelope(recipients=event.data.to),
        ),
    )


def raw_mail_url(answer: bytes) -> str:
    """Where the API says that the raw mail is. PeerUnavailable if it does not say, or names no https address."""
    try:
        received = decode_json(answer, _Received)
    except InvalidInput:
        received = _Received()
    url = received.raw.download_url if received.raw else ""
    if urlsplit(url).scheme != "https":
        raise PeerUnavailable("Resend did not say where the mail is.")
    return url


def signed_delivery(body: bytes, secret: str, at: datetime, event_id: str = "msg_1") -> Delivery:
    """A delivery as Resend would post this event."""
    headers = {
        "content-type": "application/json",
        "svix-id": event_id,
        "svix-timestamp": str(int(at.timestamp())),
        "svix-signature": Webhook(secret).sign(event_id, at, body.decode()),
    }
    return Delivery(raw=body, headers=headers, received_at=at)


def _sign_again(delivery: Delivery, account: ChannelAccount) -> Delivery:
    signed = signed_delivery(delivery.raw, account.secret, delivery.received_at)
    return replace(delivery, headers=signed.headers)


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    """An event that fetches nothing."""
    return (signed_delivery(_SAMPLE, account.secret, SAMPLE_RECEIVED_AT),)


def _new_secret() -> str:
    """A secret as Standard Webhooks writes it; usually it is the one that Resend shows."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


ADAPTER = Adapter(
    name="resend",
    title="Resend",
    verify=verify,
    parse=parse,
    samples=_samples,
    sign_again=_sign_again,
    new_secret=_new_secret,
    settings=ResendSettings,
)
