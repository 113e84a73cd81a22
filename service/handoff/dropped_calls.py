"""A call that ends in vain while its conversation is being handed over: the handoff fails, and we call back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.db.pool import Connection
from service.handoff import actions as taking
from service.handoff import repository as handoffs
from service.handoff.caller import system_caller
from service.handoff.repository import OpenHandoff
from service.handoff.rules import HandoffAction
from service.model.interaction import Interaction
from service.model.vocabulary import DROPPED_CALL_OUTCOMES, Channel, Direction

MAX_CALL_DURATION = timedelta(hours=1)
"""Some systems tell when a call began, not when it ended: it may have begun this long before the handoff."""


class DroppedCall(Struct, frozen=True, kw_only=True):
    """A registered call that ended in vain; `named` if the caller's system said which conversation it belongs to."""

    customer_id: UUID
    conversation_id: UUID
    subject_key: str
    names_conversation: bool
    occurred_at: datetime
    key_id: UUID


def is_dropped_call(interaction: Interaction) -> bool:
    """Whether the customer turned to us by phone in vain; our own calls that nobody answers are no such thing."""
    return (
        interaction.channel is Channel.PHONE
        and interaction.outcome in DROPPED_CALL_OUTCOMES
        and interaction.direction is not Direction.OUTBOUND
    )


def find_affected_handoffs(call: DroppedCall, candidates: Sequence[OpenHandoff]) -> Sequence[OpenHandoff]:
    """The handoffs that a call was about: of its conversation, else of its subject, else all: it named no matter."""
    candidates_in_time = [one for one in candidates if one.created_at <= call.occurred_at + MAX_CALL_DURATION]
    of_conversation = [one for one in candidates_in_time if one.conversation_id == call.conversation_id]
    if call.names_conversation and of_conversation:
        return of_conversation
    if call.names_conversation and call.subject_key:
        return [one for one in candidates_in_time if one.subject_key == call.subject_key]
    return candidates_in_time


async def fail_on_dropped_call(connection: Connection, call: DroppedCall, now: datetime) -> int | None:
    """Fail what the call was about and promise to call back; gives the customer's version, None if nothing was."""
    caller = replace(system_caller(now), key_id=call.key_id)
    version = None
    for one in find_affected_handoffs(call, await handoffs.find_open_handoffs(connection, call.customer_id)):
        handoff, locked = await taking.lock_for_action(
            connection, one.handoff_id, HandoffAction.FAIL_ON_DROPPED_CALL, caller
        )
        failed = await taking.end_handoff(
            connection, locked, handoff, HandoffAction.FAIL_ON_DROPPED_CALL, caller, with_callback=True
        )
        version = failed.version
    return version
