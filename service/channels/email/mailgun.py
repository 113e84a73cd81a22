"""Mailgun's routes: a form with the raw mail in `body-mime`, if the address it is forwarded to ends in `mime`."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from msgspec.structs import replace

from service.channels.base import Adapter, ChannelAccount, Delivery, DeliveryReply, OneTimeToken, check_secret
from service.channels.email.form import form_fields
from service.channels.email.raw import MAX_EMAIL_BYTES, SAMPLE_MAIL, SAMPLE_RECEIVED_AT, MailSettings
from service.errors import DeliveryRefused, InvalidInput
from service.model.mail import Envelope, Mail

_WINDOW_S = 300
_NO_RETRY_STATUS = 406
"""The one status after which Mailgun does not try again for eight hours."""


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """The signature is that of the signing key over time and token, and no older than five minutes."""
    fields = form_fields(delivery)
    stamp, token = fields.get("timestamp", b""), fields.get("token", b"")
    if not token or not stamp.isdigit() or abs(int(stamp[:15]) - delivery.received_at.timestamp()) > _WINDOW_S:
        raise DeliveryRefused
    expected = hmac.new(account.secret.encode(), stamp + token, hashlib.sha256).hexdigest()
    check_secret(fields.get("signature", b""), expected)


def one_time_token(delivery: Delivery) -> OneTimeToken:
    """The token and what it came with: Mailgun signs the token alone, and repeats it with the same mail at most."""
    fields = form_fields(delivery)
    content = hashlib.sha256()
    for name in ("body-mime", "recipient", "sender"):
        value = fields.get(name, b"")
        content.update(b"%d:%b" % (len(value), value))
    return OneTimeToken(token=hashlib.sha256(fields["token"]).digest(), content=content.digest())


def parse(delivery: Delivery, _instance: ChannelAccount) -> Sequence[Mail]:
    """The raw mail. InvalidInput if the route's address does not end in `mime`, so that Mailgun took it apart."""
    fields = form_fields(delivery)
    raw = fields.get("body-mime")
    if not raw:
        raise InvalidInput("body-mime: The address in the route must end in /mime, so that the mail comes whole.")
    recipients = fields.get("recipient", b"").decode("utf-8", "replace").split(",")
    envelope = Envelope(
        sender=fields["sender"].decode("utf-8", "replace").strip() if "sender" in fields else None,
        recipients=tuple(address.strip() for address in recipients if address.strip()),
    )
    return (Mail(raw=raw, received_at=delivery.received_at, envelope=envelope),)


def refuse(status: int, sentence: str) -> DeliveryReply:
    """What Mailgun hears: 406 for what no repetition mends."""
    final = 400 <= status < 500  # noqa: PLR2004 (the statuses for which HTTP blames the caller)
    return DeliveryReply(
        status=_NO_RETRY_STATUS if final else status, body=sentence.encode(), content_type="text/plain"
    )


def signed_delivery(raw: bytes, secret: str, at: datetime) -> Delivery:
    """A delivery as Mailgun would post this mail."""
    stamp, token = str(int(at.timestamp())), hashlib.sha256(raw).hexdigest()[:50]
    fields = {
        "recipient": "support@example.org",
        "sender": "anna@example.com",
        "timestamp": stamp,
        "token": token,
        "signature": hmac.new(secret.encode(), (stamp + token).encode(), hashlib.sha256).hexdigest(),
        "body-mime": raw,
    }
    return Delivery(
        raw=urlencode(fields).encode(),
        headers={"content-type": "application/x-www-form-urlencoded"},
        rest="mime",
        received_at=at,
    )


def _sign_again(delivery: Delivery, account: ChannelAccount) -> Delivery:
    signed = signed_delivery(form_fields(delivery)["body-mime"], account.secret, delivery.received_at)
    return replace(delivery, raw=signed.raw)


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    return (signed_delivery(SAMPLE_MAIL, account.secret, SAMPLE_RECEIVED_AT),)


ADAPTER = Adapter(
    name="mailgun",
    title="Mailgun",
    verify=verify,
    parse=parse,
    refuse=refuse,
    samples=_samples,
    sign_again=_sign_again,
    one_time_token=one_time_token,
    settings=MailSettings,
    body_limit_bytes=MAX_EMAIL_BYTES,
)
