"""What customers ask for under the GDPR is received, verified, carried out in time, and on record."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.app.privacy import create_privacy_requests
from service.model.vocabulary import Role
from tests.fixtures import NOW
from tests.privacy.requests.asking import PATH, ask, customer, take

pytestmark = pytest.mark.slow


async def test_a_request_is_received_and_due_a_month_later(desk):
    request = await ask(desk, "access", await customer(desk))
    assert (request["state"], request["due_on"], request["overdue"]) == ("received", "2026-12-21", False)
    assert [(step["action"], step["by"]) for step in request["steps"]] == [("received", "the privacy")]
    assert (await desk("admin", "GET", f"{PATH}/{request['id']}")).json() == request


async def test_the_same_request_twice_counts_once(desk):
    customer_id = await customer(desk)
    assert await ask(desk, "access", customer_id) == await ask(desk, "access", customer_id)
    assert len((await desk("privacy", "GET", PATH)).json()["items"]) == 1


async def test_a_customer_may_be_named_by_an_identity_in_any_spelling(desk):
    customer_id = await customer(desk)
    asked = {"kind": "access", "reason": "r", "identity": {"kind": "email", "value": "Anna@Example.DE"}}
    answer = await desk("privacy", "POST", PATH, asked, idempotency_key="by-mail")
    assert answer.json()["customer_id"] == customer_id


async def test_a_request_of_an_unknown_customer_is_refused(desk):
    asked = {"kind": "access", "reason": "r", "identity": {"kind": "email", "value": "nobody@example.de"}}
    answer = await desk("privacy", "POST", PATH, asked, idempotency_key="unknown")
    assert answer.json()["type"] == "/problems/customer-unknown"


@pytest.mark.parametrize("role", [one for one in Role if one not in (Role.PRIVACY, Role.ADMIN)])
async def test_no_other_role_sees_what_customers_ask_for(desk, role):
    request = await ask(desk, "access", await customer(desk))
    for path in ("", f"/{request['id']}", f"/{request['id']}/preview", f"/{request['id']}/receipt"):
        assert (await desk(role, "GET", PATH + path)).status_code == 403


async def test_a_request_for_access_is_done_once_it_is_verified(desk):
    request = await ask(desk, "access", await customer(desk))
    done = (await take(desk, request, state="verified")).json()
    assert (done["state"], done["verified_at"], done["ended_at"]) == (
        "done",
        *[NOW.isoformat().replace("+00:00", "Z")] * 2,
    )
    assert [step["action"] for step in done["steps"]] == ["received", "verified", "done"]


async def test_a_verified_erasure_is_carried_out_with_a_receipt(desk):
    customer_id = await customer(desk)
    request = await ask(desk, "erasure", customer_id)
    preview = (await desk("privacy", "GET", f"{PATH}/{request['id']}/preview")).json()
    assert {one["table"] for one in preview["tables"]} >= {"customer", "identity", "interaction", "privacy_request"}
    assert (await take(desk, request, state="verified")).json()["state"] == "done"
    receipt = (await desk("privacy", "GET", f"{PATH}/{request['id']}/receipt")).json()
    assert (receipt["request_id"], receipt["ordered_by"]) == (request["id"], "the privacy")
    assert (await desk("console", "GET", f"/v1/customers/{customer_id}/context")).status_code == 410


async def test_a_request_outlives_the_erasure_without_what_was_said(desk, database):
    customer_id = await customer(desk)
    earlier = await ask(desk, "access", customer_id, reason="Anna Weber wants everything")
    await take(desk, earlier, note="Anna called again")
    await take(desk, await ask(desk, "erasure", customer_id, reason="Anna Weber wants to go"), state="done")
    left = (await desk("privacy", "GET", f"{PATH}/{earlier['id']}")).json()
    assert (left["customer_id"], left["reason"]) == (customer_id, None)
    assert {step["note"] for step in left["steps"]} == {None}
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM privacy_request r WHERE r::text ~ 'Anna'") == 0


async def test_a_held_customer_is_not_erased_before_the_hold_has_ended(desk, rooms, clock):
    customer_id = await customer(desk)
    hold = {"reason": "Lawsuit 4 O 17/26", "until": "2026-12-01T00:00:00Z"}
    await desk("privacy", "PUT", f"/v1/customers/{customer_id}/holds/lawsuit", hold)
    request = await ask(desk, "erasure", customer_id)
    answer = await take(desk, request, state="verified")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/customer-held")
    assert "4 O 17/26" in answer.json()["detail"]
    held = (await desk("privacy", "GET", f"{PATH}/{request['id']}")).json()
    assert (held["state"], held["steps"][-1]["action"]) == ("verified", "held")
    clock.offset = timedelta(days=12)
    await create_privacy_requests(rooms).finish_left(clock.now())
    done = (await desk("privacy", "GET", f"{PATH}/{request['id']}")).json()
    assert (done["state"], done["steps"][-1]["by"]) == ("done", "askonce")


async def test_a_held_erasure_may_be_refused_with_that_reason(desk):
    customer_id = await customer(desk)
    await desk("privacy", "PUT", f"/v1/customers/{customer_id}/holds/lawsuit", {"reason": "Lawsuit 4 O 17/26"})
    request = await ask(desk, "erasure", customer_id)
    await take(desk, request, state="verified")
    refused = (await take(desk, request, state="refused", reason="A lawsuit is pending.")).json()
    assert (refused["state"], refused["steps"][-1]["note"]) == ("refused", "A lawsuit is pending.")


async def test_a_verified_restriction_restricts_the_customer(desk):
    customer_id = await customer(desk)
    await take(desk, await ask(desk, "restriction", customer_id), state="verified")
    answer = await desk("console", "GET", f"/v1/customers/{customer_id}/context")
    assert answer.json()["type"] == "/problems/customer-restricted"


async def test_a_verified_objection_withdraws_all_but_the_service(desk):
    customer_id = await customer(desk)
    await take(desk, await ask(desk, "objection", customer_id), state="verified")
    consents = (await desk("privacy", "GET", f"/v1/customers/{customer_id}/consents")).json()["consents"]
    withdrawn = {one["purpose"] for one in consents if one["state"] == "withdrawn"}
    assert withdrawn == {"analysis", "marketing", "profiling"}


async def test_an_objection_may_be_against_one_purpose(desk):
    customer_id = await customer(desk)
    await take(desk, await ask(desk, "objection", customer_id, purposes=["marketing"]), state="done")
    consents = (await desk("privacy", "GET", f"/v1/customers/{customer_id}/consents")).json()["consents"]
    assert {one["purpose"] for one in consents if one["state"] == "withdrawn"} == {"marketing"}


async def test_a_rectification_is_done_when_a_person_says_what_was_corrected(desk):
    request = await ask(desk, "rectification", await customer(desk))
    assert (await take(desk, request, state="verified")).json()["state"] == "verified"
    assert (await take(desk, request, state="done")).status_code == 400
    done = (await take(desk, request, state="done", note="The street was misspelt.")).json()
    assert (done["state"], done["steps"][-1]["note"]) == ("done", "The street was misspelt.")


async def test_what_has_ended_stays_and_may_be_ended_again(desk):
    request = await ask(desk, "access", await customer(desk))
    done = (await take(desk, request, state="done")).json()
    assert (await take(desk, request, state="done")).json() == done
    answer = await take(desk, request, state="refused", reason="Too late")
    assert answer.json()["type"] == "/problems/privacy-request-closed"


async def test_a_refusal_needs_a_reason(desk):
    request = await ask(desk, "access", await customer(desk))
    assert (await take(desk, request, state="refused")).status_code == 400


async def test_the_time_may_be_extended_once_with_a_reason(desk):
    request = await ask(desk, "access", await customer(desk))
    assert (await take(desk, request, extend=True)).status_code == 400
    extended = (await take(desk, request, extend=True, reason="Many mailboxes")).json()
    assert (extended["due_on"], extended["steps"][-1]["note"]) == ("2027-02-21", "Many mailboxes")
    assert (await take(desk, request, extend=True, reason="Again")).status_code == 409


async def test_the_queue_has_open_requests_the_soonest_due_first(desk, clock):
    customer_id = await customer(desk)
    first, second = [await ask(desk, kind, customer_id) for kind in ("access", "objection")]
    clock.offset = timedelta(days=1)
    later = await ask(desk, "rectification", customer_id)
    await take(desk, first, extend=True, reason="Many mailboxes")
    await take(desk, await ask(desk, "restriction", customer_id), state="refused", reason="No ground")
    page = (await desk("privacy", "GET", f"{PATH}?limit=2")).json()
    assert [one["id"] for one in page["items"]] == [second["id"], later["id"]]
    rest = (await desk("privacy", "GET", f"{PATH}?after={page['next']}")).json()
    assert [one["id"] for one in rest["items"]] == [first["id"]]
    due = (await desk("privacy", "GET", f"{PATH}?due=2026-12-21&kind=objection")).json()
    assert [one["id"] for one in due["items"]] == [second["id"]]


async def test_a_request_that_waits_past_its_day_is_overdue(desk, clock):
    request = await ask(desk, "access", await customer(desk))
    clock.offset = timedelta(days=31)
    assert (await desk("privacy", "GET", f"{PATH}/{request['id']}")).json()["overdue"]


async def test_what_a_killed_process_left_is_finished_by_the_worker(desk, rooms, clock, database):
    request = await ask(desk, "restriction", await customer(desk))
    async with database.connection() as connection:
        verified = "UPDATE privacy_request SET state = 'verified', verified_at = $2 WHERE request_id = $1"
        await connection.execute(verified, UUID(request["id"]), NOW)
    clock.offset = timedelta(minutes=2)
    await create_privacy_requests(rooms).finish_left(clock.now())
    assert (await desk("privacy", "GET", f"{PATH}/{request['id']}")).json()["state"] == "done"


async def test_a_request_whose_customer_was_erased_meanwhile_ends_and_hinders_no_other(desk, rooms):
    customer_id = await customer(desk)
    restriction, erasure = await ask(desk, "restriction", customer_id), await ask(desk, "erasure", customer_id)
    await take(desk, erasure, state="verified")
    answer = await desk("privacy", "PATCH", f"{PATH}/{restriction['id']}", {"state": "verified"})
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    await create_privacy_requests(rooms).finish_left(NOW + timedelta(days=1))
