"""Contacts in which a customer who waits for a call was answered meanwhile."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.handoff.caller import Caller
from service.model.vocabulary import Channel

SQL = Statements("service.handoff.callbacks", "contacts")


class AnsweredContact(Struct, frozen=True, kw_only=True):
    """The contact; `interaction_id` is None while the call goes on, `agent` None if it is not known."""

    at: datetime
    agent: str | None
    channel: Channel
    interaction_id: UUID | None


async def find_answered_contact(
    connection: Connection, callback_id: UUID, caller: Caller, interaction_id: UUID | None = None
) -> AnsweredContact | None:
    """The newest contact since the promise, or that of this interaction; None if the customer was not answered in it.

    Other keys than those of our own desks are told of the callback's conversation alone.
    """
    row = await connection.fetchrow(SQL.find_answered_contact, callback_id, interaction_id, caller.sees_everything)
    return None if row is None else msgspec.convert(dict(row), AnsweredContact)
