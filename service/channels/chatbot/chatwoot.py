"""Chatwoot: what customers, bots and agents write in its inboxes, and conversations that its bot gives up.

https://www.chatwoot.com/docs/product/features/webhooks
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from service.channels import lenient
from service.channels.base import (
    Adapter,
    AdapterSettings,
    ChannelAccount,
    ConversationReport,
    Delivery,
    DoorOutput,
    HandoffOrder,
    check_secret,
)
from service.errors import DeliveryRefused, InvalidInput
from service.handoff.model import ConversationKey, HandoffReason, HandoffRequest, HandoffTarget, QueueName
from service.model.interaction import (
    MAX_IDENTITY_CHARS,
    ConversationHint,
    IdentityClaim,
    Interaction,
    Participant,
    Rating,
)
from service.model.vocabulary import (
    Assurance,
    Channel,
    ConversationStatus,
    Direction,
    HandoffMode,
    IdentityKind,
    InteractionKind,
    ParticipantRole,
)

_MB = 1024 * 1024
_FRESH = timedelta(minutes=5)
_CHANNELS = {
    "Channel::WebWidget": Channel.CHATBOT,
    "Channel::Api": Channel.CHATBOT,
    "Channel::Email": Channel.EMAIL,
    "Channel::Sms": Channel.PHONE,
    "Channel::TwilioSms": Channel.PHONE,
}
"""Inbox -> channel; every other inbox is one of a social network."""
_MESSAGES = {
    "incoming": (InteractionKind.MESSAGE, Direction.INBOUND, ParticipantRole.CUSTOMER),
    "outgoing": (InteractionKind.MESSAGE, Direction.OUTBOUND, ParticipantRole.AGENT),
    "template": (InteractionKind.MESSAGE, Direction.OUTBOUND, ParticipantRole.BOT),
    "activity": (InteractionKind.SYSTEM, Direction.INTERNAL, ParticipantRole.SYSTEM),
}
_NOTE = (InteractionKind.NOTE, Direction.INTERNAL, ParticipantRole.AGENT)
_NUMBERED = {"0": "incoming", "1": "outgoing", "2": "activity", "3": "template"}
_TIMES = {"message_created": "created_at"}
"""Event -> where its time stands; the other events are about something older, which was updated."""
_STATUSES = {"resolved": ConversationStatus.RESOLVED, "open": ConversationStatus.OPEN}
_CSAT, _CSAT_SCALE = "content_attributes.submitted_values.csat_survey_response", 5
_NOT_SAID = frozenset({"conversation_typing_on", "conversation_typing_off"})


class ChatwootSettings(AdapterSettings, frozen=True, kw_only=True):
    """What can be set for an account; the webhook's secret is the door's."""

    queue: QueueName | None = None
    """Where a conversation is handed off to that Chatwoot's bot opens for people; unset, Chatwoot keeps it."""
    identifier: IdentityKind = IdentityKind.EXTERNAL
    """What your own id of a contact is, e.g. customer_number."""


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """Chatwoot signs its time and the bytes; a time that is more than five minutes away is refused."""
    stamp = delivery.header("x-chatwoot-timestamp")
    check_secret(delivery.header("x-chatwoot-signature"), signature(stamp, delivery.raw, account.secret))
    sent_at = lenient.moment(stamp, datetime.min.replace(tzinfo=UTC))
    if abs(delivery.received_at - sent_at) > _FRESH:
        raise DeliveryRefused


def signature(stamp: str, raw: bytes, secret: str) -> str:
    """The value of X-Chatwoot-Signature."""
    return f"sha256={hmac.new(secret.encode(), stamp.encode() + b'.' + raw, hashlib.sha256).hexdigest()}"


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """The message, what happened to the conversation, and the handoff if the bot has given it up."""
    event = lenient.decode_json(delivery.raw, dict[str, Any])
    name = lenient.text(event.get("event"), 100)
    if name is None:
        raise InvalidInput(field="event", message="The name of the event is needed.")
    if name in _NOT_SAID:
        return ()
    matter = _conversation_of(event, name)
    bare = _base_interaction(event, name, matter, delivery, account)
    if name == "message_created":
        return (_message(event, bare),)
    if name == "message_updated" and (rating := _csat_rating(event)) is not None:
        return (_feedback(event, bare, rating),)
    if name == "conversation_status_changed":
        told = _status(event, bare)
        return (told, *_conversation_reports(told), *_handoff_orders(told, account))
    return (replace(bare, source_event_id=f"{bare.source_event_id}:other", data=lenient.compact(event)),)


