"""What one event of a Segment SDK is to us: https://segment.com/docs/connections/spec/."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from service.channels import lenient
from service.channels.base import AdapterSettings, clipped
from service.channels.web.segment.people import (
    contact_identities,
    event_assurance,
    known_id,
    person_identities,
    person_name,
    stripped_text,
    trait_facts,
)
from service.errors import InvalidInput
from service.model.interaction import (
    ConversationHint,
    FactName,
    Interaction,
    JsonObject,
    Participant,
)
from service.model.vocabulary import Channel, Direction, IdentityKind, InteractionKind, ParticipantRole

TYPES = ("identify", "track", "page", "screen", "group", "alias")
_VISIT = ConversationHint(subject="Website visit")
"""What a visitor does on sites is one conversation, apart from what they write or call about."""
_OTHER = ":other"
_EVENT_BYTES = 32 * 1024
"""Segment takes no larger one, and an interaction's `data` holds no more."""
_MAX_ID_CHARS = 500 - len(_OTHER)
_LONGEST_TYPE, _LONGEST_TEXT, _LONGEST_LANGUAGE = 100, 1000, 35
_EARLIEST_YEAR = 1970
_FIRST_MILLISECONDS = 10**11
"""Numbers from here on count milliseconds since 1970, smaller ones seconds."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_digestible = msgspec.json.Encoder(order="sorted").encode


class SegmentSettings(AdapterSettings, frozen=True, kw_only=True):
    """How the events of a site are to be read.

    `user_id` is the kind of identity that its userIds are. `events` gives track events their kinds, and `facts` gives
    traits and properties the names of facts; each replaces what holds without it. `trusted` says that only servers of
    the company hold the writeKey, so that a userId is proven; browsers are then refused.
    """

    user_id: Literal["external", "customer_number", "username"] = "external"
    events: dict[str, InteractionKind] = msgspec.field(
        default_factory=lambda: {
            "Order Completed": InteractionKind.PURCHASE,
            "Form Submitted": InteractionKind.FORM,
            "Product Reviewed": InteractionKind.FEEDBACK,
        }
    )
    facts: dict[str, FactName] = msgspec.field(default_factory=lambda: {"order_id": "order_number"})
    trusted: bool = False
    body_limit_kb: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 500


class SegmentEnvelope(Struct, frozen=True, kw_only=True, rename="camel"):
    """The ids and times of an event; nothing is required of it here, since SDKs of ten years differ."""

    message_id: Any = None
    type: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None


class SegmentEvent(SegmentEnvelope, frozen=True, kw_only=True, rename="camel"):
    """An event with what it says."""

    event: Any = None
    name: Any = None
    category: Any = None
    properties: Any = None
    traits: Any = None
    context: Any = None
    group_id: Any = None
    previous_id: Any = None


class SegmentBatch(Struct, frozen=True, kw_only=True):
    """What the events of one delivery have in common; `skew` is how far the sender's clock is behind ours."""

    source: str
    settings: SegmentSettings
    received_at: datetime
    skew: timedelta
    context: JsonObject
    type: str


def interaction_of_event(raw: bytes, frame: SegmentBatch) -> Interaction:
    """The interaction in one event. InvalidInput if it is no object, or has nothing that tells it from others.

    One that is too large, or holds what cannot be stored, is kept without what it says.
    """
    event, readable = _parse_event(raw)
    event_type = stripped_text(event.type)[:_LONGEST_TYPE].lower() or frame.type
    context = _object(event.context) or frame.context
    traits = _object(event.traits) or _object(context.get("traits"))  # RudderStack puts them into the context
    person = trait_facts(traits) if event_type == "identify" else {}
    name = person_name(person)
    user, visitor = known_id(event.user_id), known_id(event.anonymous_id)
    previous = known_id(event.previous_id) if event_type == "alias" else ""
    account = IdentityKind(frame.settings.user_id)
    claims = person_identities(user, visitor, previous, account=account, trusted=frame.settings.trusted)
    return Interaction(
        source=frame.source,
        source_event_id=_event_id(event) + ("" if readable and event_type in TYPES else _OTHER),
        occurred_at=_occurred_at(event, frame),
        channel=Channel.WEB,
        kind=_kind(event, event_type, frame.settings),
        direction=Direction.INBOUND,
        identities=(*claims, *contact_identities(person)),
        assurance=event_assurance(user, trusted=frame.settings.trusted),
        conversation=_VISIT,
        participant=Participant(role=ParticipantRole.CUSTOMER, name=name) if name else None,
        text=_text(event, event_type),
        language=_language(context.get("locale")),
        facts=person | _configured_facts(frame.settings, _object(event.properties), traits),
        data=_data(event, event_type, context),
    )


