"""The steps of a run, as processes of their own carry them out: at low priority, each with its connections."""

import asyncio
import gc
import os
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.pool import Database
from service.db.statements import Statements
from service.identity.matching.keys import key_kind
from service.identity.matching.learn import LevelCounts
from service.identity.matching.prior import PriorSample
from service.identity.matching.profile import Profile
from service.identity.matching.tables import read_tables
from service.identity.matching.weigh import MANY, Weigher
from service.resolution.bulk.model import KeyRange, RangeResult, SampledPair, WorkerSettings, band_of
from service.resolution.bulk.pairs import pairs_of_groups
from service.resolution.bulk.population import Population
from service.resolution.matches.found import (
    Pair,
    WeighedPair,
    match_customers,
    store_matches,
    weigh_pair,
    without_values,
)
from service.resolution.matches.profiles import (
    CustomerProfile,
    keep_current,
    read_changed,
    read_profiles,
    store_profiles,
)

SQL = Statements("service.resolution.bulk", "processes")

NICENESS = 10
PROFILES_AT_ONCE = 5000
MATCHES_AT_ONCE = 2000
CUSTOMERS_AT_ONCE = 100
STRANGERS = 1e-4
"""Pairs below are not kept: they say nothing."""


class ReadRange(Struct, frozen=True, kw_only=True):
    """The pairs of a range of keys."""

    pairs: list[Pair]
    keys_of: dict[UUID, Sequence[int]]
    records: dict[UUID, Sequence[Profile]]


class RangeSample(Struct, frozen=True, kw_only=True):
    """What learning is told of a range of keys."""

    prior: Counter[tuple[float, float]]
    levels: Counter[tuple[tuple[int, ...], int]]


class _NothingStored(Exception):
    """A dry run takes back what it stored."""


class BulkProcess:
    """One process of a run."""

    def __init__(self, settings: WorkerSettings, population: Population | None) -> None:
        """Connect, at low priority; `population` is known once the profiles are made."""
        os.nice(NICENESS)
        gc.disable()  # a step makes many objects and no cycles; looking for them takes a tenth of the time
        self._region = settings.region
        self._population = population
        self._runner = asyncio.Runner()
        self._database = self._runner.run(Database.connect(settings.url, connections=2, statement_ms=0))
        self._weighers: dict[bytes, Weigher] = {}

    def make_profiles(self, customer_ids: Sequence[UUID], now: datetime) -> int:
        """Bring the profiles of these customers up to date; gives how many were made anew."""
        return self._runner.run(self._make_profiles(customer_ids, now))

    async def _make_profiles(self, customer_ids: Sequence[UUID], now: datetime) -> int:
        async with self._database.connection() as connection:
            changed = await read_changed(connection, customer_ids, self._region)
        if not changed:
            return 0
        async with self._database.transaction() as connection:
            await connection.execute(SQL.write_later)
            await connection.execute(SQL.hold_writes)
            current = await keep_current(connection, changed)
            await store_profiles(connection, current, now)
        return len(current)

    def sample_range(self, keys: KeyRange, tables: bytes) -> RangeSample:
        """What is thought of the pairs of a range, for learning the prior and tables."""
        read = self._runner.run(self._read_range(keys))
        weigher, prior, levels = self._weigher(tables), PriorSample(), LevelCounts()
        for one, other in read.pairs:
            score = weigher.weigh_all(read.records.get(one, ()), read.records.get(other, ()))
            prior.add([score])
            if score.levels:
                levels.add(score.levels, map(key_kind, set(read.keys_of[one]).intersection(read.keys_of[other])))
        return RangeSample(prior=prior.counts, levels=levels.counts)

    def match_range(self, keys: KeyRange, tables: bytes, store_at: datetime | None) -> RangeResult:
        """Weigh the pairs of a range, and store the matches among them as weighed at `store_at`, if that is told."""
        return self._runner.run(self._match_range(keys, tables, store_at))

    async def _match_range(self, keys: KeyRange, tables: bytes, store_at: datetime | None) -> RangeResult:
        read = await self._read_range(keys)
        weigher = self._weigher(tables)
        every = (weigh_pair(weigher, pair, read.records) for pair in read.pairs)
        weighed = [one for one in every if one.score.p + one.score.household > STRANGERS]
        if store_at is not None:
            found = sorted((one for one in weighed if one.strength is not None), key=_pair)
            for start in range(0, len(found), MATCHES_AT_ONCE):
                async with self._database.transaction() as connection:
                    await connection.execute(SQL.write_later)
                    await store_matches(connection, found[start : start + MATCHES_AT_ONCE], store_at)
        return summarise(weighed)

    def match_changed(self, customer_ids: Sequence[UUID], now: datetime, dry_run: bool) -> RangeResult:
        """Compare these customers with those that they meet, and store what is found unless it is a dry run."""
        return self._runner.run(self._match_changed(customer_ids, now, dry_run))

    async def _match_changed(self, customer_ids: Sequence[UUID], now: datetime, dry_run: bool) -> RangeResult:
        found: list[WeighedPair] = []
        for start in range(0, len(customer_ids), CUSTOMERS_AT_ONCE):
            with suppress(_NothingStored):
                async with self._database.transaction() as connection:
                    profiles = await read_profiles(connection, customer_ids[start : start + CUSTOMERS_AT_ONCE])
                    found += await match_customers(connection, list(profiles.values()), now)
                    if dry_run:
                        raise _NothingStored
        return summarise(found)

    async def _read_range(self, keys: KeyRange) -> ReadRange:
        """The pairs of a range, and what they are weighed by."""
        assert self._population is not None  # it is told before the first range
        async with self._database.connection() as connection:
            rows = await connection.fetch(SQL.read_groups, *keys, MANY)
            groups = [(row["key"], row["holders"]) for row in rows]
            profiles: dict[UUID, CustomerProfile] = {}
            holders = list({one for _, several in groups for one in several})
            for start in range(0, len(holders), PROFILES_AT_ONCE):
                profiles |= await read_profiles(connection, holders[start : start + PROFILES_AT_ONCE])
        keys_of = {one: profiles[one].keys if one in profiles else () for one in holders}
        shared = {value for _, _, value in self._population.shared}
        records = {one: without_values(found.records, shared) for one, found in profiles.items()}
        pairs = list(pairs_of_groups(groups, keys_of, self._population.crowded))
        return ReadRange(pairs=pairs, keys_of=keys_of, records=records)

    def _weigher(self, tables: bytes) -> Weigher:
        assert self._population is not None
        if tables not in self._weighers:
            self._weighers[tables] = self._population.weigher(read_tables(tables))
        return self._weighers[tables]


