"""Matches as a user gets them: the records are imported, resolved and their matches read."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import click

from benchmarks import services
from benchmarks.identity.files import Row, write_rows
from benchmarks.identity.metrics import FoundPair
from service.db.statements import Statements
from service.demo.processes import clean_environment
from service.errors import ConfigurationError

SQL = Statements("benchmarks.identity", "served")
RECORDS_FILE = "records.csv"
SOME_REFUSED = 1
NO_SOURCE = "file"
_MAY_ENTER = 0o711
"""The servers of root run as another account."""
_DATE_ALONE = 10
"""Characters of an ISO date."""


def match_by_service(rows: Sequence[Row], region: str) -> list[FoundPair]:
    """The matches of these records on servers of their own, which are removed afterwards."""
    with TemporaryDirectory(prefix="askonce-identity-") as temporary:
        folder = Path(temporary)
        folder.chmod(_MAY_ENTER)
        (folder / RECORDS_FILE).touch(mode=0o600)
        write_rows(folder / RECORDS_FILE, [_as_imported(row) for row in rows])
        with services.running_servers(folder) as endpoints:
            _run(folder, region, "import", "records", str(folder / RECORDS_FILE))
            _run(folder, region, "resolve")
            stored, found = asyncio.run(_read_matches(endpoints.database_url))
    if not stored:
        raise ConfigurationError("The import stored no record.")
    if stored < len(rows):
        click.echo(f"{len(rows) - stored} records were refused; they count as not found.", err=True)
    return found


def _as_imported(row: Row) -> Row:
    """The record with a source of its own name, and with the time of its statement if that is one."""
    source = re.sub(r"[^a-z0-9]+", "-", row.get("source", "").casefold()).strip("-") or NO_SOURCE
    return row | {"source": f"bench-{source}", "stated_at": _time_of(row.get("stated_at", ""))}


def _time_of(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return ""
    return f"{text}T00:00:00Z" if len(text) == _DATE_ALONE else text


def _run(folder: Path, region: str, *arguments: str) -> None:
    """Run a command of askonce to its end; records that an import refuses are left out."""
    command = [sys.executable, "-m", "service.cli.main", *arguments, "--data-dir", str(folder)]
    environment = clean_environment({"ASKONCE_DEFAULT_REGION": region})
    done = subprocess.run(command, check=False, stdout=sys.stderr, env=environment)  # noqa: S603
    if done.returncode not in {0, SOME_REFUSED}:
        raise ConfigurationError(f"askonce {' '.join(arguments)} failed.")


async def _read_matches(url: str) -> tuple[int, list[FoundPair]]:
    """How many records are stored, and the matches."""
    connection = await asyncpg.connect(url)
    try:
        stored = int(await connection.fetchval(SQL.count_records))
        return stored, [FoundPair(*row) for row in await connection.fetch(SQL.list_matches)]
    finally:
        await connection.close()
