"""Whether a customer is called who may not wish it: only if they asked for the call, or called us themselves.

A customer who wrote to us waits for an answer, not for a call; a desk sees the callback that is not planned, and
answers on another channel.
"""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from service.db.pool import Connection
from service.db.statements import Statements
from service.handoff.callbacks.model import Callback, KnownReason, RequestedBy
from service.handoff.callbacks.rules import schedule_callback
from service.identity.preferences import ContactPreferences, ContactPurpose, read_preferences
from service.model.vocabulary import CallbackState, Channel

SQL = Statements("service.handoff.callbacks", "wishes")


def is_asked_for(*, requested_by: RequestedBy | None = None, last_channel: Channel | None = None) -> bool:
    """Whether the customer asked for a call: the request says so, or they called us themselves.

    `last_channel` is where they last turned to us in a conversation that no desk serves.
    """
    return requested_by is RequestedBy.CUSTOMER or last_channel is Channel.PHONE


def schedule_if_wished(
    callback: Callback, preferences: ContactPreferences, purpose: ContactPurpose, *, now: datetime
) -> Callback:
    """The callback scheduled; uncallable if the customer, who did not ask for it, does not wish such calls."""
    if not preferences.refuse(Channel.PHONE, purpose):
        return schedule_callback(callback, now)
    return replace(callback, state=CallbackState.UNCALLABLE, ended_at=now, end_reason=KnownReason.DO_NOT_CONTACT)


async def schedule_requested_callback(
    connection: Connection, callback: Callback, *, requested_by: RequestedBy, purpose: ContactPurpose, now: datetime
) -> Callback:
    """A requested callback, as the customer wishes it."""
    if is_asked_for(requested_by=requested_by):
        return schedule_callback(callback, now)
    wishes = await read_preferences(connection, callback.customer_id, now)
    return schedule_if_wished(callback, wishes.preferences, purpose, now=now)


async def schedule_fallback_callback(
    connection: Connection, callback: Callback, owner_id: UUID, *, now: datetime, called: bool
) -> Callback:
    """The callback of a handoff that no desk serves, as the customer wishes it; `owner_id` has the conversation.

    `called` if the customer's own call was lost just now.
    """
    wishes = await read_preferences(connection, callback.customer_id, now)
    unwanted = schedule_if_wished(callback, wishes.preferences, ContactPurpose.SERVICE, now=now)
    if unwanted.end_reason is None:
        return unwanted
    last_channel = Channel.PHONE if called else await _last_inbound_channel(connection, owner_id, callback)
    return schedule_callback(callback, now) if is_asked_for(last_channel=last_channel) else unwanted


async def _last_inbound_channel(connection: Connection, owner_id: UUID, callback: Callback) -> Channel | None:
    """Where the customer last turned to us in the conversation of the callback."""
    channel = await connection.fetchval(SQL.last_inbound_channel, owner_id, callback.conversation_id)
    return channel and Channel(channel)
