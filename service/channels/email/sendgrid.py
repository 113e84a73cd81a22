"""SendGrid's Inbound Parse: a form with the raw mail in `email`, signed if a security policy is attached to it."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.channels.base import Adapter, ChannelAccount, Delivery
from service.channels.email.form import form_fields
from service.channels.email.raw import MAX_EMAIL_BYTES, SAMPLE_MAIL, SAMPLE_RECEIVED_AT, MailSettings
from service.errors import ConfigurationError, DeliveryRefused, InvalidInput
from service.model.decode import decode_json
from service.model.mail import Envelope, Mail

_WINDOW_S = 300
SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
_BOUNDARY = b"askonce-sample"


class SendGridSettings(MailSettings, frozen=True, kw_only=True):
    """What can be set beside the secret in the path."""

    verification_key: str = ""
    """The public key of the security policy; with it, deliveries without a valid signature are refused."""


class _StatedEnvelope(Struct, frozen=True, rename={"sender": "from"}):
    to: tuple[str, ...] = ()
    sender: str | None = None


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """With a verification key: the signature (ECDSA, P-256, SHA-256) over time and raw body, no older than 5 minutes.

    Without one the secret in the path is all the proof there is.
    """
    key: str = account.settings.verification_key
    if not key:
        return
    stamp = delivery.header(TIMESTAMP)
    if not stamp.isascii() or not stamp.isdigit():
        raise DeliveryRefused
    if abs(int(stamp[:15]) - delivery.received_at.timestamp()) > _WINDOW_S:
        raise DeliveryRefused
    _check_signature(key, delivery.header(SIGNATURE), stamp.encode() + delivery.raw)


def parse(delivery: Delivery, _instance: ChannelAccount) -> Sequence[Mail]:
    """The raw mail. InvalidInput if Inbound Parse is not set to post it."""
    fields = form_fields(delivery)
    raw = fields.get("email")
    if not raw:
        raise InvalidInput("email: Tick `POST the raw, full MIME message` in the settings of Inbound Parse.")
    return (Mail(raw=raw, received_at=delivery.received_at, envelope=_envelope(fields.get("envelope", b"{}"))),)


def _envelope(stated: bytes) -> Envelope:
    try:
        envelope = decode_json(stated, _StatedEnvelope)
    except InvalidInput:  # the mail says enough without it
        return Envelope()
    return Envelope(sender=envelope.sender, recipients=envelope.to)


def _check_signature(key: str, signature: str, signed: bytes) -> None:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_der_public_key
    except ImportError:
        raise ConfigurationError("Signatures of SendGrid need the extra email: askonce[email].") from None
    try:
        public = load_der_public_key(base64.b64decode(key))
        given = base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        raise DeliveryRefused from None
    if not isinstance(public, EllipticCurvePublicKey):
        raise DeliveryRefused
    try:
        public.verify(given, signed, ECDSA(SHA256()))
    except InvalidSignature:
        raise DeliveryRefused from None


def signed_delivery(raw: bytes, at: datetime) -> Delivery:
    """A delivery as SendGrid would post this mail."""
    fields = {"envelope": b'{"to":["support@example.org"],"from":"anna@example.com"}', "email": raw}
    parts = [
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (_BOUNDARY, name.encode(), value)
        for name, value in fields.items()
    ]
    return Delivery(
        raw=b"".join([*parts, b"--%b--\r\n" % _BOUNDARY]),
        headers={"content-type": f"multipart/form-data; boundary={_BOUNDARY.decode()}"},
        received_at=at,
    )


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    """None where SendGrid alone can sign."""
    if account.settings.verification_key:
        return ()
    return (signed_delivery(SAMPLE_MAIL, SAMPLE_RECEIVED_AT),)


ADAPTER = Adapter(
    name="sendgrid",
    title="SendGrid",
    verify=verify,
    parse=parse,
    samples=_samples,
    settings=SendGridSettings,
    in_path=True,
    body_limit_bytes=MAX_EMAIL_BYTES,
)
