"""An agent reads a handoff, takes it, and ends it; what comes too late says who acted, and costs no letter."""

import re

import pytest

from tests.web.console.browser import Browser, ShownTexts, create_agent
from tests.web.console.desk_story import SUMMARY, hand_off

pytestmark = pytest.mark.slow


@pytest.fixture
async def handoff(browser, desk):
    """Anna's handoff as the desks know it; Jana has signed in."""
    await desk.register()
    await browser.sign_in()
    return await hand_off(desk)


def page_of(handoff) -> str:
    return f"/console/handoffs/{handoff['id']}"


def told(answer) -> str:
    return " ".join(ShownTexts(answer.text).texts)


async def act(browser: Browser, handoff, step: str, **fields: str):
    """The button of a step is pressed on the page as it is now."""
    html = (await browser.get(page_of(handoff))).text
    token = re.search(r'name="token" value="([^"]*)"', html)
    given = {"csrf_token": await browser.token(), "step": step, "token": token[1] if token else ""} | fields
    return await browser.submit(page_of(handoff), **given)


async def test_a_handoff_tells_why_what_was_tried_known_promised_and_said(browser, handoff):
    shown = told(await browser.get(page_of(handoff)))
    for expected in (
        "It is offered to everybody of this queue",
        "Router does not connect, error E42",
        "She asked for a person.",
        "Restarted the router",
        "failed",
        "A-10472",
        "Nothing is promised.",
        SUMMARY,
        "My router does not connect <b>at all</b>.",
    ):
        assert expected in shown


async def test_what_strangers_wrote_is_text_wherever_it_stands(browser, handoff, desk):
    evil = "<img src=x onerror=alert(1)> %(agent)s 100%"
    attempt = {"what": evil, "outcome": "failed"}
    given = await hand_off(
        desk, summary=evil, reason={"text": evil}, facts={"<img/src=x>%s": evil}, attempts=[attempt], subject=evil
    )
    html = (await browser.get(page_of(given))).text
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror") >= 5


async def test_an_agent_accepts_starts_and_completes_and_the_summary_is_on_record(browser, handoff, desk):
    assert (await act(browser, handoff, "accept")).headers["location"] == page_of(handoff)
    assert "You have it" in told(await browser.get(page_of(handoff)))
    await act(browser, handoff, "start")
    assert "You are speaking with the customer" in told(await browser.get(page_of(handoff)))
    await act(browser, handoff, "complete", summary="Exchanged the cable.", outcome="solved")
    shown = told(await browser.get(page_of(handoff)))
    assert "Completed by jana.koehler" in shown
    assert "Exchanged the cable." in shown
    stored = (await desk("console", "GET", f"/v1/handoffs/{handoff['id']}")).json()
    assert (stored["state"], stored["taken_by"], stored["outcome"]) == ("completed", "jana.koehler", "solved")


async def test_a_stale_token_says_who_acted_and_the_text_is_kept(browser, handoff, desk):
    await act(browser, handoff, "accept")
    html = (await browser.get(page_of(handoff))).text
    token = re.search(r'name="token" value="([^"]*)"', html)[1]
    await desk("console", "POST", f"/v1/handoffs/{handoff['id']}/takeover", {"agent": "Mia Krüger"})
    given = {"csrf_token": await browser.token(), "step": "complete", "token": token, "summary": "A long text."}
    partial = await browser.submit(page_of(handoff), htmx=True, **given)
    assert partial.status_code == 409
    assert "This is not yours any more." in told(partial)
    assert "Mia Krüger has it" in told(partial)
    assert "<main" not in partial.text  # the page stays as it is, with what was typed
    assert 'name="token"' not in (await browser.get(page_of(handoff))).text
    assert "Mia Krüger has it" in told(await browser.submit(page_of(handoff), **given))


async def test_the_second_agent_to_accept_learns_who_has_it(browser, handoff, desk):
    await desk("console", "POST", f"/v1/handoffs/{handoff['id']}/accept", {"agent": "Mia Krüger"})
    answer = await act(browser, handoff, "accept")
    assert answer.status_code == 409
    assert "Another agent was faster." in told(answer)
    assert "Mia Krüger has it" in told(answer)


async def test_an_agent_declines_and_the_next_offer_follows(browser, handoff, desk):
    assert (await act(browser, handoff, "decline", reason="On another call")).headers["location"] == "/console"
    stored = (await desk("console", "GET", f"/v1/handoffs/{handoff['id']}")).json()
    assert [one["end"] for one in stored["offers"]] == ["declined", None]


async def test_a_transfer_leads_to_the_new_handoff_which_has_every_summary(browser, handoff):
    await act(browser, handoff, "accept")
    answer = await act(
        browser, handoff, "transfer", queue="support", summary="The line is fine.", reason="Needs a visit"
    )
    assert answer.status_code == 303
    shown = told(await browser.get(answer.headers["location"]))
    assert "The line is fine." in shown
    assert SUMMARY in shown
    assert "Passed on by jana.koehler" in told(await browser.get(page_of(handoff)))


async def test_a_transfer_to_nobody_is_refused_in_words(browser, handoff):
    await act(browser, handoff, "accept")
    assert (await act(browser, handoff, "transfer")).status_code == 422


async def test_a_handoff_that_failed_leads_to_the_callback_that_was_promised(browser, handoff):
    await act(browser, handoff, "accept")
    await act(browser, handoff, "fail", summary="The line was cut.")
    html = (await browser.get(page_of(handoff))).text
    assert "the customer is called back" in html
    assert "/console/callbacks/" in html


async def test_unknown_handoffs_and_steps_and_roles_are_refused_in_words(browser, handoff, console, rooms):
    unknown = await browser.get("/console/handoffs/0198f000-0000-7000-8000-000000000000")
    assert (unknown.status_code, "There is nothing here any more." in unknown.text) == (404, True)
    assert (await act(browser, handoff, "expire")).status_code == 422
    await create_agent(rooms, "privacy", "privacy")
    async with Browser(console) as other:
        await other.sign_in("privacy")
        assert (await other.get(page_of(handoff))).status_code == 403
