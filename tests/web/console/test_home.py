"""Home: what is offered, what is in the agent's hands, whom to call; and what becomes of it by one click."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.web.console.browser import Browser, ShownTexts, create_agent

pytestmark = pytest.mark.slow

ANNA = {"identity": {"kind": "email", "value": "anna@example.de"}}


def told(html: str) -> str:
    return " ".join(ShownTexts(html).texts)


async def offer(desk, **to: str) -> str:
    """A handoff that a bot gives to the queue `support`, or as said."""
    wanted = ANNA | {"to": {"queue": "support"} | to, "reason": {"text": "wants a person"}}
    given = await desk("bot", "POST", "/v1/handoffs", wanted, idempotency_key=str(uuid4()))
    assert given.status_code == 201, given.text
    return given.json()["id"]


async def promise(desk, **window: str) -> str:
    """A call that is promised to Anna."""
    wanted = ANNA | {"queue": "support", "reason": "Router is down", "phone": "+49 171 1234567"}
    wanted |= {"window": window} if window else {}
    given = await desk("console", "POST", "/v1/callbacks", wanted, idempotency_key=str(uuid4()))
    assert given.status_code == 201, given.text
    return given.json()["id"]


async def act(browser: Browser, path: str, *, htmx: bool = True):
    return await browser.submit(f"/console/desk/{path}", htmx=htmx, csrf_token=await browser.token())


@pytest.fixture
async def jana(browser: Browser) -> Browser:
    """Jana's browser, signed in."""
    await browser.sign_in()
    return browser


@pytest.fixture
async def mia(console, rooms):
    """The browser of a colleague in the same queue, signed in."""
    await create_agent(rooms, "mia.krueger", queues=("support",))
    async with Browser(console) as browser:
        await browser.sign_in("mia.krueger")
        yield browser


async def test_what_is_offered_says_how_long_who_what_from_whom_and_what_was_tried(jana, desk, clock):
    await desk.register(attempt=("restart", "failed"), subject="No connection")
    await offer(desk)
    clock.offset += timedelta(seconds=10)
    said = told((await jana.get("/console")).text)
    assert "Left Customer and matter From Tried Action 0:50 Name unknown No connection" in said
    assert "No connection the bot wants a person 1 tried, 1 failed Decline D Accept A" in said


async def test_accepting_opens_the_handoff_and_the_second_taker_learns_who_has_it(jana, mia, desk):
    await desk.register()
    first, second = await offer(desk), None
    taken = await act(mia, f"handoffs/{first}/accept")
    assert (taken.status_code, taken.headers["hx-redirect"]) == (200, f"/console/handoffs/{first}")
    late = await act(jana, f"handoffs/{first}/accept")
    assert (late.status_code, second) == (409, None)
    assert "mia.krueger was faster and has it" in told(late.text)
    assert "taken by mia.krueger" in told(late.text)
    assert "<html" not in late.text
    in_hand = told((await mia.get("/console")).text)
    assert in_hand.index("In your hands 1") < in_hand.index("Open")
    assert "taken by" not in in_hand


async def test_without_script_the_second_taker_gets_a_whole_page(jana, mia, desk):
    await desk.register()
    handoff_id = await offer(desk)
    taken = await act(mia, f"handoffs/{handoff_id}/accept", htmx=False)
    assert (taken.status_code, taken.headers["location"]) == (303, f"/console/handoffs/{handoff_id}")
    late = await act(jana, f"handoffs/{handoff_id}/accept", htmx=False)
    assert (late.status_code, "<html" in late.text) == (409, True)


async def test_declining_passes_the_offer_on_and_shows_what_is_left(jana, desk):
    await desk.register()
    handoff_id = await offer(desk, agent="jana.koehler")
    assert "Offered to you 1" in told((await jana.get("/console")).text)
    declined = await act(jana, f"handoffs/{handoff_id}/decline")
    assert (declined.status_code, declined.text.strip().startswith('<div id="work"')) == (200, True)
    offers = (await desk("console", "GET", f"/v1/handoffs/{handoff_id}")).json()["offers"]
    assert (offers[0]["end"], offers[0]["by"]) == ("declined", "jana.koehler")


async def test_what_is_offered_to_another_agent_by_name_is_not_offered_to_me(jana, desk):
    await desk.register()
    await offer(desk, agent="mia.krueger")
    assert "Nothing is offered to you." in told((await jana.get("/console")).text)


async def test_a_callback_is_claimed_by_one_agent_and_the_other_learns_who_calls(jana, mia, desk, clock):
    await desk.register()
    callback_id = await promise(desk)
    clock.offset += timedelta(minutes=20)
    claimed = await act(jana, f"callbacks/{callback_id}/claim")
    assert claimed.headers["hx-redirect"] == f"/console/callbacks/{callback_id}"
    late = await act(mia, f"callbacks/{callback_id}/claim")
    assert (late.status_code, "jana.koehler was faster" in told(late.text)) == (409, True)
    assert "jana.koehler calls" in told(late.text)


async def test_work_changes_only_for_who_holds_the_sessions_token(jana, desk):
    await desk.register()
    handoff_id = await offer(desk)
    refused = await jana.submit(f"/console/desk/handoffs/{handoff_id}/accept", htmx=True, csrf_token="another")
    assert refused.status_code == 403
    assert (await desk("console", "GET", f"/v1/handoffs/{handoff_id}")).json()["state"] == "offered"


async def test_who_only_guards_privacy_is_offered_no_work_and_may_take_none(console, rooms, desk):
    await desk.register()
    handoff_id = await offer(desk)
    await create_agent(rooms, "pia", "privacy", queues=("support",))
    async with Browser(console) as browser:
        await browser.sign_in("pia")
        assert "Nothing is offered to you." in told((await browser.get("/console")).text)
        assert (await act(browser, f"handoffs/{handoff_id}/accept")).status_code == 403


async def test_what_does_not_exist_is_said_beside_the_page(jana):
    answer = await act(jana, f"handoffs/{uuid4()}/accept")
    assert (answer.status_code, "There is nothing here any more." in told(answer.text)) == (404, True)