def _pair(one: WeighedPair) -> Pair:
    return one.pair


def summarise(weighed: Collection[WeighedPair]) -> RangeResult:
    """Numbers and samples of what was weighed; the samples are those with the smallest ids."""
    result = RangeResult(weighed=len(weighed))
    for one in weighed:
        if one.strength is not None:
            result.strengths[one.strength] = result.strengths.get(one.strength, 0) + 1
    result.add(RangeResult(samples=_samples(weighed)))
    return result


def _samples(weighed: Iterable[WeighedPair]) -> dict[str, list[SampledPair]]:
    samples: dict[str, list[SampledPair]] = {}
    for one in weighed:
        band = band_of(one.score.p, one.score.household)
        if band is not None:
            sampled = SampledPair(pair=one.pair, p=one.score.p, household=one.score.household, strength=one.strength)
            samples.setdefault(band, []).append(sampled)
    return samples


_processes: list[BulkProcess] = []


def begin(settings: WorkerSettings, population: Population | None) -> None:
    """Start this process's work; the pool calls it once in each."""
    _processes.append(BulkProcess(settings, population))


def make_profiles(customer_ids: Sequence[UUID], now: datetime) -> int:
    """`BulkProcess.make_profiles` of this process."""
    return _processes[0].make_profiles(customer_ids, now)


def sample_range(keys: KeyRange, tables: bytes) -> RangeSample:
    """`BulkProcess.sample_range` of this process."""
    return _processes[0].sample_range(keys, tables)


def match_range(keys: KeyRange, tables: bytes, store_at: datetime | None) -> RangeResult:
    """`BulkProcess.match_range` of this process."""
    return _processes[0].match_range(keys, tables, store_at)


def match_changed(customer_ids: Sequence[UUID], now: datetime, dry_run: bool) -> RangeResult:
    """`BulkProcess.match_changed` of this process."""
    return _processes[0].match_changed(customer_ids, now, dry_run)
