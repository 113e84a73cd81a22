"""A call rings: home says who calls, how sure that is, what was tried and what is promised, before it is answered."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.fixtures import NOW
from tests.web.console import ringing, story
from tests.web.console.browser import Browser, ShownTexts, create_agent
from tests.web.console.ringing import Telephones, connect_telephones
from tests.web.console.story import PHONE, tell_annas_story
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]
HTMX = {"hx-request": "true"}
OTHER = "491729876543"


async def told(browser: Browser, path: str = "/console", **headers: str) -> str:
    return " ".join(ShownTexts((await browser.get(path, headers=headers)).text).texts)


@pytest.fixture
async def jana(browser: Browser) -> Browser:
    """Jana's browser, signed in; she works in the queue `support`."""
    await browser.sign_in()
    return browser


@pytest.fixture
async def telephones(rooms, desk) -> Telephones:
    async with rooms.database.transaction() as connection:
        return await connect_telephones(connection, desk.http, now=NOW)


@pytest.fixture
async def anna(desk) -> str:
    """Anna's id: her story is on record, and the number is hers."""
    customer_id = await tell_annas_story(desk, NOW)
    linked = await desk("console", "PUT", f"/v1/customers/{customer_id}/identities", PHONE)
    assert linked.status_code in {200, 201}, linked.text
    return customer_id


async def promise(desk, **changes) -> None:
    wanted = {"identity": PHONE, "queue": "support", "reason": "Router is down"} | changes
    given = await desk("console", "POST", "/v1/callbacks", wanted, idempotency_key=str(changes))
    assert given.status_code == 201, given.text


async def test_home_says_who_calls_how_sure_what_about_what_was_tried_and_promised(jana, desk, telephones, anna, clock):
    await promise(desk, window={"from": "2026-11-21T09:30:00Z", "to": "2026-11-21T10:00:00Z"})
    clock.offset += timedelta(minutes=45)
    await jana.sign_in()
    await telephones.ring(queue="support")
    clock.offset += timedelta(seconds=9)
    said = await told(jana)
    for answer in (
        "Anna Weber caller ID only +49 171 1234567 · Support · ringing 0:09 · Answer on your telephone",
        "What it is about Router does not connect, error E42 6 contacts",
        "Already tried Restarted the router , Factory reset failed Line check pending",
        "Promised Callback 10:30–11:00 missed Open with an apology",
        "Open ↵ Leave to others Esc",
        "is calling now",
    ):
        assert answer in said, said
    assert f'href="/console/customers/{anna}" data-key="Enter"' in (await jana.get("/console")).text
    await telephones.hang_up()
    gone = await told(jana, **HTMX)
    assert ("Anna Weber caller ID only" in gone, "is calling now" in gone) == (False, False)


async def test_a_call_rings_for_the_agents_of_its_queue_and_without_one_of_ours_for_all(
    jana, console, rooms, telephones, anna
):
    await create_agent(rooms, "timo", queues=("technicians",))
    await create_agent(rooms, "pia", "privacy", queues=("support",))
    async with Browser(console) as timo, Browser(console) as pia:
        await timo.sign_in("timo")
        await pia.sign_in("pia")
        await telephones.ring(queue="support")
        rings = [("Anna Weber" in await told(one)) for one in (jana, timo, pia)]
        assert rings == [True, False, False]
        await telephones.hang_up()
        await telephones.ring("2", queue="Hotline Berlin")
        assert ["Hotline Berlin" in await told(one) for one in (jana, timo, pia)] == [True, True, False]
        assert [len((await one.get("/console/calls")).json()) for one in (jana, timo)] == [1, 1]
        assert (await pia.get("/console/calls")).status_code == httpx.codes.FORBIDDEN


async def test_a_call_that_another_agent_answers_says_by_whom_for_a_moment(jana, telephones, anna, clock):
    await telephones.ring()
    await telephones.answer(by="Mia Krüger")
    said = await told(jana)
    assert "Anna Weber answered by Mia Krüger" in said
    assert "ringing" not in said
    clock.offset += timedelta(seconds=11)
    assert "Anna Weber" not in await told(jana)


async def test_a_call_that_is_passed_on_rings_again(jana, telephones, anna, clock):
    await telephones.ring()
    await telephones.answer()
    clock.offset += timedelta(minutes=2)
    await telephones.ring("1b", origCallId="1")
    assert "ringing 0:00" in await told(jana)
    clock.offset += timedelta(seconds=30)
    assert "ringing 0:30" in await told(jana)
    await telephones.hang_up("1", cause="forwarded")
    assert "ringing 0:30" in await told(jana)
    await telephones.answer("1b", by="Ben")
    assert "Anna Weber answered by Ben" in await told(jana)


async def test_of_several_calls_the_one_that_has_rung_longest_is_the_large_one(jana, telephones, anna, clock):
    await telephones.ring("1", **{"from": OTHER})
    clock.offset += timedelta(seconds=5)
    await telephones.ring("2")
    said = await told(jana)
    assert said.index("Unknown caller caller ID only +49 172 9876543") < said.index("Anna Weber +49 171 1234567")
    assert "First contact: nothing is on record yet." in said
    assert said.count("Leave to others") == 1


