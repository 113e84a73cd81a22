"""Meta: WhatsApp, Messenger and Instagram, which share their signature, their challenge and their envelope.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from service.channels import lenient
from service.channels.base import (
    Adapter,
    AdapterSettings,
    ChannelAccount,
    Delivery,
    DeliveryReply,
    DoorOutput,
    SecretText,
    check_secret,
)
from service.channels.social.meta import messenger as meta_messenger
from service.channels.social.meta import whatsapp as meta_whatsapp
from service.channels.social.meta.event import MetaOrigin, other_interaction
from service.errors import DeliveryRefused
from service.model.interaction import Interaction
from service.model.vocabulary import Channel

_MB = 1024 * 1024
_CHALLENGE = re.compile(r"[A-Za-z0-9._-]{1,200}")


class MetaSettings(AdapterSettings, frozen=True, kw_only=True):
    """What can be set for an app of Meta; its app secret is the door's secret."""

    verify_token: SecretText = ""
    """What Meta is told to show when it asks for the challenge; unset, the app secret."""
    channel: Channel = Channel.SOCIAL
    """The channel that conversations count to, e.g. chatbot if a bot answers them."""


class MetaChange(Struct, frozen=True, kw_only=True):
    """A change of one field that the app subscribed to."""

    field: str = ""
    value: Any = None


class MetaEntry(Struct, frozen=True, kw_only=True):
    """What happened to one account or page."""

    id: Any = None
    time: Any = None
    changes: list[MetaChange] | None = None
    messaging: list[Any] | None = None
    standby: list[Any] | None = None


class MetaNotification(Struct, frozen=True, kw_only=True):
    """A delivery."""

    object: str
    entry: list[MetaEntry]


def greet(delivery: Delivery, account: ChannelAccount) -> DeliveryReply | None:
    """The challenge, to a Meta that knows the token. DeliveryRefused to anybody else."""
    if delivery.method != "GET":
        return None
    query = delivery.query
    check_secret(query.get("hub.verify_token", ""), account.settings.verify_token or account.secret)
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        raise DeliveryRefused
    return DeliveryReply(body=challenge.encode(), content_type="text/plain; charset=utf-8")


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """Meta signs the bytes with the app secret, and no time: who sends a delivery again adds nothing to it."""
    check_secret(delivery.header("x-hub-signature-256"), signature(delivery.raw, account.secret))


def signature(raw: bytes, secret: str) -> str:
    """The value of X-Hub-Signature-256."""
    return f"sha256={hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}"


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """Messages, what became of sent ones, public comments; all else as `other`."""
    envelope = lenient.decode_json(delivery.raw, MetaNotification)
    return [one for entry in envelope.entry for one in _from_entry(entry, envelope.object, delivery, account)]


def _from_entry(entry: MetaEntry, kind: str, delivery: Delivery, account: ChannelAccount) -> Iterator[Interaction]:
    place = MetaOrigin(
        source=account.source,
        channel=account.settings.channel,
        account=lenient.text(entry.id, 100) or kind,
        network="instagram" if kind == "instagram" else "messenger",
        at=lenient.moment(entry.time, delivery.received_at),
    )
    for event in (*(entry.messaging or ()), *(entry.standby or ())):
        yield meta_messenger.from_messaging(event, place)
    for change in entry.changes or ():
        if kind == "whatsapp_business_account" and isinstance(change.value, dict):
            yield from meta_whatsapp.from_change(change.field, change.value, place)
        else:
            comment = meta_messenger.from_comment(change.value, place)
            yield comment or other_interaction(place, change.field, change.value)


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    """A message from a telephone number, as WhatsApp sends it."""
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    message = {
        "from": "4917112345678",
        "id": "wamid.sample",
        "timestamp": str(int(now.timestamp())),
        "type": "text",
        "text": {"body": "Where is my parcel?"},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "4930123456", "phone_number_id": "1001"},
        "contacts": [{"profile": {"name": "Anna"}, "wa_id": "4917112345678"}],
        "messages": [message],
    }
    entry = {"id": "2002", "changes": [{"field": "messages", "value": value}]}
    raw = msgspec.json.encode({"object": "whatsapp_business_account", "entry": [entry]})
    return (Delivery(raw=raw, headers={"x-hub-signature-256": signature(raw, account.secret)}, received_at=now),)


ADAPTER = Adapter(
    name="meta",
    title="WhatsApp, Messenger and Instagram",
    verify=verify,
    parse=parse,
    greet=greet,
    samples=_samples,
    settings=MetaSettings,
    methods=("GET", "POST"),
    body_limit_bytes=4 * _MB,
)
