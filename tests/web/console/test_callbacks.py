"""An agent sees which calls are owed, makes them, and says by one key how they went."""

import re
from datetime import timedelta

import pytest

from tests.web.console.browser import Browser, ShownTexts, create_agent
from tests.web.console.desk_story import promise

pytestmark = pytest.mark.slow

LIST = "/console/callbacks"


@pytest.fixture
async def callback(browser, desk):
    """A call that is promised to Anna and due now; Jana has signed in."""
    await desk.register()
    await browser.sign_in()
    return await promise(desk, retry_after_s=600)


def page_of(callback) -> str:
    return f"{LIST}/{callback['id']}"


def told(answer) -> str:
    return " ".join(ShownTexts(answer.text).texts)


async def act(browser: Browser, callback, **fields: str):
    """A button is pressed on the page as it is now."""
    html = (await browser.get(page_of(callback))).text
    token = re.search(r'name="token" value="([^"]*)"', html)
    given = {"csrf_token": await browser.token(), "token": token[1] if token else ""} | fields
    return await browser.submit(page_of(callback), **given)


async def test_the_list_says_what_is_due_and_later_for_the_agents_queues_or_one(browser, callback, desk):
    other = {"kind": "phone", "value": "+49 171 7654321"}
    await promise(desk, identity=other, queue="technicians", reason="A visit")  # who open on Monday
    shown = told(await browser.get(LIST))
    assert "Due now: 1" in shown
    assert "Later: 1" in shown
    assert "Name unknown" in shown
    only = told(await browser.get(f"{LIST}?queue=technicians"))
    assert "A visit" in only
    assert "Router does not connect" not in only


async def test_without_a_callback_the_list_says_what_will_appear(browser):
    await browser.sign_in()
    assert "A callback that is promised for one of your queues appears here at once." in told(await browser.get(LIST))


async def test_a_callback_says_whom_to_call_until_when_and_which_attempt(browser, callback):
    shown = told(await browser.get(page_of(callback)))
    for expected in ("The call is due now", "+491711234567", "attempt 1 of 3", "Router does not connect", "promised"):
        assert expected in shown


async def test_an_agent_calls_in_vain_and_then_reaches_the_customer(browser, callback, clock):
    await act(browser, callback, step="claim")
    assert "You are calling" in told(await browser.get(page_of(callback)))
    await act(browser, callback, outcome="busy", note="Voice of a child")
    shown = told(await browser.get(page_of(callback)))
    for expected in ("Next attempt", "Busy", "Voice of a child", "attempt 2 of 3"):
        assert expected in shown
    clock.offset += timedelta(seconds=600)
    await act(browser, callback, step="claim")
    await act(browser, callback, outcome="connected")
    assert "2 calls were made" in told(await browser.get(page_of(callback)))


async def test_each_result_of_a_call_has_a_key_of_its_own(browser, callback):
    await act(browser, callback, step="claim")
    html = (await browser.get(page_of(callback))).text
    keys = re.findall(r'name="outcome" value="(\w+)" data-key="(\d)"', html)
    assert keys == [("connected", "1"), ("no_answer", "2"), ("busy", "3"), ("failed", "4"), ("invalid_number", "5")]


async def test_the_second_agent_learns_who_is_calling(browser, callback, desk):
    await desk("console", "POST", f"/v1/callbacks/{callback['id']}/claim", {"agent": "Mia Krüger"})
    answer = await act(browser, callback, step="claim")
    assert answer.status_code == 409
    assert "Another agent was faster." in told(answer)
    assert "Mia Krüger is calling" in told(answer)
    assert 'name="token"' not in (await browser.get(page_of(callback))).text
    assert "Mia Krüger calls" in told(await browser.get(LIST))


async def test_another_time_is_promised_on_the_clock_of_the_wall(browser, callback, desk, clock):
    answer = await act(browser, callback, step="reschedule", start="2026-11-27T10:00", end="2026-11-27T11:00")
    assert answer.status_code == 303
    stored = (await desk("console", "GET", f"/v1/callbacks/{callback['id']}")).json()
    assert stored["promised_from"] == "2026-11-27T09:00:00Z"
    assert stored["state"] == "scheduled"


async def test_a_time_that_is_over_or_closed_and_a_number_that_cannot_be_are_refused_in_words(browser, callback):
    window = {"step": "reschedule", "start": "2026-11-27T10:00", "end": "2026-11-27T11:00"}
    for changes, expected in (
        ({"start": "2020-01-01T10:00", "end": "2020-01-01T11:00"}, "This time is over already."),
        ({"start": "2026-11-27T02:00", "end": "2026-11-27T03:00"}, "The queue is closed during all of this time."),
        ({"phone": "12"}, "This telephone number cannot exist."),
        ({"start": "soon"}, "Something in this form cannot be taken."),
    ):
        answer = await act(browser, callback, **window | changes)
        assert (answer.status_code, expected in told(answer)) == (422, True), expected


async def test_a_callback_is_cancelled_with_a_reason(browser, callback):
    await act(browser, callback, step="cancel", reason="Solved in the shop")
    shown = told(await browser.get(page_of(callback)))
    assert "Cancelled" in shown
    assert "Solved in the shop" in shown


async def test_a_step_on_a_callback_that_another_agent_closed_says_who_did(console, browser, callback, rooms):
    await act(browser, callback, step="claim")
    page = (await browser.get(page_of(callback))).text
    token = re.search(r'name="token" value="([^"]*)"', page)[1]
    await create_agent(rooms, "mia.krueger", queues=("support",))
    async with Browser(console) as mia:
        await mia.sign_in("mia.krueger")
        await act(mia, callback, step="cancel", reason="Solved")
    given = {"csrf_token": await browser.token(), "token": token, "outcome": "busy", "note": "A long <b>note"}
    for htmx in (True, False):
        answer = await browser.submit(page_of(callback), htmx=htmx, **given)
        assert answer.status_code == 409
        for expected in ("Cancelled", "The last step was taken by mia.krueger", "What you wrote is still here."):
            assert expected in told(answer), expected
    assert "A long <b>note" in told(answer)  # without script, the page is a new one
