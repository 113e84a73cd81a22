import asyncio
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from service.channels.base import AdapterSettings, ChannelAccount
from service.errors import DatabaseUnavailable, PeerUnavailable
from service.listeners.model import ListenerConfig
from service.listeners.run import run_listeners
from service.model.ids import new_id
from tests.faults.pgbouncer import PgBouncer
from tests.patience import until
from tests.wire import Wire

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


class Line:
    """A listener under the control of a test: `tries` counts its runs, `breaks` what the next of them raise."""

    name = "line"

    def __init__(self, account: ChannelAccount) -> None:
        self.account = account
        self.tries = 0
        self.up = False
        self.breaks: list[Exception] = []
        self.cut = asyncio.Event()

    async def run(self, stop, connected) -> None:
        self.tries += 1
        if self.breaks:
            raise self.breaks.pop(0)
        self.up = True
        connected()
        ends = [asyncio.create_task(self.cut.wait()), asyncio.create_task(stop.wait())]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.up = False
            for task in ends:
                task.cancel()


class Exchange:
    """What a keeper is given: instances that can be added and removed, and the lines it made of them."""

    def __init__(self, url: str, *, lease_s: float = 10.0) -> None:
        self.configured: list[ChannelAccount] = []
        self.lines: list[Line] = []
        self.breaks: list[Exception] = []
        self.down = False
        self.watch = ListenerConfig(
            database_url=url,
            accounts=self.accounts,
            factories={"line": self.connect},
            poll_interval_s=0.02,
            min_backoff_s=0.01,
            max_backoff_s=0.05,
            recovered_after_s=0.05,
            lease_s=lease_s,
        )
        self._stop = asyncio.Event()
        self._kept: asyncio.Task[None] | None = None

    async def accounts(self) -> list[ChannelAccount]:
        if self.down:
            raise DatabaseUnavailable
        return list(self.configured)

    def connect(self, account: ChannelAccount) -> list[Line]:
        self.lines.append(Line(account))
        self.lines[-1].breaks = self.breaks
        return [self.lines[-1]]

    def add(self, **fields) -> ChannelAccount:
        given = {"adapter": "line", "name": "hotline", "secret": "s", "settings": AdapterSettings()} | fields
        self.configured.append(ChannelAccount(account_id=new_id(), **given))
        return self.configured[-1]

    def up(self) -> list[ChannelAccount]:
        return [line.account for line in self.lines if line.up]

    @asynccontextmanager
    async def kept(self):
        self._kept = asyncio.create_task(run_listeners(self.watch, self._stop))
        try:
            yield
        finally:
            await self.end()

    async def end(self) -> None:
        self._stop.set()
        await self._kept


async def test_an_instance_that_is_added_is_listened_to_without_a_restart_and_left_when_it_is_removed(database_url):
    exchange = Exchange(database_url)
    async with exchange.kept():
        added = exchange.add()
        await until(lambda: exchange.up() == [added])
        exchange.configured.clear()
        await until(lambda: exchange.up() == [])


async def test_a_changed_setting_takes_effect_on_a_new_connection(database_url):
    exchange = Exchange(database_url)
    added = exchange.add()
    async with exchange.kept():
        await until(lambda: exchange.up() == [added])
        exchange.configured[0] = changed = replace(added, secret="another")
        await until(lambda: exchange.up() == [changed])


async def test_instances_of_adapters_that_call_us_are_left_alone(database_url):
    exchange = Exchange(database_url)
    exchange.add(adapter="twilio", name="calls us")
    listened = exchange.add()
    async with exchange.kept():
        await until(lambda: exchange.up() == [listened])


async def test_everything_ends_when_the_worker_is_told_to(database_url):
    exchange = Exchange(database_url)
    exchange.add()
    async with exchange.kept():
        await until(exchange.up)
    assert exchange.up() == []


async def test_a_listener_that_fails_is_tried_again_and_said_once(database_url):
    exchange = Exchange(database_url)
    exchange.breaks = [PeerUnavailable(), PeerUnavailable(), ConnectionRefusedError(111, "refused")]
    exchange.add()
    with capture_logs() as logs:
        async with exchange.kept():
            await until(lambda: said(logs, "listener_resumed"))
    assert exchange.lines[0].tries == 4
    (interrupted,) = said(logs, "listener_interrupted")
    assert (interrupted["source"], interrupted["listener"]) == ("line:hotline", "line")
    assert said(logs, "listener_resumed")[0]["failures"] == 3


