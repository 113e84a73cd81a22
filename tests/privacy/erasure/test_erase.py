"""A customer is erased: nothing of them is left, and nothing of them comes back."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.access.audit import ReadAudit
from service.app.worker import worker_dependencies
from service.context.guidance.guide import NO_GUIDE, ViewGuide
from service.context.subject import query_by_customer_id
from service.errors import CustomerHeld, CustomerUnknown
from service.events.journal import read_events_after
from service.model.ids import new_id
from service.privacy.erasure.model import ErasureState
from service.worker.relay import relay_outbox
from tests.api.story import QUEUE
from tests.fixtures import NOW, Desk

REASON = {"reason": {"code": "technical"}}


async def _registered(desk: Desk, **fields: object) -> UUID:
    return UUID((await desk.register(**fields)).json()["customer_id"])


async def test_an_erased_customer_is_gone_by_id_and_by_identity(desk, erasures):
    customer_id = await _registered(desk)
    receipt = await erasures.erase(customer_id, by="privacy", now=NOW)
    assert receipt.state is ErasureState.SEALED
    assert {one.table for one in receipt.tables} >= {"customer", "identity", "interaction", "conversation"}
    answer = await desk("console", "GET", f"/v1/customers/{customer_id}/context")
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/customer-erased")
    assert (await desk.look_up()).status_code == 404


async def test_the_same_event_again_is_refused_for_ever(desk, erasures, clock):
    customer_id = await _registered(desk, source_event_id="once")
    await erasures.erase(customer_id, by="privacy", now=NOW)
    assert (await desk.register(source_event_id="once")).status_code == 410
    clock.offset = timedelta(days=400)
    assert (await desk.register(source_event_id="once")).status_code == 410


async def test_what_was_under_way_is_refused_and_a_later_contact_is_a_new_customer(desk, erasures, clock):
    customer_id = await _registered(desk)
    await erasures.erase(customer_id, by="privacy", now=NOW)
    assert (await desk.register(source_event_id="under way")).status_code == 410
    clock.offset = timedelta(minutes=2)
    later = clock.now().isoformat()
    answer = await desk.register(source_event_id="later", occurred_at=later)
    assert answer.status_code == 201
    assert answer.json()["customer_id"] != str(customer_id)


async def test_to_erase_twice_gives_the_same_receipt(desk, erasures):
    customer_id = await _registered(desk)
    first = await erasures.erase(customer_id, by="privacy", now=NOW)
    assert await erasures.erase(customer_id, by="another", now=NOW) == first


async def test_an_unknown_customer_cannot_be_erased(erasures):
    with pytest.raises(CustomerUnknown):
        await erasures.erase(new_id(), by="privacy", now=NOW)


async def test_the_preview_says_what_goes_and_takes_nothing(desk, erasures):
    customer_id = await _registered(desk)
    preview = await erasures.preview(customer_id, now=NOW)
    assert {one.table: one.rows for one in preview.tables}["interaction"] == 1
    assert await erasures.preview(customer_id, now=NOW) == preview
    taken = await erasures.erase(customer_id, by="privacy", now=NOW)
    assert {one.table for one in taken.tables} == {one.table for one in preview.tables}


async def test_an_altered_receipt_is_found(desk, erasures, database):
    customers = [await _registered(desk, email=f"anna{number}@example.de") for number in range(3)]
    receipts = [await erasures.erase(one, by="privacy", now=NOW) for one in customers]
    assert [one.sequence for one in receipts] == [1, 2, 3]
    assert await erasures.find_altered() == []
    async with database.connection() as connection:
        await connection.execute("UPDATE erasure SET ordered_by = 'mallory' WHERE sequence = 2")
    assert await erasures.find_altered() == [receipts[1].erasure_id]


async def test_a_held_customer_is_not_erased_and_the_reason_is_said(desk, erasures):
    customer_id = await _registered(desk)
    hold = f"/v1/customers/{customer_id}/holds/court"
    assert (await desk("privacy", "PUT", hold, {"reason": "The court has asked."})).status_code < 300
    assert "The court has asked." in (await erasures.preview(customer_id, now=NOW)).held
    with pytest.raises(CustomerHeld, match="The court has asked"):
        await erasures.erase(customer_id, by="privacy", now=NOW)
    assert (await desk.look_up()).status_code == 200


async def test_a_look_just_before_the_erasure_is_written_without_the_customer(desk, erasures, database):
    customer_id, audit = await _registered(desk), ReadAudit(database)
    audit.record_read(new_id(), "journeys", customer_id)
    await erasures.erase(customer_id, by="privacy", now=NOW)
    await audit.flush(NOW)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT customer_ids FROM read_audit WHERE view = 'journeys'") == []


async def test_a_reader_that_read_before_cannot_fill_the_cache(desk, erasures, rooms):
    customer_id = await _registered(desk)
    cache, query = rooms.reader.cache, query_by_customer_id(customer_id)
    await cache.drop([customer_id])
    lease = await cache.acquire_lease(customer_id)
    loaded = await rooms.reader.loader.load_context(query, now=NOW)
    await erasures.erase(customer_id, by="privacy", now=NOW)
    assert not await cache.fill(lease, loaded.whole, {"console": b"{}"}, ViewGuide(NO_GUIDE))
    assert (await desk("console", "GET", f"/v1/customers/{customer_id}/context")).status_code == 410


async def test_the_whole_merge_set_goes_and_no_other_customer(desk, erasures):
    anna, again, thomas = [await _registered(desk, email=f"{one}@example.de") for one in ("anna", "again", "thomas")]
    merged = await desk("console", "PUT", f"/v1/customers/{anna}/merges", {"other_customer_id": str(again)})
    assert merged.status_code == 200
    receipt = await erasures.erase(again, by="privacy", now=NOW)
    assert set(receipt.customer_ids) == {anna, again}
    answers = [(await desk("console", "GET", f"/v1/customers/{one}")).status_code for one in (anna, again, thomas)]
    assert answers == [410, 410, 200]


async def test_a_partner_does_not_hear_who_was_a_customer(desk, erasures):
    customer_id = await _registered(desk)
    await erasures.erase(customer_id, by="privacy", now=NOW)
    body = {"customer_id": str(customer_id), "to": {"queue": "repairs"}, "reason": {"code": "technical"}}
    answer = await desk("partner", "POST", "/v1/handoffs", body | {"mode": "offer"}, idempotency_key="p")
    assert answer.status_code in {400, 403, 404}


async def test_a_desk_hears_that_an_open_handoff_is_gone(desk, erasures, rooms):
    customer_id = await _registered(desk)
    assert (await desk("admin", "PUT", "/v1/queues/support", QUEUE)).status_code == 201
    body = {"customer_id": str(customer_id), "to": {"queue": "support"}, "mode": "offer"}
    handoff = await desk("console", "POST", "/v1/handoffs", body | REASON, idempotency_key="h")
    await erasures.erase(customer_id, by="privacy", now=NOW)
    while await relay_outbox(worker_dependencies(rooms)):
        pass
    async with rooms.database.connection() as connection:
        told = [one for one in await read_events_after(connection, 0, 100) if one.type == "handoff.withdrawn"]
    assert [(str(one.subject_id), one.reason) for one in told] == [(handoff.json()["id"], "erased")]
