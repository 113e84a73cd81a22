"""A file that several processes import: the same records as by one, and none twice or lost if processes are killed."""

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path

import asyncpg
import pytest

from tests.cli.conftest import COMMAND, ROOT, environment, until

pytestmark = pytest.mark.slow

CUSTOMERS = 3000
EACH = 10
AT = "2026-11-20T09:00:00Z"


@pytest.fixture
def history(tmp_path) -> Path:
    """Ten interactions of each customer; the first names one identity, the second another, and the third both."""
    path = tmp_path / "history.jsonl"
    with path.open("w") as file:
        for number in range(EACH):
            for customer in range(CUSTOMERS):
                file.write(json.dumps(interaction(customer, number)) + "\n")
    return path


def interaction(customer: int, number: int) -> dict:
    mail = {"kind": "email", "value": f"c{customer}@example.de", "verified": True}
    phone = {"kind": "phone", "value": f"+49151{customer:08}", "verified": True}
    return {
        "source": "old",
        "source_event_id": f"{customer}-{number}",
        "occurred_at": AT,
        "channel": "phone",
        "kind": "call",
        "direction": "inbound",
        "identities": [[mail, phone], [mail], [phone]][number % 3],
        "facts": {"step": number},
    }


def start(path: Path, settings: dict[str, str]) -> subprocess.Popen[str]:
    command = [*COMMAND, "import", "interactions", str(path), "--processes", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=environment(**settings), start_new_session=True, **pipes)


def children(parent: int) -> list[int]:
    """The processes that import for this one."""
    own = Path(f"/proc/{parent}/task/{parent}/children")
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in own.read_text().split()}
    return [pid for pid, command in commands.items() if b"spawn_main" in command]


def fetch(settings: dict[str, str], query: str) -> tuple:
    """The row that a query gives."""

    async def read() -> tuple:
        connection = await asyncpg.connect(settings["database_url"])
        try:
            return tuple(await connection.fetchrow(query))
        finally:
            await connection.close()

    return asyncio.run(read())


def is_under_way(settings: dict[str, str]) -> bool:
    """Whether a part has been stored."""
    try:
        return fetch(settings, "SELECT EXISTS (SELECT FROM interaction)") == (True,)
    except asyncpg.UndefinedTableError:
        return False


def stored(settings: dict[str, str]) -> tuple:
    """Customers, interactions, the versions and the steps that customers have come to."""
    return fetch(
        settings,
        "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM interaction),"
        " (SELECT array_agg(DISTINCT version) FROM customer), (SELECT array_agg(DISTINCT value) FROM fact)",
    )


ALL = (CUSTOMERS, CUSTOMERS * EACH, [EACH], [str(EACH - 1)])


def test_two_processes_store_what_one_would(askonce, history, own_database):
    ended = askonce("import", "interactions", history, "--processes", "2", **own_database)
    assert f"{CUSTOMERS * EACH} interactions read: {CUSTOMERS * EACH} stored, 0 known before" in ended.stdout
    assert stored(own_database) == ALL


@pytest.mark.parametrize("victim", ["one process", "all of them", "the command"])
def test_an_import_whose_processes_are_killed_goes_on_where_it_ended(askonce, history, own_database, victim):
    running = start(history, own_database)
    until(lambda: is_under_way(own_database))
    workers = children(running.pid)
    for pid in {"one process": workers[:1], "all of them": workers, "the command": [running.pid]}[victim]:
        os.kill(pid, signal.SIGKILL)
    _, said = running.communicate(timeout=30)
    assert victim == "the command" or "it goes on where it ended" in said
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    ended = askonce("import", "interactions", history, "--processes", "2", **own_database)
    assert f"{CUSTOMERS * EACH} stored, 0 known before, 0 refused" in ended.stdout
    assert "Going on behind record" in ended.stderr
    assert stored(own_database) == ALL
