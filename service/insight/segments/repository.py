"""Segments in the database: defined, listed with their sizes, and whose they are."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, CustomerUnknown, InvalidInput
from service.insight.expressions import RuleCondition, parse_condition
from service.insight.segments.model import (
    Segment,
    SegmentDefinition,
    SegmentMembership,
    SegmentMemberships,
    SegmentName,
    UndecidedCustomers,
)
from service.model.page import Page

SQL = Statements("service.insight.segments", "repository")

MAX_DEFINED = 500
"""Definitions: each changed customer meets the rules of all."""
NO_SUCH_SEGMENT = "There is no such segment."


async def define_segment(connection: Connection, name: str, definition: SegmentDefinition, *, now: datetime) -> bool:
    """Define a segment, or replace its definition; gives whether it is new. A changed rule is evaluated for all.

    InvalidInput for a name that cannot stand in a path, for a rule that is none, and for one segment too many.
    """
    _check_name(name)
    if definition.rule is not None:
        parse_condition(definition.rule, field="rule")
    await connection.execute(SQL.lock_position)
    if await connection.fetchval(SQL.count_others, name) >= MAX_DEFINED:
        raise InvalidInput(field="name", message=f"There are {MAX_DEFINED} segments already: delete one first.")
    before = await connection.fetchval(SQL.read_rule, name)
    created: bool = await connection.fetchval(SQL.upsert_segment, name, definition.title, definition.rule, now)
    if before != definition.rule:
        await connection.execute(SQL.begin_sweep)
    return created


async def delete_segment(connection: Connection, name: str) -> None:
    """Forget a definition; the segment is gone unless it is stated of customers. Absent if it was never defined."""
    await connection.execute(SQL.lock_position)
    if await connection.execute(SQL.delete_segment, name) == "DELETE 0":
        raise Absent(NO_SUCH_SEGMENT)
    await connection.execute(SQL.begin_sweep)


async def read_segment(connection: Connection, name: str) -> Segment:
    """The segment of this name with its sizes. Absent if it is neither defined nor stated."""
    found = await connection.fetch(SQL.list_segments, name)
    if not found:
        raise Absent(NO_SUCH_SEGMENT)
    return _segment(found[0])


async def list_segments(connection: Connection, *, after: str | None, limit: int) -> Page[Segment]:
    """A page of all segments, in the order of their names."""
    rows = await connection.fetch(SQL.list_segments, None)
    found = [row for row in rows if after is None or row["name"] > after]
    next_after = found[limit - 1]["name"] if len(found) > limit else None
    return Page(items=[_segment(row) for row in found[:limit]], next=next_after)


async def read_titles(connection: Connection) -> dict[str, str]:
    """The titles of segments by their names; one that was never defined has none."""
    return {row["name"]: row["title"] for row in await connection.fetch(SQL.read_titles)}


async def list_memberships(connection: Connection, customer_id: UUID) -> SegmentMemberships:
    """The segments that a customer is in, stated ones and rules. CustomerUnknown if there is no such customer."""
    if await connection.fetchval(SQL.find_survivor, customer_id) is None:
        raise CustomerUnknown
    rows = await connection.fetch(SQL.list_memberships, customer_id)
    return SegmentMemberships(items=[SegmentMembership(**row) for row in rows])


async def read_rules(connection: Connection) -> dict[str, RuleCondition]:
    """The conditions of all segments that have one; one that this version cannot read is left out."""
    rules = {}
    for row in await connection.fetch(SQL.read_rules):
        condition, _ = _read_rule(row["rule"])
        if condition is not None:
            rules[row["name"]] = condition
    return rules


def _segment(row: asyncpg.Record) -> Segment:
    undecided = None
    if row["rule"] is not None and row["undecided"] is not None:
        undecided = UndecidedCustomers(customers=row["undecided"], reason=row["reason"])
    return Segment(
        name=row["name"],
        title=row["title"],
        rule=row["rule"],
        customers=row["stated"] + row["met"] - row["stated_and_met"],
        stated=row["stated"],
        met=row["met"],
        undecided=undecided,
        evaluating=row["evaluating"],
        error=None if row["rule"] is None else _read_rule(row["rule"])[1],
        changed_at=row["changed_at"],
    )


def _read_rule(text: str) -> tuple[RuleCondition | None, str | None]:
    """The condition of a stored rule, or why this version cannot read it."""
    try:
        return parse_condition(text, field="rule"), None
    except InvalidInput as error:
        return None, error.message


def _check_name(name: str) -> None:
    try:
        msgspec.convert(name, SegmentName)
    except msgspec.ValidationError:
        message = "A segment's name has 1 to 100 characters, without slashes and control characters, and is not `*`."
        raise InvalidInput(f"name: {message}", field="name", message=message) from None
