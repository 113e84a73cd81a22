"""Files of customers and interactions: nothing stored twice, nothing refused without a reason, nothing begun anew."""

import json
from itertools import count
from pathlib import Path

import pytest

from service.access.model import IMPORT_SPACE
from service.db.change import SYSTEM_KEY_ID
from service.errors import InvalidInput
from service.identity.profile import CustomerInput
from service.imports import importer as bulk
from service.imports.customers import CustomerImporter
from service.imports.files import RecordFile
from service.imports.importer import FileImport, ImportKind, PartImport
from service.imports.interactions import InteractionImporter
from service.model.interaction import Interaction
from service.registration import transaction
from service.registration.prepare import prepare_submission
from service.registration.transaction import register_in_transaction
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event, event_json

INTERACTIONS_CSV = """source,source_event_id,occurred_at,channel,kind,direction,identity.email,identity.phone,identity.phone.verified,\
conversation.ref,text,fact.order_number,attempt.what,attempt.outcome,asks,mood,participant.role
old,1,2026-11-20T09:00:00Z,phone,call,inbound,anna@example.de,0171/1234567,true,4711,"It blinks, red",A-1,Restarted,failed,,-0.5,customer
old,2,2026-11-20T09:05:00Z,phone,call,outbound,anna@example.de,,,4711,,,,,order_number;error_code,,agent
old,3,yesterday,phone,call,inbound,anna@example.de,,,,,,,,,,
"""
CUSTOMERS_CSV = """name,language,segments,identity.customer_number,identity.email
Anna Muster,de,vip; newsletter,K-1,anna@example.de
Bert Beispiel,de,,K-2,bert@example.de
"""


@pytest.fixture
def interactions(settings):
    return InteractionImporter(key_id=SYSTEM_KEY_ID, region="DE", reopen=settings.reopen_period)


@pytest.fixture
def customers():
    return CustomerImporter(key_id=SYSTEM_KEY_ID, region="DE")


async def run(
    database, path: Path, kind: ImportKind, store, *, parts: int | None = None, space_id: int = IMPORT_SPACE
) -> tuple[FileImport, list]:
    """An import of so many parts, and what it refused."""
    job = FileImport(database, RecordFile(path, kind.shape), kind, space_id=space_id)
    await job.load_progress()
    refused = []
    importing = PartImport(database, store, refused.extend)
    for window in job.remaining_windows():
        for part in window.parts[:parts]:
            await importing.import_part(part, NOW)
        if parts is not None:
            break
        await job.finish_window(window, NOW)
    return job, refused


async def rows(database, query: str):
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query)]


def jsonl(path: Path, *objects: object) -> Path:
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in objects))
    return path


@pytest.mark.promise("D23")
async def test_a_csv_of_interactions_means_what_its_columns_say(database, tmp_path, interactions):
    path = tmp_path / "calls.csv"
    path.write_text(INTERACTIONS_CSV)
    job, refused = await run(database, path, ImportKind.INTERACTIONS, interactions)
    assert (job.progress.read, job.progress.stored, job.progress.refused) == (3, 2, 1)
    assert [(one.record, one.field) for one in refused] == [(3, "occurred_at")]
    assert await rows(database, "SELECT interactions, repeated_questions FROM customer") == [(2, 1)]
    assert await rows(database, "SELECT kind::text, value, verified FROM identity ORDER BY kind") == [
        ("email", "anna@example.de", False),
        ("phone", "+491711234567", True),
    ]
    assert await rows(database, "SELECT what, outcome::text FROM attempt") == [("Restarted", "failed")]


@pytest.mark.promise("D23")
async def test_refused_records_are_named_with_their_reasons_and_the_others_are_stored(database, tmp_path, interactions):
    path = jsonl(tmp_path / "some.jsonl", event_json(), "no json", event_json() | {"colour": "red"}, "", event_json())
    job, refused = await run(database, path, ImportKind.INTERACTIONS, interactions)
    assert (job.progress.stored, job.progress.refused) == (2, 2)
    assert [(one.record, one.field) for one in refused] == [(2, ""), (3, "colour")]
    assert (refused[0].line, refused[0].raw) == (2, "no json")


async def test_an_import_that_was_interrupted_goes_on_where_it_ended(database, tmp_path, interactions, monkeypatch):
    """Parts of one window were stored by the first run, the others are left to the second."""
    monkeypatch.setattr(bulk, "CHUNK_RECORDS", 2)
    people = ("anna", "anna", "bert", "cora", "anna")
    path = jsonl(
        tmp_path / "five.jsonl",
        *(event_json(id=f"e-{number}", email=f"{name}@example.de") for number, name in enumerate(people)),
    )
    await run(database, path, ImportKind.INTERACTIONS, interactions, parts=1)
    assert await FileImport(database, RecordFile(path, Interaction), ImportKind.INTERACTIONS).load_progress() == 3
    job, _ = await run(database, path, ImportKind.INTERACTIONS, interactions)
    assert job.progress == (5, 5, 0, 0)
    assert list(job.remaining_windows()) == []
    assert await rows(database, "SELECT count(*), sum(version)::int FROM customer") == [(3, 5)]


