"""A call that ends in vain while its conversation is handed off: the handoff fails, and a callback is promised."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.db.pool import Connection
from service.handoff import actions, repository
from service.handoff.caller import system_caller
from service.handoff.repository import OpenHandoff
from service.handoff.rules import HandoffAction
from service.model.interaction import InteractionContent
from service.model.vocabulary import DROPPED_CALL_OUTCOMES, Channel, Direction

MAX_CALL_DURATION = timedelta(hours=1)
"""Some telephone systems report the start of a call, not its end: it may start this long before the handoff."""


class DroppedCall(Struct, frozen=True, kw_only=True):
    """A registered call that ended in vain; `names_conversation` if the telephone system named its conversation."""

    customer_id: UUID
    conversation_id: UUID
    subject_key: str
    names_conversation: bool
    occurred_at: datetime
    key_id: UUID


def is_dropped_call(interaction: InteractionContent) -> bool:
    """Whether the customer called in vain; calls that we made do not count."""
    return (
        interaction.channel is Channel.PHONE
        and interaction.outcome in DROPPED_CALL_OUTCOMES
        and interaction.direction is not Direction.OUTBOUND
    )


def find_affected_handoffs(call: DroppedCall, candidates: Sequence[OpenHandoff]) -> Sequence[OpenHandoff]:
    """The candidates of the call's conversation, else of its subject; all if the call names neither."""
    candidates_in_time = [one for one in candidates if one.created_at <= call.occurred_at + MAX_CALL_DURATION]
    of_conversation = [one for one in candidates_in_time if one.conversation_id == call.conversation_id]
    if call.names_conversation and of_conversation:
        return of_conversation
    if call.names_conversation and call.subject_key:
        return [one for one in candidates_in_time if one.subject_key == call.subject_key]
    return candidates_in_time


async def fail_on_dropped_call(connection: Connection, call: DroppedCall, now: datetime) -> int | None:
    """Fail the affected handoffs and promise callbacks; gives the customer's version, None without such a handoff."""
    caller = replace(system_caller(now), key_id=call.key_id)
    version = None
    for one in find_affected_handoffs(call, await repository.find_open_handoffs(connection, call.customer_id)):
        handoff, locked = await actions.lock_for_action(
            connection, one.handoff_id, HandoffAction.FAIL_ON_DROPPED_CALL, caller
        )
        failed = await actions.end_handoff(
            connection, locked, handoff, HandoffAction.FAIL_ON_DROPPED_CALL, caller, with_callback=True
        )
        version = failed.version
    return version
