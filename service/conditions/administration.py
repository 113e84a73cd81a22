"""Conditions over all customers, for those who administer them: listed by how they stand, with holders and uses."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import Struct

from service.conditions.model import Condition
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.model.page import Page

SQL = Statements("service.conditions", "administration")

_condition_decoder = msgspec.json.Decoder(Condition)


class ConditionStanding(StrEnum):
    """How a condition stands; a flagged one was used late, over its limit, or where it did not hold."""

    IN_FORCE = "in_force"
    UPCOMING = "upcoming"
    ENDED = "ended"
    FLAGGED = "flagged"


class ListedCondition(Struct, frozen=True, kw_only=True):
    """A condition with its (canonical) holder, its uses that count, and how many of them are flagged."""

    condition: Condition
    holder_id: UUID
    holder: str | None
    uses: int
    flagged: int


class ConditionChange(Struct, frozen=True, kw_only=True):
    """The last change that people made; `by` is null if the account is gone."""

    action: str
    at: datetime
    by: str | None


def standing_of(condition: Condition, now: datetime) -> ConditionStanding:
    """Whether it has ended, is to come, or is in force."""
    if condition.revoked_at is not None or (condition.valid_until is not None and condition.valid_until <= now):
        return ConditionStanding.ENDED
    return ConditionStanding.UPCOMING if condition.valid_from > now else ConditionStanding.IN_FORCE


async def list_held_conditions(
    connection: Connection, standing: ConditionStanding | None, *, after: str | None, limit: int, now: datetime
) -> Page[ListedCondition]:
    """A page of conditions that stand like this, the newest first; `after` is a page's `next`."""
    try:
        place = UUID(after) if after else None
    except ValueError:
        raise InvalidInput(field="after", message="This is no cursor: take the `next` of the page before.") from None
    rows = await connection.fetch(SQL.list_held_conditions, standing, now, place, limit + 1)
    items = [
        ListedCondition(
            condition=_condition_decoder.decode(row["condition"]),
            holder_id=row["holder_id"],
            holder=row["holder"],
            uses=row["uses"],
            flagged=row["flagged"],
        )
        for row in rows[:limit]
    ]
    return Page(items=items, next=str(items[-1].condition.id) if len(rows) > limit else None)


async def read_last_change(connection: Connection, condition: Condition, holder_id: UUID) -> ConditionChange | None:
    """Who changed the condition last; None if the audit trail does not reach so far back."""
    row = await connection.fetchrow(SQL.read_last_change, condition.customer_id, condition.id, holder_id)
    return None if row is None else msgspec.convert(dict(row), ConditionChange)
