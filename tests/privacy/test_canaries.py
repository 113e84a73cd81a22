"""A customer with a canary in every kind of record and channel is erased: none of them is found anywhere."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from service.app.rooms import Rooms
from service.db.pool import Database
from service.events.journal import read_events_after
from service.events.payload import cloud_event_json
from service.privacy.erasure.erase import Erasures
from service.privacy.export.document import export_json, read_export
from service.settings.environment import load_settings
from service.settings.model import Settings
from tests.fixtures import NOW, Desk, StandingClock
from tests.privacy.canaries import Canaries

pytestmark = pytest.mark.slow
TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname
"""
OF_THE_HOUSE = {"channel_instance", "content_item", "queue", "api_key"}
"""What operators set: samples of doors name some of it."""


NOT_EXPORTED = {"idempotency key", "note of a match", "attachment"}
"""Keys of a system's requests, what may tell of another customer, and the content of files, which come beside the JSON."""


async def export_of(database: Database, customer_id: str) -> str:
    """The export of the customer's merge set, as JSON in small letters."""
    async with database.transaction() as connection:
        rows = await connection.fetch("SELECT merge_set($1)", UUID(customer_id))
    async with database.transaction() as connection:
        return (
            export_json(await read_export(connection, [row[0] for row in rows], now=NOW, region="DE")).decode().lower()
        )


async def find_customer(database: Database, email: str) -> str:
    """Id of the customer with this address."""
    async with database.connection() as connection:
        return str(await connection.fetchval("SELECT customer_id FROM identity WHERE value = $1", email))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Attachments and the ledger of erasures are files of this test."""
    return load_settings({"ASKONCE_DATA_DIR": str(tmp_path), "ASKONCE_ATTACHMENTS_DIR": str(tmp_path / "attachments")})


@pytest.fixture
async def canaries(desk: Desk, rooms: Rooms) -> AsyncIterator[Canaries]:
    """A customer with canaries, and a neighbour."""
    planted = Canaries(desk, rooms)
    await desk.register(email="neighbour@example.org", text="I live next door.", facts={"order_number": "N-1"})
    with capture_logs() as logs:
        await planted.plant()
        yield planted
    assert not found_in(str(logs), planted.words)


async def dump(rooms: Rooms) -> dict[str, list[str]]:
    """Every row of every table as text."""
    async with rooms.database.connection() as connection:
        return {
            table: [row[0] for row in await connection.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]
            for (table,) in await connection.fetch(TABLES)
        }


def readable(line: str) -> str:
    """The row, with what its bytes say as text."""
    raw = re.sub(r"\\\\x([0-9a-f]*)", lambda found: bytes.fromhex(found[1]).decode("utf-8", "replace"), line)
    return raw.lower()


def found_in(text: str, words: dict[str, str]) -> list[str]:
    """The canaries that stand in the text."""
    return [f"{word} ({what})" for word, what in words.items() if word in text.lower()]


def places_of(dumped: dict[str, list[str]], words: dict[str, str]) -> dict[str, list[str]]:
    """The tables in which canaries stand, with them."""
    found = {table: found_in(readable("\n".join(lines)), words) for table, lines in dumped.items()}
    return {table: hits for table, hits in found.items() if hits and table not in OF_THE_HOUSE}


@pytest.fixture
def erase(canaries: Canaries, erasures: Erasures, clock: StandingClock) -> Callable[[], Awaitable[None]]:
    """Erases the customer, and lets workers end what is under way."""

    async def work() -> None:
        await erasures.erase(UUID(canaries.customer_id), by="privacy", now=NOW)
        await canaries.work()
        clock.offset = timedelta(minutes=2)
        while await erasures.finish_due(clock.now()):
            pass

    return work


@pytest.mark.promise("G3")
async def test_no_canary_is_left_in_any_table(canaries, rooms, erase):
    assert sum(word.startswith("zanari") for word in canaries.words) >= 60
    planted = places_of(await dump(rooms), canaries.words)
    assert len(planted) > 30, sorted(planted)
    await erase()
    assert places_of(await dump(rooms), canaries.words) == {}


@pytest.mark.promise("G3")
async def test_no_canary_is_left_in_a_file(canaries, rooms, erase, tmp_path):
    assert len(files_with(tmp_path, canaries.words)) == 1
    await erase()
    assert not files_with(tmp_path, canaries.words)
    assert not files_with(await data_folder(rooms), canaries.words)


@pytest.mark.promise("G3")
async def test_neither_keys_of_redis_nor_metrics_tell_of_the_erased(canaries, cache, desk, erase):
    await desk.look_up(value=canaries.email["value"])
    assert canaries.customer_id in str(await cache.send("KEYS", "*"))
    await erase()
    assert canaries.customer_id not in str(await cache.send("KEYS", "*"))
    assert not found_in((await desk.http.get("/metrics")).text, canaries.words)


@pytest.mark.promise("G3")
async def test_what_is_sent_afterwards_has_ids_alone(canaries, database, erase):
    await erase()
    async with database.connection() as connection:
        events = await read_events_after(connection, 0, 10_000)
    assert events
    assert not found_in(str([cloud_event_json(event, source="/") for event in events]), canaries.words)


def files_with(folder: Path, words: dict[str, str]) -> list[Path]:
    """The files below the folder in which canaries stand, but PostgreSQL's own."""
    files = (path for path in folder.rglob("*") if path.is_file() and "postgres" not in path.relative_to(folder).parts)
    return [path for path in files if found_in(path.read_text("utf-8", "replace"), words)]


async def data_folder(rooms: Rooms) -> Path:
    """The folder of the servers."""
    async with rooms.database.connection() as connection:
        return Path(await connection.fetchval("SELECT current_setting('data_directory')")).parent


@pytest.mark.promise("G3")
async def test_a_neighbour_is_as_before(desk, erase):
    async def seen() -> object:
        view = (await desk.look_up(value="neighbour@example.org", cache_control="no-cache")).json()
        return {name: part for name, part in view.items() if name != "as_of"}

    before = await seen()
    await erase()
    assert await seen() == before


@pytest.mark.promise("G2")
async def test_an_export_has_every_canary_of_the_customer_and_none_of_the_erased(canaries, database, erase):
    exported = await export_of(database, canaries.customer_id)
    missing = [what for word, what in canaries.words.items() if word.startswith("zanari") and word not in exported]
    assert set(missing) <= NOT_EXPORTED, set(missing) - NOT_EXPORTED
    assert "neighbour@example.org" not in exported
    neighbour = await find_customer(database, "neighbour@example.org")
    await erase()
    assert not found_in(await export_of(database, neighbour), canaries.words)
