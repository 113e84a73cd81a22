"""Nothing brings an erased customer back: no other system, no file, no mail; and another person keeps what is theirs."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from service.db.change import SYSTEM_KEY_ID
from service.imports.customers import CustomerImporter
from service.imports.record import FileRecord
from tests.fixtures import NOW

PHONE = ("phone", "+4930901820")
RECORD = {"emails": ["anna@example.de"], "stated_at": "2026-11-20T09:30:00Z"}


async def erased(desk, erasures, **fields: object) -> UUID:
    customer_id = UUID((await desk.register(**fields)).json()["customer_id"])
    await erasures.erase(customer_id, by="privacy", now=NOW)
    return customer_id


async def test_a_source_that_states_what_it_stated_before_is_refused(desk, erasures, clock):
    await desk("console", "PUT", "/v1/sources/crm", {"title": "The CRM"})
    customer_id = (await desk("console", "PUT", "/v1/sources/crm/records/7", RECORD)).json()["customer_id"]
    await erasures.erase(UUID(customer_id), by="privacy", now=NOW)
    clock.offset = timedelta(hours=1)
    again = await desk("console", "PUT", "/v1/sources/crm/records/7", RECORD)
    assert (again.status_code, again.json()["type"]) == (410, "/problems/customer-erased")
    batch = [RECORD | {"external_id": "7"}, RECORD | {"external_id": "8", "emails": ["ben@example.de"]}]
    answers = (await desk("console", "POST", "/v1/sources/crm/records/batch", batch)).json()
    assert [one["status"] for one in answers] == [410, 201]


async def test_a_file_of_customers_leaves_the_erased_out(desk, erasures, database):
    await erased(desk, erasures)
    people = [{"identities": [{"kind": "email", "value": f"{name}@example.de"}]} for name in ("anna", "ben")]
    chunk = [FileRecord(number=n, line=n, raw=json.dumps(one).encode()) for n, one in enumerate(people, 1)]
    async with database.transaction() as connection:
        result = await CustomerImporter(key_id=SYSTEM_KEY_ID, region="DE")(connection, chunk, NOW)
    assert (result.stored, len(result.refused)) == (1, 1)


async def test_an_identity_that_is_added_in_the_same_minute_is_refused_and_later_belongs_to_the_new_owner(
    desk, erasures, clock
):
    neighbour = (await desk.register(email="ben@example.de")).json()["customer_id"]
    await erased(desk, erasures)
    path = f"/v1/customers/{neighbour}/identities"
    added = {"kind": "email", "value": "anna@example.de"}
    assert (await desk("console", "PUT", path, added)).status_code == 410
    clock.offset = timedelta(minutes=2)
    assert (await desk("console", "PUT", path, added)).status_code == 200


async def test_another_person_who_was_told_a_freed_number_meanwhile_stays(desk, erasures, database, clock):
    neighbour = UUID((await desk.register(email="ben@example.de")).json()["customer_id"])
    async with database.transaction() as connection:  # as a customer of long before
        old = UUID("01900000-0000-7000-8000-000000000001")
        for table in ("customer", "identity", "interaction", "conversation"):
            await connection.execute(f"UPDATE {table} SET customer_id = $1 WHERE customer_id = $2", old, neighbour)
    await erased(desk, erasures, identities=[PHONE])
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO identity (kind, value, customer_id, verified, source, link, created_at)"
            " VALUES ('phone', '+4930901820', $1, false, 'crm', 'claimed', $2)",
            old,
            NOW + timedelta(seconds=10),
        )
    clock.offset = timedelta(minutes=2)
    while await erasures.finish_due(clock.now()):
        pass
    assert (await desk.look_up(kind="email", value="ben@example.de")).status_code == 200
    assert await erasures.find_altered() == []


@pytest.mark.parametrize("attachment", [{"reference": None}, ["reference"], {"reference": 7}])
async def test_a_client_that_names_no_file_as_attachment_hinders_no_erasure(desk, erasures, attachment):
    customer_id = await erased(desk, erasures, data={"attachments": [attachment]})
    assert (await desk("console", "GET", f"/v1/customers/{customer_id}")).status_code == 410
