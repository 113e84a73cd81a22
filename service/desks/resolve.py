"""Changes a conversation: with its resolution nobody is offered it any more, and no call about it is owed."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.db.change import RecordedChange
from service.db.pool import Connection
from service.db.statements import Statements
from service.handoff import actions as handoff_actions
from service.handoff import repository as handoffs
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks import rules as callback_rules
from service.handoff.callbacks.model import Callback, KnownReason
from service.handoff.callbacks.rules import CallbackAction
from service.handoff.caller import Caller
from service.handoff.model import Handoff
from service.handoff.rules import HandoffAction
from service.model.vocabulary import ConversationStatus, HandoffState
from service.timeline import conversations
from service.timeline.conversations import ConversationPatch

SQL = Statements("service.desks", "resolve")


class ConversationChange(Struct, frozen=True, kw_only=True):
    """A change of a conversation; if it was resolved, what waited for it, as that stands now."""

    recorded: RecordedChange
    handoffs: tuple[Handoff, ...] = ()
    callbacks: tuple[Callback, ...] = ()


async def change_conversation(
    connection: Connection, conversation_id: UUID, patch: ConversationPatch, caller: Caller
) -> ConversationChange:
    """Change what the patch names. A resolution withdraws the open offer and cancels callbacks, as the patch says.

    A handoff that an agent has taken stays with the agent, who ends it. ConversationUnknown if there is none.
    """
    recorded = await conversations.change_conversation(
        connection, conversation_id, patch, now=caller.now, key_id=caller.key_id
    )
    if patch.status is not ConversationStatus.RESOLVED:
        return ConversationChange(recorded=recorded)
    pending = await connection.fetch(SQL.find_pending, conversation_id)
    settled_handoffs = [await _withdraw(connection, row["handoff_id"], caller) for row in pending if row["handoff_id"]]
    settled_callbacks = [
        await _cancel(connection, row["callback_id"], patch, caller) for row in pending if row["callback_id"]
    ]
    versions = [version for _, version in (*settled_handoffs, *settled_callbacks)]
    return ConversationChange(
        recorded=replace(recorded, version=max((recorded.version, *versions))),
        handoffs=tuple(handoff for handoff, _ in settled_handoffs),
        callbacks=tuple(callback for callback, _ in settled_callbacks),
    )


async def _withdraw(connection: Connection, handoff_id: UUID, caller: Caller) -> tuple[Handoff, int]:
    """The handoff withdrawn if it is offered, and the customer's version."""
    handoff, locked = await handoffs.lock_handoff(connection, handoff_id)
    if handoff.state is HandoffState.OFFERED:
        handoff = await handoff_actions.end_handoff(
            connection, locked, handoff, HandoffAction.RESOLVE, caller, outcome=KnownReason.CONVERSATION_RESOLVED
        )
    return handoff, locked.version


async def _cancel(
    connection: Connection, callback_id: UUID, patch: ConversationPatch, caller: Caller
) -> tuple[Callback, int]:
    """The callback cancelled unless the patch keeps it, and the customer's version."""
    callback, locked = await callbacks.lock_callback(connection, callback_id)
    if patch.callback != "keep":
        cancelled = callback_rules.apply_resolution(callback, caller.now, at_once=patch.callback == "cancel")
        callback = await callbacks.update_callback(connection, locked, cancelled, caller, action=CallbackAction.CANCEL)
    return callback, locked.version
