"""What is left of a run once all pairs are weighed, and what it came to."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
from msgspec import Struct

from service.db.pool import Database
from service.db.statements import Statements
from service.events.following import BEFORE_ALL
from service.identity.matching.groups import group_pairs
from service.identity.matching.learn import Proposal
from service.identity.matching.tables import MatchTables, write_tables
from service.resolution.bulk.model import RunState, SampledPair
from service.resolution.bulk.population import Population
from service.resolution.matches.found import match_customers, settle_pairs, store_shared
from service.resolution.matches.profiles import read_profiles, read_statements

SQL = Statements("service.resolution.bulk", "finish")

CUSTOMERS_AT_ONCE = 200
MATCHES_AT_ONCE = 5000


class ReportedPair(Struct, frozen=True, kw_only=True):
    """A sampled pair with what both state, side by side."""

    customers: tuple[UUID, UUID]
    p: float
    household: float
    strength: str | None
    stated: list[msgspec.Raw]


class GroupCounts(Struct, frozen=True, kw_only=True):
    """Groups of customers that are likely one person."""

    groups: int
    customers: int
    """Those in the groups."""
    largest: int


class RunReport(Struct, frozen=True, kw_only=True):
    """What a run came to."""

    customers: int
    """Customers that have a record."""
    profiles: int
    """Those whose profile was made anew."""
    pairs: int
    """Pairs that are not surely strangers."""
    strengths: dict[str, int]
    groups: GroupCounts | None
    """Groups of customers that are likely one person; null after a dry run."""
    prior: tuple[float, float]
    """Pairs of one person, and of one household, for each record."""
    in_use: MatchTables
    """The tables of the run, without the learned prior."""
    proposal: Proposal | None
    """Tables that were learned, if that was asked for."""
    samples: dict[str, list[ReportedPair]]
    """Pairs of each band of likelihood."""


async def finish_run(database: Database, state: RunState, population: Population, in_use: MatchTables) -> RunReport:
    """Do what concerns no range of keys, end the run, and tell what it came to."""
    tables = msgspec.json.decode(state.tables, type=MatchTables)
    groups: GroupCounts | None = None
    if not state.options.dry_run:
        await _match_stated(database, state)
        await _settle(database)
        await _store_what_was_learned(database, state, population, tables)
        if state.options.since is None:
            await _delete_outdated(database, state)
        groups = await _group(database)
    async with database.transaction() as connection:
        await connection.execute(SQL.end_run, not state.options.dry_run and state.options.since is None)
    return RunReport(
        customers=population.customers,
        profiles=state.profiles,
        pairs=state.found.weighed,
        strengths=state.found.strengths,
        groups=groups,
        prior=(tables.person, tables.household),
        in_use=in_use,
        proposal=state.proposal,
        samples={band: await _show(database, samples) for band, samples in sorted(state.found.samples.items())},
    )


async def _match_stated(database: Database, state: RunState) -> None:
    """Weigh the pairs that interactions stated together, which may share no key."""
    async for batch in _batches(database, SQL.read_stated_after):
        async with database.transaction() as connection:
            profiles = await read_profiles(connection, batch)
            await match_customers(connection, list(profiles.values()), state.started_at)


async def _settle(database: Database) -> None:
    """Take the pairs that are merged or decided out of the list of open ones."""
    async for batch in _batches(database, SQL.read_settled_after):
        async with database.transaction() as connection:
            await settle_pairs(connection, batch)


async def _store_what_was_learned(
    database: Database, state: RunState, population: Population, tables: MatchTables
) -> None:
    async with database.transaction() as connection:
        await connection.execute(SQL.store_prior, tables.person, tables.household)
        await store_shared(connection, population.shared, state.started_at)


async def _delete_outdated(database: Database, state: RunState) -> None:
    """Delete the matches that this run did not find."""
    gone = MATCHES_AT_ONCE
    while gone == MATCHES_AT_ONCE:
        async with database.transaction() as connection:
            gone = await connection.fetchval(SQL.delete_outdated, state.started_at, MATCHES_AT_ONCE)


async def _group(database: Database) -> GroupCounts:
    async with database.connection() as connection:
        rows = await connection.fetch(SQL.read_likely)
    sizes = [
        len(group) for group in group_pairs((row["customer_id"], row["other_customer_id"], row["p"]) for row in rows)
    ]
    return GroupCounts(groups=len(sizes), customers=sum(sizes), largest=max(sizes, default=0))


async def _show(database: Database, samples: list[SampledPair]) -> list[ReportedPair]:
    async with database.connection() as connection:
        stated = await read_statements(connection, {one for sample in samples for one in sample.pair})
    return [
        ReportedPair(
            customers=one.pair,
            p=round(one.p, 4),
            household=round(one.household, 4),
            strength=one.strength,
            stated=[msgspec.Raw(stated.get(customer, "null").encode()) for customer in one.pair],
        )
        for one in samples
    ]


async def _batches(database: Database, statement: str) -> AsyncIterator[list[UUID]]:
    """The customers of a statement that gives those after one, in batches."""
    last = BEFORE_ALL
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(statement, last, CUSTOMERS_AT_ONCE)
        if not rows:
            return
        batch = [row["customer_id"] for row in rows]
        yield batch
        last = batch[-1]


async def activate_tables(database: Database, tables: MatchTables | None) -> None:
    """Matching works with these tables from now on; None stands for those that are shipped."""
    async with database.transaction() as connection:
        await connection.execute(SQL.activate_tables, None if tables is None else write_tables(tables).decode())
