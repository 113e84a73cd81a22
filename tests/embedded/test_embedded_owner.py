"""One process owns the servers of a folder; others join it."""

import signal
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import PIPE

import pytest

from service.embedded import owner
from service.embedded.owner import Endpoints
from service.embedded.process import wait_until
from service.embedded.supervisor import join_servers, start_servers
from service.errors import ConfigurationError

# Forks a child that outlives it.
FORKING_OWNER = """
import os, sys
from pathlib import Path
from service.embedded.owner import own_data_folder
with own_data_folder(Path(sys.argv[1])):
    if os.fork() == 0:
        sys.stdin.read()
    os._exit(0)
"""

STOPPING_CHILD = """
import os, sys
from pathlib import Path
from service.embedded.supervisor import start_servers
data_dir = Path(sys.argv[1])
with start_servers(data_dir) as servers:
    if os.fork() == 0:
        servers.stop()
        os._exit(0)
    os.wait()
    print((data_dir / "endpoints.json").exists())
"""


async def test_a_second_process_joins_the_running_servers(data_dir, own, query):
    running = own(data_dir)
    found = join_servers(data_dir)
    assert found == running.endpoints
    assert await query(found, "SELECT 1") == 1


def test_a_second_start_is_refused_and_names_the_owner(data_dir, own):
    running = own(data_dir)
    with pytest.raises(ConfigurationError, match=f"Process {running.pid} already runs the servers of {data_dir}"):
        start_servers(data_dir, durable=False)
    assert join_servers(data_dir) == running.endpoints


def test_of_two_starts_at_once_one_wins(data_dir):
    own = [sys.executable, Path(__file__).with_name("own.py"), data_dir]
    pair = [subprocess.Popen(own, stdin=PIPE, stdout=PIPE, stderr=PIPE) for _ in range(2)]
    assert wait_until(lambda: any(process.poll() for process in pair), timeout_s=30)
    loser, winner = sorted(pair, key=lambda process: process.poll() is None)
    assert b"already runs the servers" in loser.communicate()[1]
    assert b"postgresql://" in winner.communicate(timeout=30)[0]
    assert winner.returncode == 0


def test_there_is_nothing_to_join_where_nothing_runs(new_data_dir, data_dir):
    assert join_servers(new_data_dir()) is None
    assert join_servers(data_dir) is None


def test_what_a_killed_owner_published_is_not_joined(data_dir, own):
    own(data_dir).die(of=signal.SIGKILL)
    assert (data_dir / "endpoints.json").exists()
    assert join_servers(data_dir) is None


def test_joining_waits_while_the_servers_start(data_dir):
    starting = Endpoints(database_url="postgresql://", redis_url="unix://")
    joined: list[Endpoints | None] = []
    with owner.own_data_folder(data_dir):
        joiner = threading.Thread(target=lambda: joined.append(join_servers(data_dir)))
        joiner.start()
        owner.publish_endpoints(data_dir, starting)
        joiner.join(10)
    assert joined == [starting]


def test_a_forked_child_does_not_keep_its_owners_lock(data_dir):
    child = subprocess.Popen([sys.executable, "-c", FORKING_OWNER, data_dir], stdin=PIPE)
    assert child.wait(10) == 0
    assert not owner.is_data_folder_owned(data_dir)
    child.stdin.close()


def test_a_forked_child_does_not_stop_its_owners_servers(data_dir):
    said = subprocess.run([sys.executable, "-c", STOPPING_CHILD, data_dir], capture_output=True, text=True, check=True)
    assert said.stdout == "True\n"