async def test_a_new_failure_after_a_good_time_is_said_again(database_url):
    exchange = Exchange(database_url)
    exchange.breaks = [PeerUnavailable()]
    exchange.add()
    with capture_logs() as logs:
        async with exchange.kept():
            await until(lambda: said(logs, "listener_resumed"))
            exchange.lines[0].cut.set()
            await until(lambda: len(said(logs, "listener_interrupted")) == 2)


async def test_a_defect_of_a_listener_is_logged_with_its_place_and_does_not_end_the_worker(database_url):
    exchange = Exchange(database_url)
    exchange.breaks = [ZeroDivisionError()]
    exchange.add()
    with capture_logs() as logs:
        async with exchange.kept():
            await until(exchange.up)
    assert [one["log_level"] for one in said(logs, "listener_failed")] == ["error"]


async def test_while_the_database_is_down_who_listens_goes_on(database_url):
    exchange = Exchange(database_url)
    added = exchange.add()
    with capture_logs() as logs:
        async with exchange.kept():
            await until(lambda: exchange.up() == [added])
            exchange.down = True
            await until(lambda: said(logs, "listeners_unwatched"))
            assert exchange.up() == [added]
    assert exchange.lines[0].tries == len(said(logs, "listeners_unwatched")) == 1


async def test_a_connection_that_is_lost_interrupts_no_listener(database_url, database):
    exchange = Exchange(database_url)
    exchange.add()
    async with exchange.kept():
        await until(exchange.up)
        async with database.connection() as connection:
            ours = "datname = current_database() AND application_name = 'askonce listeners'"
            lost = await connection.fetchval(f"SELECT pid FROM pg_stat_activity WHERE {ours}")
            await connection.execute("SELECT pg_terminate_backend($1)", lost)

            async def is_renewed() -> bool:
                return await connection.fetchval(f"SELECT pid FROM pg_stat_activity WHERE {ours}") not in {None, lost}

            await until(is_renewed)
    assert exchange.lines[0].tries == 1


async def test_through_a_pooler_that_changes_its_sessions_one_process_still_listens(database_url):
    with PgBouncer(database_url, pool_size=2) as pooler:
        exchanges = [Exchange(pooler.url) for _ in range(3)]
        account = exchanges[0].add()
        for other in exchanges[1:]:
            other.configured.append(account)
        async with exchanges[0].kept(), exchanges[1].kept(), exchanges[2].kept():
            await until(lambda: [line for one in exchanges for line in one.up()] == [account])
            assert sum(len(one.lines) for one in exchanges) == 1


async def test_a_worker_that_ends_hands_its_instances_over_at_once(database_url):
    first, second = Exchange(database_url), Exchange(database_url)
    account = first.add()
    second.configured.append(account)
    async with first.kept():
        await until(first.up)
        async with second.kept():
            assert second.lines == []
            await first.end()
            await until(second.up)


async def test_a_lease_of_a_process_that_is_cut_off_goes_to_another_one_and_back_to_none_twice(database_url):
    """What is cut off goes on until it hears that another process has its lease."""
    wire = Wire(database_url)
    await wire.mend()
    cut_off, other = Exchange(wire.url, lease_s=0.3), Exchange(database_url, lease_s=0.3)
    account = cut_off.add()
    other.configured.append(account)
    async with cut_off.kept():
        await until(cut_off.up)
        async with other.kept():
            await wire.cut()
            await until(other.up)
            assert cut_off.up() == [account]
            await wire.mend()
            await until(lambda: cut_off.up() == [])
            assert other.up() == [account]
    await wire.remove()


async def test_of_two_workers_one_listens_and_the_other_takes_over_when_it_is_killed(database_url):
    watching = await asyncpg.connect(database_url)
    await watching.execute("CREATE TABLE heard (pid integer, what text)")

    async def who(what: str) -> set[int]:
        return {row["pid"] for row in await watching.fetch("SELECT DISTINCT pid FROM heard WHERE what = $1", what)}

    async def both_looked() -> bool:
        return len(await who("looked")) == 2 and len(await who("listens")) == 1

    async def other_listens() -> bool:
        return len(await who("listens")) == 2

    command = [sys.executable, "-m", "tests.listeners.lone_worker", database_url]
    workers = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    try:
        await until(both_looked, seconds=30)
        (listening,) = await who("listens")
        await watching.execute("DELETE FROM heard WHERE what = 'looked'")
        await until(both_looked)
        os.kill(listening, signal.SIGKILL)
        await until(other_listens)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        await watching.close()


def said(logs: list[dict], event: str) -> list[dict]:
    return [one for one in logs if one["event"] == event]
