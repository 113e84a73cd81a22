"""Compares all customers with each other: profiles, the prior, pairs by ranges of keys, and what is left to do.

Each step commits by itself, and `match_state.run` says which ones are done: a run that was killed goes on there. Steps
are carried out by processes of their own, and counted in the order in which they were given out.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from service.db.pool import Database
from service.db.statements import Statements
from service.events.following import BEFORE_ALL
from service.identity.matching.learn import LevelCounts, learn_tables
from service.identity.matching.prior import PriorSample, with_prior
from service.identity.matching.tables import MatchTables, write_tables
from service.resolution.bulk import processes
from service.resolution.bulk.finish import RunReport, finish_run
from service.resolution.bulk.model import RunOptions, RunPhase, RunState, WorkerSettings
from service.resolution.bulk.pairs import key_ranges
from service.resolution.bulk.population import Population, read_population
from service.resolution.matches.candidates import read_base_tables

SQL = Statements("service.resolution.bulk", "run")

CUSTOMERS_A_STEP = 1000
AHEAD = 2
"""Steps that are given out for each process."""
SAMPLED_RANGES = 25
"""So many ranges of keys are enough to learn the prior."""

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Shows progress: a title and a total give a function that takes the number newly done."""
Task = TypeVar("Task", bound=tuple[Any, ...])
Result = TypeVar("Result")


class BulkRun:
    """One run over all customers, or what is left of one that did not end."""

    def __init__(self, database: Database, settings: WorkerSettings, *, process_count: int, progress: Progress) -> None:
        """Take the way to the database; nothing is done yet."""
        self._database = database
        self._settings = settings
        self._process_count = process_count
        self._progress = progress

    async def execute(self, options: RunOptions, *, now: datetime) -> RunReport:
        """Compare all customers as they are asked for; gives what it came to."""
        state = await self._resume_or_begin(options, now)
        if state.phase is RunPhase.PROFILES:
            await self._make_profiles(state)
        async with self._database.connection() as connection:
            population = await read_population(connection)
            tables = await read_base_tables(connection)
        with self._pool(population) as pool:
            if not state.tables:
                await self._learn(pool, population, tables, state)
                await self._keep(state)
            await (self._match_changed(pool, state) if options.since else self._match_ranges(pool, population, state))
        return await finish_run(self._database, state, population, tables)

    async def _resume_or_begin(self, options: RunOptions, now: datetime) -> RunState:
        async with self._database.connection() as connection:
            text = await connection.fetchval(SQL.read_run)
            kept = msgspec.json.decode(text, type=RunState) if text else None
            return kept if kept and kept.options == options else RunState(started_at=now, options=options)

    async def _keep(self, state: RunState) -> None:
        async with self._database.connection() as connection:
            await connection.execute(SQL.write_run, msgspec.json.encode(state).decode())

    @contextmanager
    def _pool(self, population: Population | None) -> Iterator[ProcessPoolExecutor]:
        """Processes that take steps; a step that was not begun is given up with the run."""
        pool = ProcessPoolExecutor(
            self._process_count,
            mp_context=get_context("spawn"),
            initializer=processes.begin,
            initargs=(self._settings, population),
        )
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)

    async def _make_profiles(self, state: RunState) -> None:
        """Bring the profiles of all customers up to date."""
        async with self._database.connection() as connection:
            total = int(await connection.fetchval(SQL.count_customers))
        with self._pool(None) as pool, self._progress("Preparing", total) as advance:
            batches = ((batch, state.started_at) async for batch in self._customers(SQL.read_customers_after, state))
            async for (batch, _), made in self._in_order(pool, processes.make_profiles, batches):
                state.profiles += made
                state.customer = batch[-1]
                await self._keep(state)
                advance(len(batch))
        state.phase, state.customer = RunPhase.PAIRS, BEFORE_ALL
        await self._keep(state)

    async def _match_ranges(self, pool: ProcessPoolExecutor, population: Population, state: RunState) -> None:
        """Weigh the pairs of all ranges of keys that are left."""
        ranges = key_ranges(population.customers)
        store_at = None if state.options.dry_run else state.started_at
        with self._progress("Comparing", len(ranges)) as advance:
            advance(state.step)
            tasks = _all_of([(keys, state.tables.encode(), store_at) for keys in ranges[state.step :]])
            async for _, found in self._in_order(pool, processes.match_range, tasks):
                state.found.add(found)
                state.step += 1
                await self._keep(state)
                advance(1)

    async def _match_changed(self, pool: ProcessPoolExecutor, state: RunState) -> None:
        """Compare the customers that changed with those that they meet."""
        tasks = (
            (batch, state.started_at, state.options.dry_run)
            async for batch in self._customers(SQL.read_changed_after, state, state.options.since)
        )
        with self._progress("Comparing", 0) as advance:
            async for (batch, *_), found in self._in_order(pool, processes.match_changed, tasks):
                state.found.add(found)
                state.customer = batch[-1]
                await self._keep(state)
                advance(len(batch))

    async def _learn(
        self, pool: ProcessPoolExecutor, population: Population, tables: MatchTables, state: RunState
    ) -> None:
        """Learn the prior from some of the pairs, and propose tables if that is asked for."""
        ranges = key_ranges(population.customers)
        every = -(-len(ranges) // SAMPLED_RANGES)
        sampled = ranges[::every]
        prior, levels = PriorSample(), LevelCounts()
        with self._progress("Learning", len(sampled)) as advance:
            tasks = _all_of([(keys, write_tables(tables)) for keys in sampled])
            async for _, found in self._in_order(pool, processes.sample_range, tasks):
                prior.counts.update(found.prior)
                levels.counts.update({seen: pairs * every for seen, pairs in found.levels.items()})
                advance(1)
        share = len(sampled) / len(ranges)
        learned = with_prior(tables, prior, records=population.customers, share=share)
        state.tables = write_tables(learned).decode()
        if state.options.learn:
            state.proposal = learn_tables(levels, tables, records=population.customers)

    async def _customers(self, statement: str, state: RunState, *arguments: object) -> AsyncIterator[list[UUID]]:
        """Batches of the customers after those that are done."""
        last = state.customer
        while True:
            async with self._database.connection() as connection:
                rows = await connection.fetch(statement, last, *arguments, CUSTOMERS_A_STEP)
            if not rows:
                return
            batch = [row["customer_id"] for row in rows]
            yield batch
            last = batch[-1]

    async def _in_order(
        self, pool: ProcessPoolExecutor, step: Callable[..., Result], tasks: AsyncIterator[Task]
    ) -> AsyncIterator[tuple[Task, Result]]:
        """Each task with its result, in the order of the tasks; a few are under way at once."""
        loop = asyncio.get_running_loop()
        given: deque[tuple[Task, asyncio.Future[Result]]] = deque()
        async for task in tasks:
            given.append((task, loop.run_in_executor(pool, partial(step, *task))))
            if len(given) > AHEAD * self._process_count:
                done, result = given.popleft()
                yield done, await result
        for done, result in given:
            yield done, await result


async def _all_of(tasks: Iterable[Task]) -> AsyncIterator[Task]:
    for task in tasks:
        yield task
