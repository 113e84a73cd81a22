"""Ways in the database: how matters ended that went them, counted a span at a time, and where open matters stand."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.insight.at_risk.model import WayTally
from service.insight.at_risk.rules import CONTACT_GAP, WAY_CONTACTS, Way, risky_ways

SQL = Statements("service.insight.at_risk", "ways")

TALLY_SPAN = timedelta(hours=2)
"""Matters that were opened within it are counted by one statement, far within its time."""


async def clear_tallies(connection: Connection) -> None:
    """Begin to count anew; what was found the last time holds until that is done."""
    await connection.execute(SQL.clear_tallies)


async def tally_ways(
    connection: Connection, start: datetime, *, now: datetime, gave_up_after: timedelta
) -> datetime | None:
    """Count the next matters opened since `start`; gives where to go on, None once all are counted."""
    opened_at: datetime | None = await connection.fetchval(SQL.next_opened, start, now)
    if opened_at is None:
        await _store_risky_ways(connection)
        return None
    end = min(opened_at + TALLY_SPAN, now)
    await connection.execute(SQL.tally_matters, opened_at, end, now - gave_up_after, WAY_CONTACTS, CONTACT_GAP)
    return end


async def _store_risky_ways(connection: Connection) -> None:
    risky = risky_ways(_tally(row) for row in await connection.fetch(SQL.read_tallies))
    await connection.execute(SQL.clear_risky_ways)
    await connection.execute(
        SQL.store_risky_ways,
        [msgspec.json.encode(one.way).decode() for one in risky],
        [one.matters for one in risky],
        [one.gave_up for one in risky],
    )


async def read_risky_ways(connection: Connection) -> dict[Way, WayTally]:
    """The ways on which many gave up, as far as an open matter may have come."""
    tallies = [_tally(row) for row in await connection.fetch(SQL.read_risky_ways)]
    return {one.way: one for one in tallies}


async def read_open_ways(
    connection: Connection, members: Mapping[UUID, Collection[UUID]], *, now: datetime, gave_up_after: timedelta
) -> dict[UUID, list[Way]]:
    """The ways that the open matters of customers have gone so far; `members` are whom each customer stands for."""
    survivors = {member: customer_id for customer_id, merged in members.items() for member in merged}
    ways: defaultdict[UUID, list[Way]] = defaultdict(list)
    for row in await connection.fetch(
        SQL.read_open_ways, list(survivors), now - gave_up_after, WAY_CONTACTS, CONTACT_GAP
    ):
        ways[survivors[row["customer_id"]]].append(tuple(row["way"]))
    return ways


def _tally(row: asyncpg.Record) -> WayTally:
    return WayTally(way=tuple(row["way"]), matters=row["matters"], gave_up=row["gave_up"])
