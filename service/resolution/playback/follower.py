"""Compares golden records with what their sources state, behind the commits, and writes down what these have to learn.

A worker follows the journal. After a gap in it, and after a change of the rules or of the trust in sources, the records
of all sources are gone through. One worker at a time does it, so that the sequences of a source ascend in the order in
which they become visible.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct

from service.db.pool import Connection, Database
from service.db.statements import Statements, columns
from service.events.following import BEFORE_ALL, MovingStatements, follow_events, sweep_on
from service.identity.golden.model import FieldRule
from service.identity.golden.reading import SetStatements, choose_together, read_rules, read_statements
from service.resolution.playback.news import Told, compare_record

SQL = Statements("service.resolution.playback", "follower")

MOVING = MovingStatements(SQL.move_event, SQL.move_sweep)

log = structlog.get_logger()

EVENTS_AT_ONCE = 1000
CUSTOMERS_AT_ONCE = 100
"""Customers of a step of the run over all records."""

_told_decoder = msgspec.json.Decoder(Told)


class KnownRecord(Struct, frozen=True, kw_only=True):
    """A record of a source, with the member of the merge set that it belongs to and what it was told."""

    source: str
    external_id: str
    member_id: UUID
    told: Told
    was_told: bool


async def follow_golden_records(database: Database, *, now: datetime) -> bool:
    """Take the next step; gives whether there may be another one."""
    async with database.transaction() as connection:
        position = await connection.fetchrow(SQL.claim_position)
        if position is None:
            return False
        if position["rules"] != position["rules_now"]:
            await connection.execute(SQL.begin_sweep, BEFORE_ALL, position["rules_now"])
            return True
        compare = partial(compare_records, connection, now=now)
        return await follow_events(connection, position, MOVING, compare, limit=EVENTS_AT_ONCE) or await sweep_on(
            connection, position, MOVING, compare, limit=CUSTOMERS_AT_ONCE, read_after=_read_holders_after
        )


async def _read_holders_after(connection: Connection, customer_id: UUID, limit: int) -> list[UUID]:
    """The next customers that have records of sources."""
    return [row["customer_id"] for row in await connection.fetch(SQL.read_next_customers, customer_id, limit)]


async def compare_records(connection: Connection, customer_ids: Collection[UUID], *, now: datetime) -> None:
    """Write down what the records of these customers' merge sets have to learn, and what they have learned."""
    records: dict[UUID, list[KnownRecord]] = {}
    for row in await connection.fetch(SQL.read_records, list(customer_ids)):
        record = KnownRecord(
            source=row["source"],
            external_id=row["external_id"],
            member_id=row["member_id"],
            told=_told_decoder.decode(row["told"] or "{}"),
            was_told=row["told"] is not None,
        )
        records.setdefault(row["customer_id"], []).append(record)
    if not records:
        return
    members = {record.member_id for known in records.values() for record in known}
    await connection.execute(SQL.follow_moves, list(members))
    sets = await _read_sets(connection, list(records))
    await _store(connection, _compared(sets, records, await read_rules(connection)), now)


async def _read_sets(connection: Connection, customer_ids: Sequence[UUID]) -> list[SetStatements]:
    """What is said of these customers, without those of whom something cannot be read: others do not wait for it."""
    try:
        return await read_statements(connection, customer_ids)
    except (msgspec.MsgspecError, RecursionError) as error:
        if len(customer_ids) == 1:
            _tell_of_failure(customer_ids[0], error)
            return []
    return [found for one in customer_ids for found in await _read_sets(connection, [one])]


def _tell_of_failure(customer_id: UUID, error: Exception) -> None:
    log.warning("golden_record_failed", customer_id=customer_id, reason=type(error).__name__)


class ComparedRecord(Struct, frozen=True, kw_only=True):
    """A record that has to learn something else than it was told, or no more."""

    record: KnownRecord
    lacking: Told
    is_news: bool
    """Whether the source was not told all of it."""


def _compared(
    sets: Iterable[SetStatements], records: Mapping[UUID, list[KnownRecord]], rules: dict[str, FieldRule]
) -> list[ComparedRecord]:
    """The records of which something is other than what they were told."""
    found = []
    for each in sets:
        try:
            golden = choose_together([each], rules)
        except Exception as error:  # noqa: BLE001 (one strange value would stop the news of all customers)
            _tell_of_failure(each.survivor_id, error)
            continue
        for record in records.get(each.survivor_id, ()):
            lacking, is_news = compare_record((record.source, record.external_id), golden, record.told)
            if lacking != record.told:
                found.append(ComparedRecord(record=record, lacking=lacking, is_news=is_news))
    return found


async def _store(connection: Connection, compared: list[ComparedRecord], now: datetime) -> None:
    rows = [
        (one.record.source, one.record.external_id, one.record.member_id, msgspec.json.encode(one.lacking).decode())
        for one in compared
        if one.is_news
    ]
    if rows:
        await connection.fetchval(SQL.raise_changes, *columns(rows, 4), now)
    learned = [
        (one.record.source, one.record.external_id, msgspec.json.encode(one.lacking).decode())
        for one in compared
        if one.record.was_told and not one.is_news
    ]
    if learned:
        await connection.execute(SQL.note_learned, *columns(learned, 3))
