"""People correct a journey, and note what they know of it: on record, and undoable."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.fixtures import NOW
from tests.journey.test_reading import journey_of, register

pytestmark = pytest.mark.slow


async def moved(desk, customer_id, **body):
    return await desk("console", "PUT", f"/v1/customers/{customer_id}/journey/phases", body)


def at(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


async def buyer(desk) -> str:
    """A customer who looked, bought and used."""
    for days, kind in ((9, "page"), (8, "message"), (7, "purchase"), (1, "message")):
        registered = await register(desk, NOW - timedelta(days=days), kind=kind)
    return registered["customer_id"]


def field_of(answer) -> str:
    """The field that the answer names; empty if it is about the whole body."""
    return answer.json().get("errors", [{"field": ""}])[0]["field"]


def spans(journey):
    return [(one["name"], one["rule"], one["from"][8:10]) for one in journey["phases"]]


async def test_a_border_is_moved_and_moved_back(desk):
    customer_id = await buyer(desk)
    before = await journey_of(desk, customer_id)
    assert [name for name, _, _ in spans(before)] == ["consider", "buy", "use"]
    answer = await moved(desk, customer_id, index=1, at=at(8))
    assert answer.status_code == 200, answer.text
    journey = answer.json()
    assert spans(journey)[1] == ("buy", "moved_by_hand", "13")
    assert journey["phases"][1]["moved_by"] == "the console"
    assert [one["phase_index"] for one in journey["touchpoints"]] == [0, 1, 1, 2]
    restored = await moved(desk, customer_id, undo=journey["phases"][1]["border_id"])
    assert spans(restored.json()) == spans(before)


async def test_a_move_stays_on_record_after_it_was_undone(desk, database):
    customer_id = await buyer(desk)
    journey = (await moved(desk, customer_id, index=2, at=at(7), phase="get_help")).json()
    assert spans(journey)[-1] == ("get_help", "moved_by_hand", "14")
    await moved(desk, customer_id, undo=journey["phases"][-1]["border_id"])
    async with database.connection() as connection:
        border = await connection.fetchrow("SELECT phase, moved_by, undone_by, undone_at FROM journey_border")
        actions = await connection.fetch("SELECT action FROM change_audit ORDER BY version")
    assert tuple(border) == ("get_help", "the console", "the console", NOW)
    assert [one["action"] for one in actions] == ["journey.border_moved", "journey.border_restored"]


async def test_the_first_phase_can_be_renamed_and_begins_with_the_first_contact(desk):
    customer_id = await buyer(desk)
    assert (await moved(desk, customer_id, index=0, at=at(8))).status_code == 400
    journey = (await moved(desk, customer_id, index=0, at=at(9), phase="use")).json()
    assert spans(journey)[0] == ("use", "moved_by_hand", "12")


@pytest.mark.parametrize(("body", "field"), [
    ({"index": 7, "at": at(8)}, "index"),
    ({"index": 1, "at": at(99)}, "at"),
    ({"index": 1, "at": at(-1)}, "at"),
    ({"index": 1}, ""),
    ({}, ""),
    ({"undo": str(uuid4()), "index": 1}, ""),
    ({"index": -1, "at": at(8)}, "index"),
    ({"index": 1, "at": at(8), "phase": "waiting"}, "phase"),
])  # fmt: skip
async def test_a_border_that_cannot_be_is_refused(desk, body, field):
    answer = await moved(desk, await buyer(desk), **body)
    assert (answer.status_code, field_of(answer)) == (400, field)


async def test_a_move_is_undone_once(desk):
    customer_id = await buyer(desk)
    answer = await moved(desk, customer_id, undo=str(uuid4()))
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "There is no such move of a border, or it was undone.",
    )
    assert (await moved(desk, uuid4(), index=0, at=at(9))).status_code == 404


async def test_a_note_of_a_customer_is_shown_changed_and_deleted(desk):
    customer_id = (await register(desk))["customer_id"]
    note = {"customer_id": customer_id, "phase": "get_help", "kind": "change", "text": "Forward after 20 s"}
    written = await desk("console", "POST", "/v1/journey-notes", note | {"owner": "Petra", "due": "2026-12-12"})
    assert written.status_code == 201, written.text
    assert (await journey_of(desk, customer_id))["notes"] == [written.json()]
    assert written.json()["written_by"] == "the console"
    path = f"/v1/journey-notes/{written.json()['id']}"
    changed = await desk("console", "PATCH", path, {"text": "Forward at once", "owner": None})
    assert changed.json() == written.json() | {"text": "Forward at once", "owner": None}
    assert (await desk("console", "DELETE", path)).status_code == 204
    assert (await journey_of(desk, customer_id))["notes"] == []
    assert (await desk("console", "DELETE", path)).status_code == 404


async def test_a_note_of_a_segment_is_shown_on_the_journeys_of_its_customers(desk, database):
    customer_id = (await register(desk))["customer_id"]
    await desk("console", "PATCH", f"/v1/customers/{customer_id}", {"segments": ["cable"]})
    for segment in ("cable", "fibre"):
        note = {"segment": segment, "phase": "consider", "kind": "owner", "text": f"Marketing {segment}"}
        assert (await desk("console", "POST", "/v1/journey-notes", note)).status_code == 201
    assert [one["text"] for one in (await journey_of(desk, customer_id))["notes"]] == ["Marketing cable"]
    async with database.connection() as connection:
        belongs = "INSERT INTO segment_member (segment, customer_id, since) VALUES ('fibre', $1, $2)"
        await connection.execute(belongs, customer_id, NOW)
    assert len((await journey_of(desk, customer_id))["notes"]) == 2
    listed = (await desk("console", "GET", "/v1/journey-notes?segment=fibre")).json()["items"]
    assert [(one["segment"], one["customer_id"]) for one in listed] == [("fibre", None)]
    await desk("console", "DELETE", f"/v1/journey-notes/{listed[0]['id']}")
    assert (await desk("console", "GET", "/v1/journey-notes?segment=fibre")).json()["items"] == []


async def test_a_journey_shows_the_500_newest_notes(desk, database):
    customer = (await desk.register()).json()["customer_id"]
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO journey_note (customer_id, note_id, phase, kind, text, written_by, key_id, written_at) "
            "SELECT $1, lpad(to_hex(n), 32, '0')::uuid, 'use', 'wants', n::text, 'Ben', $1, now() "
            "FROM generate_series(1, 501) AS n",
            customer,
        )
    notes = (await desk("console", "GET", f"/v1/customers/{customer}/journey")).json()["notes"]
    assert (len(notes), notes[0]["text"], notes[-1]["text"]) == (500, "2", "501")


async def test_notes_are_listed_page_by_page(desk):
    customer_id = (await register(desk))["customer_id"]
    for number in range(3):
        note = {"customer_id": customer_id, "phase": "use", "kind": "wants", "text": f"Wish {number}"}
        await desk("console", "POST", "/v1/journey-notes", note)
    first = (await desk("console", "GET", f"/v1/journey-notes?customer={customer_id}&limit=2")).json()
    rest = await desk("console", "GET", f"/v1/journey-notes?customer={customer_id}&after={first['next']}")
    assert [one["text"] for one in first["items"] + rest.json()["items"]] == ["Wish 0", "Wish 1", "Wish 2"]
    assert rest.json()["next"] is None


async def test_the_same_note_twice_with_one_key_is_one_note(desk):
    note = {"segment": "cable", "phase": "use", "kind": "wants", "text": "Speed"}
    answers = [await desk("console", "POST", "/v1/journey-notes", note, idempotency_key="n-1") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await desk("console", "GET", "/v1/journey-notes?segment=cable")).json()["items"]) == 1


@pytest.mark.parametrize(("body", "field"), [
    ({}, ""),
    ({"segment": "cable", "customer_id": str(uuid4())}, ""),
    ({"segment": "cable", "due": "2026-02-30"}, "due"),
    ({"segment": "cable", "text": "x" * 2001}, "text"),
    ({"segment": "cable", "kind": "idea"}, "kind"),
])  # fmt: skip
async def test_a_note_that_cannot_be_is_refused(desk, body, field):
    answer = await desk("console", "POST", "/v1/journey-notes", {"phase": "use", "kind": "wants", "text": "x"} | body)
    assert (answer.status_code, field_of(answer)) == (400, field)


@pytest.mark.parametrize("query", ["", "?segment=a&customer=01900000-0000-7000-8000-000000000001", "?customer=anna"])
async def test_notes_are_of_a_customer_or_of_a_segment(desk, query):
    assert (await desk("console", "GET", f"/v1/journey-notes{query}")).status_code == 400


async def test_a_decision_point_is_set_and_deleted(desk):
    registered = await register(desk)
    path = f"/v1/customers/{registered['customer_id']}/journey/decisions"
    wanted = {"interaction_id": registered["interaction_id"], "text": "Compared offers"}
    answers = [await desk("console", "POST", path, wanted, idempotency_key="d-1") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    (decision,) = (await journey_of(desk, registered["customer_id"]))["decisions"]
    assert (decision["kind"], decision["text"], decision["touchpoint"]) == ("set_by_hand", "Compared offers", 0)
    assert (await desk("console", "DELETE", f"{path}/{decision['id']}")).status_code == 204
    assert (await desk("console", "DELETE", f"{path}/{decision['id']}")).status_code == 404
    unknown = await desk("console", "POST", path, wanted | {"interaction_id": str(uuid4())})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/interaction-unknown")
