"""A file and the API register alike: the same customers, conversations, facts and interactions."""

from benchmarks.dataset import write_customers, write_interactions
from service.db.change import SYSTEM_KEY_ID
from service.imports.customers import CustomerImporter
from service.imports.files import RecordFile
from service.imports.importer import FileImport, ImportKind, PartImport
from service.imports.interactions import InteractionImporter
from service.model.decode import decode_json
from service.model.interaction import Interaction
from service.registration.prepare import prepare_submission
from service.registration.transaction import register_batch
from tests.fixtures import NOW

CUSTOMERS, EACH = 12, 20
ROWS = {
    "customer": "name, version, interactions, repeated_questions, since, language",
    "conversation": "source, ref, subject, status, channels, opened_at, last_at, interactions, facts, identities",
    "interaction": "occurred_at, version, registered_at, source, source_event_id, channel, kind, text, details",
    "fact": "name, value, source, channel, at, verified, version",
    "fact_history": "name, version, value, ended_version",
    "attempt": "what, outcome, channel, at, version",
    "receipt": "version",
}


async def store(database, path, kind: ImportKind, writer) -> None:
    job = FileImport(database, RecordFile(path, kind.shape), kind)
    importing = PartImport(database, writer, lambda _refused: None)
    for window in job.remaining_windows():
        for part in window.parts:
            await importing.import_part(part, NOW)
        await job.finish_window(window, NOW)


async def stored(database) -> dict[str, list[str]]:
    """The rows of each table, but for what is another number with every run."""
    async with database.connection() as connection:
        return {
            table: [row[0] for row in await connection.fetch(f"SELECT ({names})::text FROM {table} ORDER BY 1")]
            for table, names in ROWS.items()
        }


async def test_a_file_and_the_api_store_the_same_rows(database, settings, tmp_path):
    people, events = tmp_path / "people.jsonl", tmp_path / "events.jsonl"
    write_customers(people, CUSTOMERS)
    write_interactions(events, CUSTOMERS, EACH, last_at=NOW)
    await store(database, people, ImportKind.CUSTOMERS, CustomerImporter(key_id=SYSTEM_KEY_ID, region="DE"))
    reopen = settings.reopen_period
    for line in events.read_bytes().splitlines():
        one = prepare_submission(decode_json(line, Interaction), key_id=SYSTEM_KEY_ID, region="DE")
        await register_batch(database, [one], now=NOW, reopen=reopen)
    by_api = await stored(database)
    await forget(database)
    await store(database, people, ImportKind.CUSTOMERS, CustomerImporter(key_id=SYSTEM_KEY_ID, region="DE"))
    writer = InteractionImporter(key_id=SYSTEM_KEY_ID, region="DE", reopen=reopen)
    await store(database, events, ImportKind.INTERACTIONS, writer)
    assert await stored(database) == by_api


async def forget(database) -> None:
    async with database.connection() as connection:
        await connection.execute(f"TRUNCATE {', '.join(ROWS)}, identity, outbox, import_progress")