async def test_a_file_that_is_imported_into_another_space_begins_anew(database, tmp_path, settings, interactions):
    path = jsonl(tmp_path / "one.jsonl", event_json(id="e-1"))
    await run(database, path, ImportKind.INTERACTIONS, interactions)
    theirs = InteractionImporter(key_id=SYSTEM_KEY_ID, region="DE", reopen=settings.reopen_period, space_id=7)
    for _ in range(2):  # and goes on there, too
        job, _ = await run(database, path, ImportKind.INTERACTIONS, theirs, space_id=7)
        assert job.progress.stored == 1
    assert await rows(database, "SELECT count(*) FROM interaction") == [(2,)]


async def test_what_another_file_brought_before_is_known_and_counts_once(database, tmp_path, interactions):
    first = jsonl(tmp_path / "first.jsonl", event_json(id="e-1"), event_json(id="e-2"))
    second = jsonl(tmp_path / "second.jsonl", event_json(id="e-2"), event_json(id="e-3"), event_json(id="e-3"))
    await run(database, first, ImportKind.INTERACTIONS, interactions)
    job, _ = await run(database, second, ImportKind.INTERACTIONS, interactions)
    assert (job.progress.stored, job.progress.known) == (1, 2)
    assert await rows(database, "SELECT count(*) FROM interaction") == [(3,)]


async def test_a_file_cannot_bring_events_of_the_house_or_a_door(database, tmp_path, interactions):
    """S24: such records are refused with a reason; `import` is the source of files."""
    sources = ("forms", "handoff:desk", "chatwoot:shop", "import")
    path = jsonl(tmp_path / "some.jsonl", *(event_json(source=source) for source in sources))
    job, refused = await run(database, path, ImportKind.INTERACTIONS, interactions)
    assert [(one.record, one.field) for one in refused] == [(1, "source"), (2, "source"), (3, "source")]
    assert job.progress.stored == 1


async def test_a_file_of_a_space_counts_once_together_with_its_keys_and_another_file_apart(
    database, tmp_path, settings, interactions
):
    path = jsonl(tmp_path / "some.jsonl", event_json(id="e-1"))
    reopen = settings.reopen_period
    theirs = InteractionImporter(key_id=SYSTEM_KEY_ID, region="DE", reopen=reopen, space_id=7)
    async with database.transaction() as connection:
        sent = prepare_submission(event(id="e-1"), key_id=KEY_ID, region="DE", space_id=7)
        await register_in_transaction(connection, [sent], now=NOW, reopen=reopen)
        (chunk,) = [list(RecordFile(path, Interaction))]
        assert (await theirs(connection, chunk, NOW)).known == 1
        assert (await interactions(connection, chunk, NOW)).stored == 1


async def test_a_customer_who_writes_while_their_history_comes_in_has_both(
    database, tmp_path, settings, interactions, monkeypatch
):
    """The service registers a message between what the import reads and what it sends, as often as it tries."""
    write_plan, numbers = transaction.write_plan, count()

    async def register(event_id: str) -> None:
        sent = prepare_submission(event(id=event_id), key_id=KEY_ID, region="DE")
        await transaction.register_batch(database, [sent], now=NOW, reopen=settings.reopen_period)

    async def overtaken(*arguments, **options) -> bool:
        if options.get("by_copy"):
            await register(f"now-{next(numbers)}")
        return await write_plan(*arguments, **options)

    await register("before")
    monkeypatch.setattr(transaction, "write_plan", overtaken)
    path = jsonl(tmp_path / "some.jsonl", event_json(id="e-1"), event_json(id="e-2"))
    job, _ = await run(database, path, ImportKind.INTERACTIONS, interactions)
    assert job.progress == (2, 2, 0, 0)
    assert await rows(database, "SELECT version, interactions FROM customer") == [(4, 4)]


async def test_customers_of_a_csv_are_created_once_and_brought_up_to_what_a_later_one_says(
    database, tmp_path, customers
):
    path = tmp_path / "customers.csv"
    path.write_text(CUSTOMERS_CSV)
    job, _ = await run(database, path, ImportKind.CUSTOMERS, customers)
    assert job.progress.stored == 2
    later = jsonl(
        tmp_path / "later.jsonl",
        {"identities": [{"kind": "customer_number", "value": "k 1"}], "name": "Anna Neumann"},
        {"identities": [{"kind": "customer_number", "value": "K-2"}], "name": "Bert Beispiel"},
        {"identities": [{"kind": "customer_number", "value": "K-1"}, {"kind": "customer_number", "value": "K-2"}]},
    )
    job, refused = await run(database, later, ImportKind.CUSTOMERS, customers)
    assert (job.progress.stored, job.progress.known) == (1, 1)
    assert [(one.record, one.field) for one in refused] == [(3, "identities")]
    assert await rows(database, "SELECT name, version, segments FROM customer ORDER BY name") == [
        ("Anna Neumann", 2, ["vip", "newsletter"]),
        ("Bert Beispiel", 1, []),
    ]


@pytest.mark.promise("D23")
def test_a_file_of_another_kind_is_refused_by_its_name(tmp_path):
    with pytest.raises(InvalidInput, match=r"neither \.jsonl nor \.csv"):
        RecordFile(tmp_path / "customers.xlsx", CustomerInput)
