"""Rasa: the protocol of its action server, so that a bot hands off without code, and the lines of its event broker.

https://rasa.com/docs/rasa/action-server/ and https://rasa.com/docs/rasa/event-brokers; seen on Rasa 3.6.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Raw, Struct

from service.channels import lenient
from service.channels.base import (
    ACCEPTED,
    Adapter,
    ChannelAccount,
    Delivery,
    DeliveryReply,
    DeliveryResult,
    DoorOutput,
    HandoffOrder,
    verified_by_path,
)
from service.channels.chatbot.rasa import events as rasa_events
from service.channels.chatbot.rasa.events import RasaEvent, RasaSettings
from service.errors import InvalidInput
from service.handoff.model import ConversationKey, HandoffReason, HandoffRequest, HandoffTarget
from service.model.vocabulary import HandoffMode

_MB = 1024 * 1024
_MAX_LINES = 500
_MAX_EVENTS = 1000
"""Rasa tells every call what was ever said; what is older than these was told before."""


class Tracker(Struct, frozen=True, kw_only=True):
    """A conversation as Rasa keeps it."""

    sender_id: str | int | None = None
    slots: dict[str, Any] | None = None
    latest_message: Any = None
    latest_event_time: Any = None
    events: list[RasaEvent] | None = None


class ActionRequest(Struct, frozen=True, kw_only=True):
    """A call of the action server."""

    next_action: str | None = None
    sender_id: str | int | None = None
    tracker: Tracker = Tracker()

    @property
    def sender(self) -> str:
        """The sender's id of the conversation. InvalidInput without one."""
        return rasa_events.sender_of(self.tracker.sender_id or self.sender_id)


class _ActionParts(Struct, frozen=True, kw_only=True):
    """What only the call of an action has."""

    next_action: Raw = Raw()
    tracker: Raw = Raw()


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """What was said and learned, from a tracker or from lines, and the handoff if the bot asks for one."""
    call = _action_request(delivery.raw)
    if call is None:
        return list(_parse_event_lines(delivery, account))
    sender = call.sender
    told: list[DoorOutput] = [
        one
        for event in (call.tracker.events or ())[-_MAX_EVENTS:]
        for one in rasa_events.interaction_of_event(event, sender, account, delivery.received_at)
    ]
    if call.next_action == account.settings.action:
        told.append(_handoff_order(call.tracker, sender, account, delivery.received_at))
    return told


def answer(delivery: Delivery, account: ChannelAccount, taken: DeliveryResult) -> DeliveryReply:
    """After a handoff the bot says so and falls silent; if there is none it is told so, and carries on."""
    call = _action_request(delivery.raw)
    if call is None:
        return ACCEPTED
    settings: RasaSettings = account.settings
    if call.next_action != settings.action:
        return _reply(200, {"events": [], "responses": []})
    if not taken.handoffs:
        return _reply(
            400, {"error": " ".join(taken.refused) or "There is no handoff.", "action_name": call.next_action}
        )
    slot = {"event": "slot", "name": settings.handoff_slot, "value": str(taken.handoffs[0])}
    has_slot = settings.handoff_slot in (call.tracker.slots or {})
    events = [*([slot] if has_slot else []), {"event": "pause"}]
    return _reply(200, {"events": events, "responses": [{"text": settings.say}] if settings.say else []})


def _reply(status: int, body: Mapping[str, object]) -> DeliveryReply:
    return DeliveryReply(status=status, body=msgspec.json.encode(body))


def _action_request(raw: bytes) -> ActionRequest | None:
    """The call of an action; None for lines of events."""
    try:
        parts = lenient.decode_json(raw, _ActionParts)
    except InvalidInput:
        return None
    return lenient.decode_json(raw, ActionRequest) if parts.next_action or parts.tracker else None


def _parse_event_lines(delivery: Delivery, account: ChannelAccount) -> Iterator[DoorOutput]:
    lines = [line for line in delivery.raw.split(b"\n") if line.strip()]
    if not lines:
        raise InvalidInput("The call of an action, or lines of events are expected.")
    if len(lines) > _MAX_EVENTS:
        raise InvalidInput(f"At most {_MAX_EVENTS} lines are taken at once.")
    for number, line in enumerate(lines, start=1):
        try:
            event = lenient.decode_json(line, RasaEvent)
            sender = rasa_events.sender_of(event.sender_id)
        except InvalidInput as error:
            raise InvalidInput(f"line {number}: {error.detail}") from None
        yield from rasa_events.interaction_of_event(event, sender, account, delivery.received_at)


def _handoff_order(tracker: Tracker, sender: str, account: ChannelAccount, received_at: datetime) -> HandoffOrder:
    """The handoff: one for each message of the customer that made the bot ask for it."""
    latest = tracker.latest_message if isinstance(tracker.latest_message, dict) else {}
    intent = latest.get("intent")
    occasion = lenient.text(latest.get("message_id"), 1000) or str(tracker.latest_event_time)
    return HandoffOrder(
        event_id=lenient.fit_id(f"handoff:{sender}:{occasion}", 200),
        request=HandoffRequest(
            to=HandoffTarget(queue=account.settings.queue),
            identity=rasa_events.bot_identity(sender, account),
            conversation=ConversationKey(ref=sender),
            mode=HandoffMode.PASS,
            reason=HandoffReason(
                code=lenient.text(intent.get("name"), 200) if isinstance(intent, dict) else None,
                text=lenient.text(latest.get("text"), 10_000),
            ),
            transcript=tuple(rasa_events.transcript_lines(tracker.events or (), received_at))[-_MAX_LINES:],
            facts=rasa_events.facts(tracker.slots or {}, account.settings),
        ),
    )


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    """A customer who has told the bot something, and asks for a person."""
    said_at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC).timestamp()
    events = [
        {"event": "user", "timestamp": said_at, "text": "My parcel A-1 is lost", "message_id": "sample-1"},
        {"event": "slot", "timestamp": said_at + 1, "name": "order_number", "value": "A-1"},
        {"event": "bot", "timestamp": said_at + 2, "text": "I am sorry to hear that."},
        {"event": "user", "timestamp": said_at + 3, "text": "I want a person", "message_id": "sample-2"},
    ]
    tracker = {
        "sender_id": "+4930123456",
        "slots": {"order_number": "A-1", "handoff_id": None},
        "latest_message": {"intent": {"name": "person"}, "text": "I want a person", "message_id": "sample-2"},
        "events": events,
    }
    body = {"next_action": account.settings.action, "sender_id": "+4930123456", "tracker": tracker}
    return (
        Delivery(
            raw=msgspec.json.encode(body),
            headers={"content-type": "application/json"},
            rest="webhook",
            received_at=datetime(2026, 11, 21, 9, 31, tzinfo=UTC),
        ),
    )


ADAPTER = Adapter(
    name="rasa",
    title="Rasa",
    verify=verified_by_path,
    parse=parse,
    answer=answer,
    samples=_samples,
    settings=RasaSettings,
    in_path=True,
    body_limit_bytes=4 * _MB,
)
