"""What stays of a call: one interaction; pure."""

from datetime import datetime

from service.identity.claims import reference_identity
from service.inbound.calls.state import Call
from service.model.interaction import ConversationHint, Interaction, JsonObject, Participant
from service.model.vocabulary import (
    CallOutcome,
    Channel,
    Direction,
    InteractionKind,
    ParticipantRole,
)


def call_interaction(call: Call) -> Interaction:
    """The interaction of a call that is over, or counts as over; without a reported end it has no duration."""
    return Interaction(
        source=call.source,
        source_event_id=call.call_ref,
        occurred_at=call.started_at,
        channel=Channel.PHONE,
        kind=InteractionKind.CALL,
        direction=call.direction or Direction.INBOUND,
        identities=call.identities or (reference_identity(call.source, call.call_ref),),
        conversation=ConversationHint(ref=call.conversation) if call.conversation else None,
        participant=Participant(role=ParticipantRole.AGENT, id=call.agent, name=call.agent) if call.agent else None,
        outcome=call.outcome or CallOutcome.MISSED,
        data=_call_data(call),
    )


def has_no_customer(call: Call) -> bool:
    """Whether only agents took part, or only an end was reported: such a call concerns no customer."""
    began = any(leg.began for leg in call.legs.values())
    return not call.identities and (call.direction is Direction.INTERNAL or not (began or call.direction))


def _call_data(call: Call) -> JsonObject:
    """The times as ISO 8601 and in whole seconds, the queue, and further data of the telephone system."""
    call_data = {
        "answered_at": _iso8601(call.answered_at),
        "ended_at": _iso8601(call.ended_at),
        "waited_s": _seconds(call.started_at, call.answered_at or call.ended_at),
        "duration_s": _seconds(call.answered_at, call.ended_at) if call.answered_at else None,
        "queue": call.queue,
        "legs": len(call.legs),
    }
    return {**call.data, **{name: value for name, value in call_data.items() if value is not None}}


def _iso8601(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else max(0, round((end - start).total_seconds()))
