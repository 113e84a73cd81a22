"""What a merge, or undoing one, will change: shown first. Nothing is changed or locked by looking."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct, convert

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown, MergeImpossible
from service.identity.customers import find_exclusive_values
from service.identity.golden.model import GoldenRecord
from service.identity.golden.reading import SetStatements, choose_together, read_rules, read_statements
from service.identity.golden.survive import Choice, golden_fields
from service.identity.merge import read_merge_sets
from service.resolution.conflicts import different_exclusive_values, different_values, told_records
from service.resolution.model import (
    ConcernedCallback,
    ConcernedCondition,
    ConcernedHandoff,
    GoldenEffect,
    MergeEffect,
)

SQL = Statements("service.resolution", "effects")

Choices = Mapping[str, Choice]


class _Side(Struct, frozen=True):
    """One of two customers by itself: its members, the one first that it is named after, and what is said of them."""

    members: list[UUID]
    said: SetStatements


async def preview_merge(connection: Connection, customer_id: UUID, other_id: UUID, now: datetime) -> MergeEffect:
    """What merging the other customer into this one will change; customers stand for their merge sets."""
    sets = (await read_merge_sets(connection, {customer_id, other_id})).values()
    found = [next((one for one in sets if asked in one), None) for asked in (customer_id, other_id)]
    if None in found:
        raise CustomerUnknown
    if len(sets) == 1:
        raise MergeImpossible("The two are one customer already.")
    said = {one.survivor_id: one for one in await read_statements(connection, [customer_id, other_id])}
    here, there = (_Side(members, said[members[0]]) for members in found if members)
    return await _read_effect(connection, here, there, now, is_merge=True)


async def preview_unmerge(connection: Connection, customer_id: UUID, other_id: UUID, now: datetime) -> MergeEffect:
    """What will change if the other customer, which is merged into this one, stands for itself again."""
    parts = await connection.fetchrow(SQL.read_parts, customer_id, other_id)
    if parts is None:
        raise CustomerUnknown("This customer is not merged into that one.")
    [said] = await read_statements(connection, [customer_id])
    here, there = (_Side(parts[name], said.only(parts[name])) for name in ("staying", "leaving"))
    return await _read_effect(connection, here, there, now, is_merge=False)


async def _read_effect(
    connection: Connection, here: _Side, there: _Side, now: datetime, *, is_merge: bool
) -> MergeEffect:
    members = [*here.members, *there.members]
    sides = [here.members[0]] * len(here.members) + [there.members[0]] * len(there.members)
    rules = await read_rules(connection)
    mine, theirs, both = (choose_together(said, rules) for said in ([here.said], [there.said], [here.said, there.said]))
    exclusive = await find_exclusive_values(connection, members)
    before, after = (mine, both) if is_merge else (both, mine)
    changes = ((here, before, after), (there, theirs, both) if is_merge else (there, both, theirs))
    return MergeEffect(
        golden=GoldenEffect(before=_golden(here, before), after=_golden(here, after), other=_golden(there, theirs)),
        conflicts=[*different_values(mine, theirs), *different_exclusive_values(exclusive, here.members)],
        handoffs=convert(await _fetch(connection, SQL.read_handoffs, members, sides), list[ConcernedHandoff]),
        callbacks=convert(await _fetch(connection, SQL.read_callbacks, members, sides), list[ConcernedCallback]),
        conditions=convert(
            await _fetch(connection, SQL.read_conditions, members, sides, now), list[ConcernedCondition]
        ),
        sources_told=sorted(
            told for side, was, is_now in changes for told in told_records(side.said.statements, was, is_now)
        ),
    )


def _golden(side: _Side, choices: Choices) -> GoldenRecord:
    return GoldenRecord(fields=golden_fields(choices), version=side.said.version)


async def _fetch(connection: Connection, statement: str, *values: object) -> list[dict[str, object]]:
    return [dict(row) for row in await connection.fetch(statement, *values)]
