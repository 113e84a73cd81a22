"""Whatever dies, and however: nothing is left running, nothing blocks the next start, nothing acknowledged is lost."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from service.embedded import binaries, folder, postgres, server, valkey
from service.embedded.process import spawn_server, wait_until
from service.embedded.supervisor import start_servers

pytestmark = pytest.mark.slow

LAUNCHER = """
import multiprocessing, sys, time
from service.embedded.parent_death import exit_with_parent

def work(ready):
    exit_with_parent()
    ready.set()
    time.sleep(600)

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ready = context.Event()
    worker = context.Process(target=work, args=(ready,))
    worker.start()
    ready.wait()
    print(worker.pid, flush=True)
    time.sleep(600)
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its owner died")


@linux
@pytest.mark.parametrize("death", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_its_owner(data_dir, own, death):
    owner = own(data_dir)
    assert len(owner.family) > 5
    owner.die(of=death)
    assert wait_until(lambda: not owner.survivors(), timeout_s=10), owner.survivors()


@pytest.mark.promise("D1")
async def test_after_everything_was_killed_the_next_start_has_all_that_was_acknowledged(data_dir, own, query):
    owner = own(data_dir)
    await query(owner.endpoints, "CREATE TABLE remembered AS SELECT 'A-1' AS order_number")
    _kill(owner.family)
    owner.die(of=signal.SIGKILL)
    with start_servers(data_dir, durable=False) as servers:
        assert await query(servers.endpoints, "SELECT order_number FROM remembered") == "A-1"


async def test_a_process_that_has_the_number_of_a_dead_server_by_now_is_left_alone(data_dir, query):
    with subprocess.Popen(["sleep", "600"]) as unrelated:
        (data_dir / "postgres" / "postmaster.pid").write_text(f"{unrelated.pid}\n{data_dir}/postgres\n1\n5432\n\n\n")
        (data_dir / "run" / "valkey.pid").write_text(f"{unrelated.pid}\n")
        (data_dir / "run" / ".s.PGSQL.5432.lock").write_text(f"{unrelated.pid}\n")
        (data_dir / "run" / ".s.PGSQL.5432").touch()
        with start_servers(data_dir, durable=False) as servers:
            assert await query(servers.endpoints, "SELECT 1") == 1
        assert unrelated.poll() is None
        unrelated.kill()


@pytest.mark.parametrize("torn", ["", "12x\n"])
def test_a_pid_file_torn_by_a_power_cut_does_not_block(data_dir, torn):
    (data_dir / "postgres" / "postmaster.pid").write_text(torn)
    start_servers(data_dir, durable=False).stop()


async def test_servers_that_were_left_behind_are_ended_first(data_dir, query):
    place = folder.prepare_data_folder(data_dir)
    programs = binaries.locate_binaries(place, redis_binary=None, postgres_binaries=None)
    left = [
        postgres.postgres_program(place, programs, durable=False),
        valkey.valkey_program(place, programs, memory_mb=64),
    ]
    processes = [spawn_server(program) for program in left]
    assert all(
        wait_until(lambda p=p, s=s: s.is_ready(p.pid), timeout_s=10) for p, s in zip(processes, left, strict=True)
    )
    with start_servers(data_dir, durable=False) as servers:
        assert await query(servers.endpoints, "SELECT 1") == 1
        assert [process.wait(1) for process in processes] == [0, 0]


def test_an_owner_told_to_end_at_the_moment_a_server_starts_still_ends_that_server(data_dir, monkeypatch):
    started = []

    def spawn_and_be_told_to_end(program):
        started.append(spawn_server(program))
        signal.raise_signal(signal.SIGTERM)
        return started[-1]

    monkeypatch.setattr(server, "spawn_server", spawn_and_be_told_to_end)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with pytest.raises(SystemExit):
            start_servers(data_dir, durable=False)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert len(started) == 1
    assert started[0].poll() is not None


@linux
def test_a_server_gets_the_signals_that_its_owner_held_while_it_started(data_dir, own):
    masks = list(itertools.chain.from_iterable(_blocked_signals(pid) for pid in own(data_dir).family))
    assert len(masks) > 5
    assert [f"{mask:b}" for mask in masks if mask >> (signal.SIGTERM - 1) & 1] == []


async def test_a_query_of_a_killed_server_holds_the_next_start_up_until_it_ends(data_dir, own, query):
    owner = own(data_dir)
    connection = await asyncpg.connect(owner.endpoints.database_url)
    backend = connection.get_server_pid()
    long_query = asyncio.create_task(connection.fetchval("SELECT count(*) FROM generate_series(1, 5000000)"))
    active = f"SELECT state = 'active' FROM pg_stat_activity WHERE pid = {backend}"
    while not await query(owner.endpoints, active):
        pass
    _kill(owner.family - {backend})
    owner.die(of=signal.SIGKILL)
    with start_servers(data_dir, durable=False):
        assert _ended(backend)
    assert "pre-existing shared memory block" in (data_dir / "postgres.log").read_text()
    await asyncio.gather(long_query, return_exceptions=True)


@pytest.mark.parametrize("pid_file", ["postgres/postmaster.pid", "run/valkey.pid"])
async def test_a_server_that_dies_comes_back_by_itself(data_dir, query, pid_file):
    with start_servers(data_dir, durable=False) as servers:
        first = _number(data_dir / pid_file)
        _kill({first})
        assert wait_until(lambda: _number(data_dir / pid_file) not in {None, first, os.getpid()}, timeout_s=10)
        async with asyncio.timeout(10), redis.asyncio.Redis.from_url(servers.endpoints.redis_url) as cache:
            assert await _first_answer(lambda: query(servers.endpoints, "SELECT 1")) == 1
            assert await _first_answer(cache.ping)


@linux
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_server_worker_ends_with_its_launcher(tmp_path, method):
    script = tmp_path / "launcher.py"
    script.write_text(LAUNCHER)
    with subprocess.Popen([sys.executable, script, method], stdout=subprocess.PIPE, text=True) as launcher:
        worker = int(launcher.stdout.readline())
        launcher.kill()
    assert wait_until(lambda: _ended(worker), timeout_s=10)


def _kill(pids):
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _blocked_signals(pid):
    """The mask of the process; none of one that has ended meanwhile, as PostgreSQL's own workers do."""
    with suppress(FileNotFoundError, ProcessLookupError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return [int(line.split()[1], 16) for line in lines if line.startswith("SigBlk")]
    return []


def _ended(pid):
    try:
        return not Path(f"/proc/{pid}/cmdline").read_bytes()  # a zombie has none
    except OSError:
        return True


def _number(pid_file):
    try:
        return int(pid_file.read_text().split("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


async def _first_answer(ask):
    while True:
        with suppress(OSError, asyncpg.PostgresError, redis.ConnectionError):
            return await ask()
        await asyncio.sleep(0.01)
