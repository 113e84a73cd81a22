"""What operators of a PostgreSQL of their own are told of backups brings back the moment before a mistake."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.embedded.binaries import locate_binaries
from service.embedded.folder import make_private_folder, prepare_data_folder
from tests.docs.shell import blocks
from tests.patience import until

pytestmark = pytest.mark.slow

SETTINGS, COPY, PREPARE, RECOVERY, START = (block.text for block in blocks("docs/backup.md", "Any moment again"))


class Operator:
    """A shell of the account that PostgreSQL runs as, in which the folders of the page are others."""

    def __init__(self, data_dir: Path) -> None:
        place = prepare_data_folder(data_dir)
        self._account = place.account
        self._tools = locate_binaries(place, redis_binary=None, postgres_binaries=None).postgres_folder
        self.folder = make_private_folder(data_dir / "machine", place.account)

    def here(self, told: str) -> str:
        """What the page says, for this machine."""
        return told.replace("/backup/", f"{self.folder}/backup/").replace("/var/lib/postgresql", str(self.folder))

    def type(self, commands: str) -> str:
        """What these commands print; the first that fails fails the test."""
        as_account = {} if self._account.is_current else {"user": self._account.uid, "group": self._account.gid}
        done = subprocess.run(
            ["sh", "-euc", self.here(commands)],
            cwd=self.folder,
            env={"PATH": f"{self._tools}:{os.defpath}", "PGHOST": str(self.folder), "PGUSER": "postgres"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            **as_account,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def ask(self, statement: str) -> str:
        return self.type(f'psql -qAt --dbname=askonce --command="{statement}"').strip()

    def configure(self, cluster: str, settings: str) -> None:
        with (self.folder / cluster / "postgresql.conf").open("a") as file:
            file.write(self.here(settings))


@pytest.fixture
def operator(new_data_dir) -> Iterator[Operator]:
    """An operator with a running PostgreSQL that archives its log."""
    shell = Operator(new_data_dir())
    shell.type("initdb -D main -U postgres -A trust -E UTF8 --locale=C && mkdir -p backup/wal")
    shell.configure("main", f"listen_addresses = ''\nunix_socket_directories = '{shell.folder}'\n{SETTINGS}")
    shell.type("pg_ctl -D main -l main.log -w start >&- 2>&- && createdb askonce")
    yield shell
    for cluster in ("main", "restored"):
        if (shell.folder / cluster / "postmaster.pid").exists():
            shell.type(f"pg_ctl -D {cluster} -w stop -m immediate")
    shutil.rmtree(shell.folder)


async def test_the_moment_before_a_mistake_comes_back(operator):
    operator.ask("CREATE TABLE told AS SELECT 1 AS number")
    assert "successfully verified" in operator.type(COPY)
    operator.ask("INSERT INTO told VALUES (2)")
    moment = operator.ask("SELECT clock_timestamp()")
    operator.ask("DELETE FROM told")
    segment = operator.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
    operator.ask("SELECT pg_switch_wal()")
    await until((operator.folder / "backup" / "wal" / segment).exists, seconds=30)
    operator.type("pg_ctl -D main -w stop -m immediate")
    operator.type(PREPARE)
    operator.configure("restored", RECOVERY.replace("2026-11-21 09:29:00+00", moment))
    operator.type(START.replace("-w start", "-w start >&- 2>&-"))
    await until(lambda: operator.ask("SELECT pg_is_in_recovery()") == "f", seconds=30)
    assert operator.ask("SELECT array_agg(number) FROM told") == "{1,2}"
