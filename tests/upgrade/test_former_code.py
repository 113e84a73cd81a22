"""The code of before the newest migration, as it was, on a database that this version has migrated."""

import os
import subprocess
import sys

import pytest

from service.db.migrations.frozen import frozen_migrations
from tests.house.place import ROOT

pytestmark = pytest.mark.slow


def git(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, **options)


@pytest.fixture
def former_code(tmp_path):
    """A folder with the code of the commit before the one that brought the newest migration."""
    newest = f"service/db/migrations/{list(frozen_migrations())[-1]}.sql"
    landed = git("log", "--diff-filter=A", "--format=%H", "--", newest, text=True).stdout.split()
    archived = git("archive", f"{landed[-1]}~1", "service", "pyproject.toml") if landed else None
    if archived is None or archived.returncode != 0:
        pytest.skip("the newest migration is not committed, or this is no whole checkout")
    subprocess.run(["tar", "x", "-C", tmp_path], input=archived.stdout, check=True)
    return tmp_path


def run(code, *arguments: str, database_url: str, redis_url: str) -> subprocess.CompletedProcess:
    settings = {"ASKONCE_DATABASE_URL": database_url, "ASKONCE_REDIS_URL": redis_url, "ASKONCE_DURABLE": "false"}
    command = [sys.executable, "-m", "service.cli.main", *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASKONCE_")}
    environment = kept | settings | {"PYTHONPATH": str(code)}
    return subprocess.run(command, cwd=code, env=environment, capture_output=True, text=True, timeout=60)


def test_the_former_code_runs_on_this_schema_if_the_newest_migration_says_so(former_code, database_url, servers):
    newest = list(frozen_migrations().values())[-1]
    place = {"database_url": database_url, "redis_url": servers.endpoints.redis_url}
    ended = run(former_code, "keys", "create", "--role", "admin", "--name", "anna", **place)
    if newest.oldest_code == newest.number:
        assert (ended.returncode, "newer askonce" in ended.stderr) == (1, True)
    else:
        assert ended.returncode == 0, ended.stderr
        assert run(former_code, "rebuild", **place).returncode == 0
