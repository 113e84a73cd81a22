"""All customers are compared at once, in steps that a killed run does not lose."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from service.db.statements import Statements
from service.identity.matching.tables import shipped_tables
from service.resolution.bulk.finish import activate_tables
from service.resolution.bulk.model import RunOptions, WorkerSettings
from service.resolution.bulk.run import BulkRun
from service.resolution.matches.candidates import read_base_tables
from tests.fixtures import NOW
from tests.resolution.people import ANNA, KARL, People

pytestmark = pytest.mark.slow
RUN = Statements("service.resolution.bulk", "run")


class Killed(Exception):
    """The run ended in the middle."""


@pytest.fixture
def people(desk, rooms, clock):
    return People(desk, rooms, clock)


@pytest.fixture
def resolve(rooms, database_url):
    """Compares all customers; with `until`, the run is killed when it begins what has this title."""

    async def run(*, until: str = "", now=NOW, **options):
        @contextmanager
        def progress(title: str, _total: int):
            if title == until:
                raise Killed
            yield lambda _steps: None

        settings = WorkerSettings(url=database_url, region="DE")
        bulk = BulkRun(rooms.database, settings, process_count=1, progress=progress)
        return await bulk.execute(RunOptions(**options), now=now)

    return run


async def test_all_customers_are_compared_at_once_as_the_worker_would(people, resolve):
    for _ in range(2):
        await people("Anna Sommer", **ANNA)
        await people("Karl Winter", **KARL)
    report = await resolve()
    assert (report.customers, report.profiles, report.strengths) == (4, 4, {"strong": 2})
    assert (report.groups.groups, report.groups.customers, report.groups.largest) == (2, 4, 2)
    assert [len(sample.stated) for sample in report.samples["0.95"]] == [2, 2]
    listed = (await people.desk("console", "GET", "/v1/matches")).json()["items"]
    assert [match["strength"] for match in listed] == ["strong", "strong"]
    assert (await people.matches()) == listed, "the worker finds the same"


async def test_a_dry_run_stores_no_match(people, resolve):
    for _ in range(2):
        await people("Anna Sommer", **ANNA)
    assert (await resolve(dry_run=True)).strengths == {"strong": 1}
    assert (await people.desk("console", "GET", "/v1/matches")).json()["items"] == []


async def test_a_run_that_was_killed_goes_on_where_it_ended(people, resolve, rooms):
    for _ in range(2):
        await people("Anna Sommer", **ANNA)
    with pytest.raises(Killed):
        await resolve(until="Comparing")
    async with rooms.database.connection() as connection:
        assert '"phase":"pairs"' in (await connection.fetchval(RUN.read_run)).replace(" ", "")
    report = await resolve(until="Preparing")
    assert (report.profiles, report.strengths) == (2, {"strong": 1})
    async with rooms.database.connection() as connection:
        assert await connection.fetchval(RUN.read_run) is None


async def test_matches_that_do_not_hold_any_more_go_with_the_next_run(people, resolve):
    one, _ = await people("Anna Sommer", **ANNA), await people("Anna Sommer", **ANNA)
    assert (await resolve()).strengths == {"strong": 1}
    await people.desk("console", "PATCH", f"/v1/customers/{one}", {"name": "Otto Frost"})
    for fact, value in KARL.items():
        await people.desk("console", "PUT", f"/v1/customers/{one}/facts/{fact}", {"value": value})
    later = await resolve(now=NOW + timedelta(minutes=1))
    assert (later.profiles, later.strengths) == (1, {})
    assert (await people.desk("console", "GET", "/v1/matches")).json()["items"] == []


async def test_only_what_changed_since_a_time_is_compared(people, resolve):
    for _ in range(2):
        await people("Anna Sommer", **ANNA)
    await resolve(now=NOW - timedelta(days=2))
    for _ in range(2):
        await people("Karl Winter", **KARL)
    report = await resolve(now=NOW, since=NOW - timedelta(days=1))
    assert report.strengths == {"strong": 1}
    assert len(await people.matches()) == 2


async def test_learning_proposes_tables_and_switches_to_none(people, resolve, rooms):
    for _ in range(2):
        await people("Anna Sommer", **ANNA)
    report = await resolve(learn=True)
    assert report.proposal.tables.fields.keys() == report.in_use.fields.keys()
    async with rooms.database.connection() as connection:
        assert await read_base_tables(connection) == report.in_use == shipped_tables()


async def test_tables_that_an_operator_activates_hold_for_the_worker_too(people, resolve, rooms):
    fields = shipped_tables().fields
    levels = len(fields["born"].person)
    born = replace(fields["born"], person=(1 / levels,) * levels)
    doubtful = replace(shipped_tables(), fields={**fields, "born": born})
    await activate_tables(rooms.database, doubtful)
    for _ in range(2):
        await people("Anna Sommer", **ANNA)
    (match,) = await people.matches()
    bits = next(reason["bits"] for reason in match["reasons"] if reason["field"] == "born")
    await activate_tables(rooms.database, None)
    await resolve()
    (match,) = (await people.desk("console", "GET", "/v1/matches")).json()["items"]
    assert next(reason["bits"] for reason in match["reasons"] if reason["field"] == "born") > bits
