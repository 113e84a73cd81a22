"""Decision points that people set at a touchpoint."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.access.model import Principal
from service.db.change import RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, InteractionUnknown
from service.model.ids import new_id
from service.model.interaction import RequestShape, ShortText

SQL = Statements("service.journey", "set_decisions")


class DecisionInput(RequestShape, frozen=True):
    """A decision point to set."""

    interaction_id: Annotated[UUID, Meta(description="Id of the touchpoint at which the decision stands.")]
    text: Annotated[ShortText, Meta(description="What was decided there, in a few words.")]


class SetDecision(Struct, frozen=True, kw_only=True):
    """A decision point that a person set."""

    id: Annotated[UUID, Meta(description="Id of the decision, by which it is deleted.")]
    interaction_id: Annotated[UUID, Meta(description="Id of the touchpoint at which the decision stands.")]
    text: Annotated[str, Meta(description="What was decided there, in the words of the person who set it.")]
    set_by: Annotated[str, Meta(description="Name of the agent or key that set it.")]


async def set_decision(
    connection: Connection, customer_id: UUID, new: DecisionInput, *, now: datetime, author: Principal
) -> tuple[SetDecision, RecordedChange]:
    """The decision point, stored. InteractionUnknown if the customer has no such interaction."""
    locked = await lock_customer(connection, customer_id)
    decision = SetDecision(id=new_id(), interaction_id=new.interaction_id, text=new.text, set_by=author.name)
    stored = await connection.fetchval(
        SQL.insert_decision,
        locked.customer_id,
        decision.id,
        new.interaction_id,
        new.text,
        author.name,
        author.key_id,
        now,
    )
    if stored is None:
        raise InteractionUnknown
    change = await record_change(
        connection, locked, now=now, key_id=author.key_id, action="journey_decision.set", subject_id=decision.id
    )
    return decision, change


async def read_decision(connection: Connection, customer_id: UUID, decision_id: UUID) -> SetDecision:
    """The decision point. Absent if the customer has none of this id."""
    row = await connection.fetchrow(SQL.read_decision, customer_id, decision_id)
    if row is None:
        raise Absent("There is no such decision point.")
    return SetDecision(id=decision_id, interaction_id=row["interaction_id"], text=row["text"], set_by=row["set_by"])


async def delete_decision(
    connection: Connection, customer_id: UUID, decision_id: UUID, *, now: datetime, author: Principal
) -> RecordedChange:
    """Delete the decision point. Absent if the customer has none of this id."""
    locked = await lock_customer(connection, customer_id)
    if not await connection.fetchval(SQL.delete_decision, locked.customer_id, decision_id):
        raise Absent("There is no such decision point.")
    return await record_change(
        connection, locked, now=now, key_id=author.key_id, action="journey_decision.deleted", subject_id=decision_id
    )
