import os
import select
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import httpx
import pytest

from service.cli.serving.http_server import listening_sockets
from tests.cli.conftest import COMMAND, ROOT, environment, processes_with, serving, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(new_data_dir):
    """A service with servers of its own, for the tests that leave it running."""
    data_dir: Path = new_data_dir()
    with serving("--data-dir", data_dir) as running:
        running.data_dir = data_dir
        yield running


def children(service) -> dict[int, str]:
    """The processes that serve started with Python: those that answer, and the worker."""
    listing = Path(f"/proc/{service.process.pid}/task").glob("*/children")
    pids = " ".join(entry.read_text() for entry in listing).split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids}
    return {pid: command.decode() for pid, command in commands.items() if b"spawn_main" in command}


def test_commands_join_the_running_servers(service, askonce):
    made = askonce("keys", "create", "--role", "admin", "--name", "anna", "--data-dir", service.data_dir)
    assert made.returncode == 0
    assert "anna" in askonce("keys", "list", data_dir=service.data_dir).stdout
    assert service.answers()


def test_processes_that_are_killed_are_replaced_every_time(service):
    for _ in range(2):
        before = set(until(lambda: len(children(service)) == 2 and children(service)))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(set(children(service)) - before) == 2)  # noqa: B023 (called before the next round)
        until(service.answers)
    assert service.process.poll() is None


def test_a_service_told_to_end_ends_with_status_0_and_leaves_nothing_running(own_database):
    with serving(**own_database) as service:
        assert service.answers()
        assert service.stop(signal.SIGTERM) == (0, "")
        assert processes_with(own_database["database_url"]) == {}


def test_without_a_worker_only_a_process_that_answers_runs_and_ends_with_a_signal_to_the_whole_group(own_database):
    with serving("--no-worker", **own_database) as service:
        assert len(children(service)) == 1
        os.killpg(service.process.pid, signal.SIGINT)
        rest, _ = service.process.communicate(timeout=30)
        assert (service.process.returncode, rest) == (0, "")


def test_a_killed_service_leaves_nothing_running_and_its_data_to_the_next(new_data_dir, askonce):
    data_dir: Path = new_data_dir()
    with serving("--data-dir", data_dir) as service:
        started = children(service)
        service.stop(signal.SIGKILL)
    until(lambda: processes_with(str(data_dir)) == {})
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))
    assert askonce("migrate", "--data-dir", data_dir).stderr == "The database is up to date.\n"


def test_a_service_is_announced_when_all_its_processes_listen(own_database):
    """Connections that are opened earlier would all be the first one's, for as long as they last."""
    with serving("--workers", "3", "--no-worker", **own_database) as service:
        assert listening_sockets(int(service.url.rpartition(":")[2])) == 3


def test_processes_with_open_streams_end_within_two_seconds_of_a_killed_launcher(own_database, askonce):
    key = askonce("keys", "create", "--role", "console", "--name", "anna", **own_database).stdout.strip()
    with serving("--workers", "2", **own_database) as service, ExitStack() as streams:
        watched = [os.pidfd_open(pid) for pid in children(service)]
        for _ in range(8):
            events = httpx.stream("GET", f"{service.url}/v1/events", headers={"authorization": f"Bearer {key}"})
            assert streams.enter_context(events).status_code == 200
        service.process.kill()
        deadline = monotonic() + 2
        ended = [bool(select.select([process], [], [], max(0, deadline - monotonic()))[0]) for process in watched]
    assert ended == [True, True, True]  # two that answer, and the worker


def test_a_service_told_to_end_while_it_starts_stops_what_it_started(new_data_dir):
    data_dir: Path = new_data_dir()
    starting = subprocess.Popen([*COMMAND, "serve", "--port", "0", "--data-dir", data_dir], cwd=ROOT, env=environment())
    until((data_dir / "postgres").exists)
    starting.terminate()
    assert starting.wait(30) == 0
    assert processes_with(str(data_dir)) == {}


def test_a_hangup_ends_none_of_the_processes_of_a_service_without_a_terminal(own_database):
    with serving("--workers", "2", **own_database) as service:
        before = until(lambda: len(children(service)) == 3 and children(service))
        os.killpg(service.process.pid, signal.SIGHUP)
        assert service.answers()
        assert children(service) == before
        assert service.stop(signal.SIGTERM) == (0, "")


@pytest.fixture
def hangups_heard():
    """What is started hears hangups, even where the tests themselves run under `nohup`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hangups_heard")
def test_a_service_in_a_terminal_ends_when_that_is_closed_and_on_no_other_hangup(own_database):
    screen, terminal = os.openpty()
    with serving("--no-worker", terminal=os.ttyname(terminal), **own_database) as service:
        os.close(terminal)
        service.process.send_signal(signal.SIGHUP)
        assert service.answers()
        os.close(screen)
        assert service.process.wait(30) == 0