def _conversation_of(event: dict[str, Any], name: str) -> dict[str, Any]:
    """The conversation that an event is about, which may be the event itself."""
    for inner in (event.get("conversation"), event.get("current_conversation")):
        if isinstance(inner, dict):
            return inner
    return event if name.startswith("conversation_") else {}


def _base_interaction(
    event: dict[str, Any], name: str, matter: dict[str, Any], delivery: Delivery, account: ChannelAccount
) -> Interaction:
    """What every event has; its id is that of the delivery, which is the same when Chatwoot tries again."""
    proven = lenient.dig(matter, "meta.hmac_verified") is True
    own_id = lenient.text(delivery.header("x-chatwoot-delivery"), 200) or lenient.fingerprint(event)
    ref = lenient.text(matter.get("id"), 200)
    subject = lenient.text(lenient.dig(matter, "additional_attributes.mail_subject"), 500)
    return Interaction(
        source=account.source,
        source_event_id=own_id,
        occurred_at=lenient.moment(event.get(_TIMES.get(name, "updated_at")), delivery.received_at),
        channel=_CHANNELS.get(str(matter.get("channel")), Channel.SOCIAL),
        kind=InteractionKind.OTHER,
        direction=Direction.INTERNAL,
        identities=_identities(_contact(event, name, matter), account, proven=proven),
        assurance=Assurance.VERIFIED if proven else Assurance.CLAIMED,
        conversation=ConversationHint(ref=ref, subject=subject) if ref else None,
    )


def _contact(event: dict[str, Any], name: str, matter: dict[str, Any]) -> object:
    """The customer: whom the conversation is with, or who wrote it; of a contact's event the contact."""
    if name.startswith("contact_"):
        return event
    sender = event.get("sender") if _type_of(event) == "incoming" else None
    return lenient.dig(matter, "meta.sender") or sender or event.get("contact")


def _type_of(event: dict[str, Any]) -> str:
    """The type of a message, which older versions number."""
    stated = str(event.get("message_type"))
    return _NUMBERED.get(stated, stated)


def _identities(contact: object, account: ChannelAccount, *, proven: bool) -> tuple[IdentityClaim, ...]:
    """How the customer is known; `proven`: the web site has signed its own id of them."""
    settings: ChatwootSettings = account.settings
    number = lenient.text(lenient.dig(contact, "id"), 200)
    there = (
        (IdentityKind.EXTERNAL, number and f"{account.source}:contact:{number}", False),
        (settings.identifier, lenient.dig(contact, "identifier"), proven),
        (IdentityKind.EMAIL, lenient.dig(contact, "email"), False),
        (IdentityKind.PHONE, lenient.dig(contact, "phone_number"), False),
    )
    return tuple(
        IdentityClaim(kind=kind, value=text, verified=verified)
        for kind, value, verified in there
        if (text := lenient.text(value, MAX_IDENTITY_CHARS)) is not None
    )


def _message(event: dict[str, Any], bare: Interaction) -> Interaction:
    """A message, a private note, or what Chatwoot itself remarks."""
    message_id = lenient.text(event.get("id"), 200)
    if message_id is None:
        raise InvalidInput(field="id", message="The message's id is needed.")
    kind, direction, role = _MESSAGES.get(_type_of(event), _MESSAGES["activity"])
    if event.get("private") is True:
        kind, direction, role = _NOTE
    elif lenient.dig(event, "sender.type") == "agent_bot":
        role = ParticipantRole.BOT
    beside = {name: event.get(name) for name in ("content_type", "content_attributes", "attachments")}
    return replace(
        bare,
        source_event_id=f"message:{message_id}",
        kind=kind,
        direction=direction,
        participant=Participant(role=role, name=lenient.text(lenient.dig(event, "sender.name"), 200)),
        text=lenient.text(event.get("content"), 100_000),
        data=lenient.compact(beside),
    )