def _parse_event(raw: bytes) -> tuple[SegmentEvent, bool]:
    """The event, and whether all of it could be read."""
    if len(raw) <= _EVENT_BYTES:
        try:
            return lenient.decode_json(raw, SegmentEvent), True
        except InvalidInput:
            pass
    return SegmentEvent(**asdict(lenient.decode_json(raw, SegmentEnvelope))), False


def _event_id(event: SegmentEvent) -> str:
    """The messageId; without a usable one a digest of the event, if its time tells it from another like it."""
    stated = stripped_text(event.message_id)
    if 0 < len(stated) <= _MAX_ID_CHARS:
        return stated
    if not stated and parse_time(event.timestamp) is None:
        message = "An event needs a messageId, or else a timestamp, so that it counts once however often it is sent."
        raise InvalidInput(f"messageId: {message}", field="messageId", message=message)
    return hashlib.sha256(_digestible(replace(event, sent_at=None))).hexdigest()


def _occurred_at(event: SegmentEvent, frame: SegmentBatch) -> datetime:
    """When it happened by our clock; when it came if that cannot be said, and never later."""
    stated = parse_time(event.timestamp) or parse_time(event.original_timestamp)
    if stated is None:
        return frame.received_at
    skew = frame.skew if event.sent_at is None else clock_skew(parse_time(event.sent_at), frame.received_at)
    try:
        at = stated + skew
    except OverflowError:
        return frame.received_at
    return min(at, frame.received_at) if at.year >= _EARLIEST_YEAR else frame.received_at


def clock_skew(sent_at: datetime | None, received_at: datetime) -> timedelta:
    """How far the clock of a sender is behind ours; nothing if it does not tell its time."""
    return received_at - sent_at if sent_at else timedelta()


def parse_time(value: object) -> datetime | None:
    """A time as SDKs write it: ISO 8601, in UTC unless it says otherwise, or seconds or milliseconds since 1970."""
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if value >= _FIRST_MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _kind(event: SegmentEvent, type: str, settings: SegmentSettings) -> InteractionKind:
    if type in {"page", "screen"}:
        return InteractionKind.PAGE
    return (
        settings.events.get(stripped_text(event.event), InteractionKind.OTHER)
        if type == "track"
        else InteractionKind.OTHER
    )


def _text(event: SegmentEvent, type: str) -> str | None:
    """What people read of it: the event's or the page's name, else the page's title or path."""
    if type == "track":
        text = stripped_text(event.event)
    else:
        properties = _object(event.properties)
        names = (stripped_text(event.category), stripped_text(event.name))
        text = (
            " ".join(one for one in names if one)
            or stripped_text(properties.get("title"))
            or stripped_text(properties.get("path"))
        )
    return clipped(text, _LONGEST_TEXT) or None


def _language(locale: object) -> str | None:
    tag = locale.replace("_", "-") if isinstance(locale, str) else ""
    return tag if len(tag) <= _LONGEST_LANGUAGE and _LANGUAGE.fullmatch(tag) else None


def _configured_facts(settings: SegmentSettings, *sources: Mapping[str, Any]) -> JsonObject:
    """The facts that the settings find in traits and properties."""
    return {
        fact: source[name]
        for source in sources
        if source
        for name, fact in settings.facts.items()
        if stripped_text(source.get(name))
    }


def _data(event: SegmentEvent, type: str, context: JsonObject) -> JsonObject:
    """What has no place elsewhere, by Segment's names; of the context only the page and the campaign.

    A visitor's address and browser serve nobody here; they stand in the payload for as long as that is kept.
    """
    said = {
        "event": event.event,
        "name": event.name,
        "category": event.category,
        "properties": event.properties,
        "traits": event.traits,
        "groupId": event.group_id,
        "previousId": event.previous_id,
        "page": context.get("page") if type == "track" else None,
        "campaign": context.get("campaign"),
    }
    return {"type": type, **{name: value for name, value in said.items() if value}}


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