async def test_a_withheld_number_says_so_and_the_calls_of_ours_to_customers_ring_for_nobody(jana, telephones):
    await telephones.ring("1", **{"from": "anonymous"})
    assert "Unknown caller nobody known number withheld · +49 30 901820 · ringing 0:00" in await told(jana)
    await telephones.hang_up("1")
    await telephones.ring("2", direction="out", **{"from": "4930901820", "to": ringing.NUMBER})
    assert "ringing" not in await told(jana)


async def test_a_number_of_several_people_names_all_and_opens_none(jana, desk, telephones, anna):
    bert = [("email", "bert@example.de", True), ("phone", PHONE["value"])]
    told_by_bert = await desk.register("channel", identities=bert)
    assert told_by_bert.json()["customer_id"] != anna
    await telephones.ring()
    said = await told(jana)
    assert "2 customers share this number" in said
    assert "Ask for the name before you say anything. Anna Weber Name unknown" in said
    assert "Already tried" not in said
    assert 'data-key="Enter"' not in (await jana.get("/console")).text.partition('id="offers"')[0]


async def test_a_call_left_to_others_is_hidden_in_this_browser_until_somebody_answers(jana, telephones, anna):
    await telephones.ring()
    (call_id,) = re.findall(r'id="leave-([0-9a-f-]+)"', (await jana.get("/console")).text)
    path, token = f"/console/calls/{call_id}/pass", await jana.token()
    assert (await jana.submit(path, csrf_token="another")).status_code == httpx.codes.FORBIDDEN
    left = await jana.submit(path, htmx=True, csrf_token=token)
    assert (left.status_code, "call.passed" in left.headers["hx-trigger"]) == (204, True)
    assert "Anna Weber" not in await told(jana)
    assert (await jana.get("/console/calls")).json() == []
    assert "is calling" not in await told(jana, f"/console/customers/{anna}/call", **HTMX)
    without_script = await jana.submit(path, csrf_token=token)
    assert (without_script.status_code, without_script.headers["location"]) == (303, "/console")
    await telephones.answer()
    assert "answered by Mia" in await told(jana)


async def test_above_the_page_of_a_customer_stands_the_call_that_rings_or_goes_on(jana, telephones, anna, clock):
    page = f"/console/customers/{anna}"
    assert "Answer on your telephone" not in await told(jana, page)
    await telephones.ring(queue="technicians")
    said = await told(jana, page)
    assert "Anna Weber is calling 0:00 · +49 171 1234567 · Technicians Answer on your telephone Leave to others" in said
    clock.offset += timedelta(seconds=20)
    await telephones.answer(by="Ben")
    clock.offset += timedelta(seconds=72)
    bar = await told(jana, f"{page}/call", **HTMX)
    assert bar == "Call On the telephone with Ben 1:12 · +49 171 1234567 · Technicians"
    await telephones.hang_up(cause="normalClearing")
    assert await told(jana, f"{page}/call", **HTMX) == ""
    assert (await jana.get(f"{page}/call")).headers["location"] == page


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_a_call_is_in_the_catalogs(jana, telephones, anna):
    await telephones.ring("1", queue="support")
    await telephones.ring("2", **{"from": "anonymous"})
    await telephones.ring("3", **{"from": OTHER})
    await telephones.answer("3")
    path = f"/console/customers/{anna}/call"
    shown = [(await jana.get("/console")).text, (await jana.get(path, headers=HTMX)).text]
    await telephones.answer("1")
    shown.append((await jana.get(path, headers=HTMX)).text)
    data = " ".join([Path(story.__file__).read_text("utf-8"), *NAMES_OF_DATA, "Mia Home"])
    known = set(re.findall(r"[A-Za-z]+", data))
    for text in (text for html in shown for text in ShownTexts(html).texts):
        bare = re.sub(r"⟦[^⟦⟧]*⟧", "", re.sub(r"⟦[^⟦⟧]*⟧", "", text))
        assert [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word not in known] == [], text


async def test_home_says_how_many_promised_calls_were_made_in_time(jana, desk, clock):
    window = {"from": "2026-11-21T09:30:00Z", "to": "2026-11-21T10:00:00Z"}
    await promise(desk, window=window)
    assert "kept in 7 days" not in await told(jana)
    clock.offset += timedelta(minutes=10)
    (call_path,) = {part for part in (await jana.get("/console")).text.split('"') if part.endswith("/claim")}
    callback_id = call_path.split("/")[-2]
    claimed = await desk("console", "POST", f"/v1/callbacks/{callback_id}/claim", {"agent": "jana.koehler"})
    called = {"token": claimed.json()["token"], "outcome": "connected", "began_at": "2026-11-21T09:40:00Z"}
    reported = await desk("console", "POST", f"/v1/callbacks/{callback_id}/attempts", called, idempotency_key="1")
    assert reported.status_code in {200, 201}, reported.text
    assert "kept in 7 days: 1 of 1" in await told(jana)


async def test_the_sound_of_calls_is_chosen_in_the_menu(jana):
    assert 'data-ring="on"' not in (await jana.get("/console")).text
    await jana.submit("/preferences", ring="on", next="/console")
    assert '<html lang="en" data-ring="on">' in (await jana.get("/console")).text
    await jana.submit("/preferences", ring="off", next="/console")
    assert 'data-ring="on"' not in (await jana.get("/console")).text