def _csat_rating(event: dict[str, Any]) -> int | None:
    """The stars, 1 to 5, that a customer has given; None if the event is about another message, or not answered."""
    if event.get("content_type") != "input_csat":
        return None
    rating = lenient.dig(event, f"{_CSAT}.rating")
    return rating if isinstance(rating, int) and 1 <= rating <= _CSAT_SCALE else None


def _feedback(event: dict[str, Any], bare: Interaction, rating: int) -> Interaction:
    """The customer's answer to the question how content they are."""
    words = lenient.text(lenient.dig(event, f"{_CSAT}.feedback_message"), 100_000)
    said = lenient.fingerprint([rating, words])
    return replace(
        bare,
        source_event_id=f"csat:{lenient.text(event.get('id'), 200)}:{said}",
        kind=InteractionKind.FEEDBACK,
        direction=Direction.INBOUND,
        participant=Participant(role=ParticipantRole.CUSTOMER),
        text=words,
        rating=Rating(scale=_CSAT_SCALE, value=rating),
    )


def _conversation_reports(told: Interaction) -> Sequence[ConversationReport]:
    """Resolved or opened there is so here; what waits there for a bot or a date is still open."""
    status = _STATUSES.get(str((told.data or {}).get("status")))
    if status is None or told.conversation is None:
        return ()
    return (ConversationReport(event_id=told.source_event_id, status=status, at=told.occurred_at),)


def _status(event: dict[str, Any], bare: Interaction) -> Interaction:
    """The conversation was opened, put off or resolved."""
    before = [lenient.dig(one, "status.previous_value") for one in _as_list(event.get("changed_attributes"))]
    previous = next((lenient.text(one, 50) for one in before if one is not None), None)
    beside = {"status": lenient.text(event.get("status"), 50), "previous": previous}
    return replace(bare, kind=InteractionKind.SYSTEM, data=lenient.compact(beside))


def _handoff_orders(told: Interaction, account: ChannelAccount) -> Sequence[HandoffOrder]:
    """The bot's conversations are pending; the one that it opens is for people."""
    given_up = told.data == {"status": "open", "previous": "pending"}
    if not given_up or account.settings.queue is None or told.conversation is None or not told.identities:
        return ()
    request = HandoffRequest(
        to=HandoffTarget(queue=account.settings.queue),
        identity=told.identities[0],
        conversation=ConversationKey(ref=told.conversation.ref),
        mode=HandoffMode.PASS,
        reason=HandoffReason(code="bot_handoff"),
    )
    return (HandoffOrder(event_id=f"handoff:{told.source_event_id}", request=request),)


def _as_list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _sign(delivery: Delivery, account: ChannelAccount) -> Delivery:
    stamp = str(int(delivery.received_at.timestamp()))
    proof = {
        "x-chatwoot-timestamp": stamp,
        "x-chatwoot-signature": signature(stamp, delivery.raw, account.secret),
    }
    return replace(delivery, headers={**delivery.headers, **proof})


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    """A message of a visitor of the web site."""
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    contact = {"id": 7, "name": "Anna", "email": "anna@example.de", "type": "contact"}
    body = {
        "event": "message_created",
        "id": 11,
        "content": "Where is my parcel?",
        "message_type": "incoming",
        "created_at": "2026-11-21T09:29:58.000Z",
        "sender": contact,
        "conversation": {"id": 5, "channel": "Channel::WebWidget", "status": "open", "meta": {"sender": contact}},
    }
    headers = {"x-chatwoot-delivery": "sample-1"}
    return (_sign(Delivery(raw=msgspec.json.encode(body), headers=headers, received_at=now), account),)


ADAPTER = Adapter(
    name="chatwoot",
    title="Chatwoot",
    verify=verify,
    parse=parse,
    samples=_samples,
    sign_again=_sign,
    settings=ChatwootSettings,
    body_limit_bytes=_MB,
)
