"""The story that askonce exists for: support that failed, end to end over HTTP, with the clock moved over two days."""

from datetime import timedelta

from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY

ANNA = [("email", "anna@example.de"), ("phone", "0171/1234567")]
EVENING = MONDAY.replace(hour=17)  # 18:00 in Berlin: every desk closes
TUESDAY_NINE = MONDAY.replace(day=24, hour=8)


async def test_nobody_explains_twice_and_nobody_is_forgotten(office: Office, until: Until):
    desk = office.desk
    await office.queue("technicians", offer_timeout_s=120, max_offers=1)

    # The bot hears the story, and hands it off.
    await desk.register(
        "bot",
        identities=ANNA,
        at=MONDAY,
        ref="bot:4711",
        subject="Router does not connect",
        text="My router blinks red since the storm.",
        language="de",
        facts={"customer_number": "C-77", "invoice_number": "R-2026-11", "error_code": "E42"},
        attempt=("Restarted the router", "failed"),
        mood=-0.4,
    )
    given = await office.hand_off(
        conversation={"ref": "bot:4711"}, reason={"code": "unsolved", "text": "The restart did not help."}
    )
    assert given.status_code == 201
    handoff = given.json()
    assert handoff["state"] == "offered"

    # An agent takes it and reads the brief: nothing needs to be asked again.
    await until(MONDAY + timedelta(seconds=20))
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    brief = (await desk("console", "GET", f"/v1/handoffs/{handoff['id']}/brief")).json()
    assert brief["known"] == {"customer_number": "C-77", "error_code": "E42", "invoice_number": "R-2026-11"}
    assert [(one["what"], one["outcome"]) for one in brief["tried"]] == [("Restarted the router", "failed")]
    asked = await desk(
        "console",
        "POST",
        "/v1/known/ask",
        {"customer_id": handoff["customer_id"], "fields": ["customer_number", "invoice_number", "error_code"]},
    )
    assert asked.json()["ask"] == []

    # The fix of the agent does not help; a technician is asked, who does not pick up.
    note = await office.step(
        handoff, "interactions", token=taken["token"], attempt={"what": "New firmware", "outcome": "failed"}
    )
    assert note.status_code == 201
    passed = await office.step(
        handoff, "transfer", token=taken["token"], to={"queue": "technicians"}, reason={"text": "Needs a line test."}
    )
    assert passed.status_code == 201
    child = passed.json()
    assert (child["state"], child["parent_id"]) == ("offered", handoff["id"])
    assert (await office.handoff(handoff))["state"] == "transferred"
    await until(MONDAY + timedelta(minutes=3))
    child = await office.handoff(child)
    assert (child["state"], [one["end"] for one in child["offers"]]) == ("fell_back", ["expired"])
    first_promise = await office.callback(child["callback_id"])
    assert (first_promise["queue"], first_promise["state"]) == ("technicians", "due")

    # She calls the hotline; the call drops.
    again = await office.hand_off("channel", to={"queue": "support"}, conversation={"ref": "bot:4711"})
    assert again.json()["state"] == "offered"
    await desk.register(
        "channel",
        identities=ANNA[1:],
        at=MONDAY + timedelta(minutes=4),
        channel="phone",
        kind="call",
        outcome="abandoned",
        source="pbx",
    )
    dropped = await office.handoff(again.json())
    assert (dropped["state"], dropped["callback_id"]) == ("failed", child["callback_id"])

    # She calls again, and whoever answers sees the failed fixes, the dropped call and the promise.
    context = (await desk.look_up("console", "phone", "+49 171 1234567")).json()
    matter = next(one for one in context["conversations"] if one["subject"] == "Router does not connect")
    assert {one["what"]: one["outcome"] for one in matter["attempts"]} == {
        "Restarted the router": "failed",
        "New firmware": "failed",
    }
    assert context["signals"]["dropped_calls"] == 1
    assert [one["id"] for one in context["callbacks"]] == [child["callback_id"]]
    assert context["known"]["customer_number"]["value"] == "C-77"
    await office.call({"id": child["callback_id"]}, "cancel", reason="She is on the line")

    # At closing time nobody has taken her over: the promise is for the next opening.
    late = EVENING - timedelta(seconds=30)
    await until(late)
    waiting = await office.hand_off("console", conversation={"ref": "bot:4711"}, mode="pass")
    assert waiting.json()["deadline"] == "2026-11-23T17:00:00Z"
    await until(EVENING)
    fell_back = await office.handoff(waiting.json())
    assert fell_back["state"] == "fell_back"
    promise = await office.callback(fell_back["callback_id"])
    assert (promise["state"], promise["promised_from"], promise["phone"]) == (
        "scheduled",
        "2026-11-24T08:00:00Z",
        "+491711234567",
    )

    # In the morning the caller sees all of it, and keeps the promise.
    early = await office.call(promise, "claim", agent="Carla")
    assert early.json()["type"] == "/problems/callback-not-due"
    await until(TUESDAY_NINE + timedelta(minutes=1))
    claimed = (await office.call(promise, "claim", agent="Carla")).json()
    assert [one["what"] for one in claimed["brief"]["tried"]] == ["New firmware", "Restarted the router"]
    assert claimed["brief"]["known"]["customer_number"] == "C-77"
    assert claimed["brief"]["mood"]["dropped_calls"] == 1
    done = await office.call(promise, "attempts", token=claimed["token"], outcome="connected", note="Line was cut.")
    assert (done.json()["state"], done.json()["kept"]) == ("fulfilled", True)
    context = (await desk.look_up("console", "phone", "+49 171 1234567")).json()
    assert (context["recent"][0]["text"], context["recent"][0]["outcome"]) == ("Line was cut.", "answered")
    assert context["signals"]["repeated_questions"] == 0
    assert (context["handoffs"], context["callbacks"]) == ([], [])
