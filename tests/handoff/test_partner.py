"""A partner's desk sees the customer only while it holds something of theirs; everything else looks absent."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY

ANNA = [("email", "anna@example.de"), ("phone", "0171/1234567")]
ABSENT = "01900000-0000-7000-8000-00000000abcd"


async def known(office: Office, **fields: Any) -> dict[str, Any]:
    """Anna, with a name, a story and conditions for two audiences."""
    registered = await office.desk.register(
        at=MONDAY,
        identities=ANNA,
        participant={"role": "customer", "name": "Anna Bauer"},
        subject="Router",
        text="It blinks",
        facts={"error_code": "E42"},
        **fields,
    )
    customer_id = registered.json()["customer_id"]
    for title, audience in (("Free repair", "partner"), ("Family price", "console")):
        condition = {"title": title, "kind": "note", "terms": {"text": title}, "audiences": [audience]}
        path = f"/v1/customers/{customer_id}/conditions"
        granted = await office.desk("console", "POST", path, condition, idempotency_key=title)
        assert granted.status_code == 201
    return registered.json()


def same_as_absent(answer: httpx.Response, absent: httpx.Response) -> bool:
    return (answer.status_code, answer.content) == (404, absent.content)


async def test_a_partner_sees_the_customer_of_its_handoff_until_a_day_after(office: Office, until: Until):
    customer = await known(office)
    absent = await office.desk.look_up("partner", "email", "nobody@example.de")
    assert same_as_absent(await office.desk.look_up("partner"), absent)

    handoff = (await office.hand_off(to={"queue": "repairs"})).json()
    seen = (await office.desk.look_up("partner")).json()
    assert set(seen) == {
        "schema", "version", "as_of", "customer", "conditions", "known", "conversations", "handoffs", "callbacks",
    }  # fmt: skip
    assert seen["customer"] == {"id": customer["customer_id"], "language": None, "phone": "+49 ••• 67"}
    assert [one["title"] for one in seen["conditions"]] == ["Free repair"]
    assert [one["id"] for one in seen["handoffs"]] == [handoff["id"]]

    taken = (await office.step(handoff, "accept", role="partner", agent="Pia")).json()
    ended = await office.step(handoff, "complete", role="partner", token=taken["token"], summary="Repaired")
    assert ended.status_code == 200
    await until(MONDAY + timedelta(hours=23))
    assert (await office.desk.look_up("partner")).status_code == 200
    await until(MONDAY + timedelta(hours=24))
    assert same_as_absent(await office.desk.look_up("partner"), absent)
    gone = await office.desk("partner", "GET", f"/v1/handoffs/{handoff['id']}")
    assert same_as_absent(gone, await office.desk("partner", "GET", f"/v1/handoffs/{ABSENT}"))


async def test_a_partner_sees_the_conversation_of_its_handoff_and_no_other(office: Office):
    await known(office)
    await office.desk.register(at=MONDAY, subject="Insurance", text="Secret")
    await office.hand_off(to={"queue": "repairs"}, conversation={"id": (await matter(office, "Router"))})
    seen = await office.desk.look_up("partner")
    assert [one["subject"] for one in seen.json()["conversations"]] == ["Router"]
    assert "Secret" not in seen.text


async def test_a_partner_hands_back_the_conversation_it_was_given_and_no_other(office: Office):
    await known(office)
    await office.desk.register(at=MONDAY, subject="Insurance", text="Secret")
    router, insurance = [{"id": await matter(office, subject)} for subject in ("Router", "Insurance")]
    await office.hand_off(to={"queue": "repairs"}, conversation=router)
    foreign = await office.hand_off("partner", conversation=insurance)
    assert foreign.json()["type"] == "/problems/conversation-unknown"
    assert (await office.hand_off("partner", conversation=router)).status_code == 201
    assert (await office.promise("partner", queue="repairs", conversation=insurance)).status_code == 404


async def matter(office: Office, subject: str) -> str:
    context = (await office.desk.look_up()).json()
    return next(one["id"] for one in context["conversations"] if one["subject"] == subject)


@pytest.mark.promise("S1")
async def test_what_another_desk_has_looks_absent_in_every_way(office: Office):
    customer = await known(office)
    handoff = (await office.hand_off(to={"queue": "support"})).json()
    promise = (await office.promise()).json()
    for of_others, of_nobody in (
        (f"/v1/handoffs/{handoff['id']}", f"/v1/handoffs/{ABSENT}"),
        (f"/v1/handoffs/{handoff['id']}/brief", f"/v1/handoffs/{ABSENT}/brief"),
        (f"/v1/callbacks/{promise['id']}", f"/v1/callbacks/{ABSENT}"),
        (f"/v1/callbacks/{promise['id']}/brief", f"/v1/callbacks/{ABSENT}/brief"),
        (f"/v1/customers/{customer['customer_id']}/context", f"/v1/customers/{ABSENT}/context"),
        ("/v1/queues/support/hours", "/v1/queues/nowhere/hours"),
        ("/v1/handoffs?queue=support", "/v1/handoffs?queue=nowhere"),
        ("/v1/callbacks?queue=support", "/v1/callbacks?queue=nowhere"),
    ):
        answers = [await office.desk("partner", "GET", path) for path in (of_others, of_nobody)]
        assert answers[0].content == answers[1].content, of_others
        assert answers[0].status_code == answers[1].status_code


@pytest.mark.promise("S1")
async def test_what_another_desk_has_cannot_be_changed_and_looks_absent(office: Office):
    await known(office)
    handoff = (await office.hand_off(to={"queue": "support"})).json()
    promise = (await office.promise()).json()
    for kind, found, steps in (
        ("handoffs", handoff, {"accept": {"agent": "Pia"}, "decline": {"agent": "Pia"}, "complete": {"token": "t"}}),
        (
            "callbacks",
            promise,
            {"claim": {"agent": "Pia"}, "cancel": {}, "attempts": {"token": "t", "outcome": "busy"}},
        ),
    ):
        for step, body in steps.items():
            answers = [
                await office.desk("partner", "POST", f"/v1/{kind}/{an_id}/{step}", body)
                for an_id in (found["id"], ABSENT)
            ]
            assert same_as_absent(*answers), step


@pytest.mark.promise("S1")
async def test_a_partner_cannot_find_out_who_is_a_customer_by_handing_off_or_promising(office: Office):
    await known(office)
    for act in (office.hand_off, office.promise):
        answers = [
            await act("partner", identity={"kind": "email", "value": value}, phone="0171/1234567")
            if act == office.promise
            else await act("partner", identity={"kind": "email", "value": value})
            for value in ("anna@example.de", "nobody@example.de")
        ]
        assert same_as_absent(*answers)


async def test_a_partner_puts_on_record_what_it_learns(office: Office):
    await known(office)
    handoff = (await office.hand_off(to={"queue": "repairs"})).json()
    taken = (await office.step(handoff, "accept", role="partner", agent="Pia")).json()
    told = await office.step(
        handoff,
        "interactions",
        role="partner",
        token=taken["token"],
        text="Changed the fuse",
        facts={"fuse": "T2A"},
        attempt={"what": "New fuse", "outcome": "worked"},
    )
    assert told.status_code == 201
    context = (await office.desk.look_up()).json()
    assert context["known"]["fuse"]["value"] == "T2A"
    assert context["recent"][0]["participant"] == {"role": "agent", "name": "Pia"}


@pytest.mark.promise("S2")
async def test_the_packet_and_the_brief_for_a_partner_name_no_person(office: Office):
    await known(office)
    await office.hand_off(to={"queue": "repairs"}, summary="She is at home from four")
    listed = (await office.desk("partner", "GET", "/v1/handoffs")).json()["items"]
    handoff = await office.handoff(listed[0], role="partner")
    assert handoff["packet"]["customer"] == {"id": handoff["customer_id"], "name": None, "language": None}
    assert [one["title"] for one in handoff["packet"]["conditions"]] == ["Free repair"]
    assert [one["text"] for one in handoff["packet"]["transcript"]] == ["It blinks"]
    brief = await office.desk("partner", "GET", f"/v1/handoffs/{handoff['id']}/brief")
    for body in (brief.text, str(handoff)):
        assert "Bauer" not in body
        assert "1234567" not in body
        assert "Family price" not in body
    assert brief.json()["mood"] is None


async def test_a_partner_gets_the_number_when_it_calls_and_not_before(office: Office):
    await known(office)
    promise = (await office.promise(queue="repairs")).json()
    seen = await office.callback(promise, role="partner")
    assert seen["phone"] == "+49 ••• 67"
    claimed = (await office.call(promise, "claim", role="partner", agent="Pia")).json()
    assert claimed["phone"] == "+491711234567"
    done = await office.call(promise, "attempts", role="partner", token=claimed["token"], outcome="connected")
    assert (done.json()["state"], done.json()["phone"]) == ("fulfilled", "+49 ••• 67")


async def test_a_bot_sees_how_its_handoff_goes_and_no_names(office: Office):
    await known(office)
    handoff = (await office.hand_off()).json()
    await office.step(handoff, "accept", agent="Ben")
    seen = await office.handoff(handoff, role="bot")
    assert (seen["state"], seen["taken_by"], seen["offers"][0]["by"]) == ("accepted", None, None)
    assert "Bauer" not in str(seen)
    assert seen["packet"]["transcript"] == []
    refused = await office.step(handoff, "decline", role="bot", agent="Robo")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/role-not-allowed")


async def test_the_cached_view_of_a_partner_does_not_outlive_the_handoff(office: Office, until: Until):
    await known(office)
    handoff = (await office.hand_off(to={"queue": "repairs"})).json()
    for source in ("database", "cache"):
        assert (await office.desk.look_up("partner")).headers["context-source"] == source
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    await office.step(handoff, "complete", token=taken["token"])
    day_after = MONDAY + timedelta(hours=24)
    await until(day_after - timedelta(seconds=1))
    assert (await office.desk.look_up("partner")).status_code == 200
    await until(day_after)
    assert (await office.desk.look_up("partner")).status_code == 404
