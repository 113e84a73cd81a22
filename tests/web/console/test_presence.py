"""Whether an agent is available, for as long as a browser of theirs has a page open; and who else is on a page."""

from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from service.app import web
from service.web.console.presence import streams
from tests.patience import until
from tests.web.console.browser import Browser, ShownTexts, create_agent
from tests.web.console.test_live import opened

pytestmark = pytest.mark.slow

ABSENT_AFTER = timedelta(seconds=90)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(streams, "LOOK_INTERVAL_S", 0.02)
    monkeypatch.setattr(web, "SESSION_CHECK_INTERVAL_S", 0.05)


@pytest.fixture
async def jana(browser: Browser) -> Browser:
    """Jana's browser, signed in."""
    await browser.sign_in()
    return browser


@asynccontextmanager
async def open_page(console, browser: Browser):
    """The stream of a browser whose tabs are open."""
    receiver, task = await opened(console, browser)
    yield receiver
    receiver.gone.set()
    await task


async def choose(browser: Browser, available: str, **options: bool):
    return await browser.submit("/console/presence", csrf_token=await browser.token(), available=available, **options)


async def there(desk) -> bool:
    return (await desk("console", "GET", "/v1/agents/jana.koehler")).json()["there"]


def told(answer) -> str:
    return " ".join(ShownTexts(answer.text).texts)


async def test_an_agent_says_available_for_the_queues_of_the_session(jana, desk):
    chosen = await choose(jana, "yes", htmx=True)
    assert (chosen.status_code, told(chosen).startswith("Available")) == (200, True)
    agent = (await desk("console", "GET", "/v1/agents/jana.koehler")).json()
    assert (agent["there"], agent["queues"]) == (True, ["support", "technicians"])
    assert "You count as there while any tab of the console is open" in told(await jana.get("/console"))
    left = await choose(jana, "no")
    assert (left.status_code, left.headers["location"]) == (303, "/console")
    assert not await there(desk)


async def test_an_agent_who_is_away_from_the_start_leaves_queues_as_if_presence_were_not_known(jana, desk):
    await choose(jana, "no")
    agent = (await desk("console", "GET", "/v1/agents/jana.koehler")).json()
    assert (agent["available"], agent["queues"]) == (False, [])


async def test_who_never_said_so_is_not_declared_by_an_open_page(console, jana, desk):
    async with open_page(console, jana):
        assert "You have not said yet." in told(await jana.get("/console"))
        assert (await desk("console", "GET", "/v1/agents/jana.koehler")).status_code == 404
    await jana.submit("/signout", csrf_token=await jana.token())
    assert (await desk("console", "GET", "/v1/agents/jana.koehler")).status_code == 404


async def test_an_open_page_keeps_the_agent_there_and_the_last_one_that_closes_lets_it_lapse(
    console, jana, desk, clock
):
    await choose(jana, "yes")
    async with Browser(console) as second:
        await second.sign_in()
        async with open_page(console, jana):
            async with open_page(console, second):
                await pass_time(desk, clock, 2)
            await pass_time(desk, clock, 2)
    assert await there(desk)
    clock.offset += ABSENT_AFTER
    assert not await there(desk)
    async with open_page(console, jana):
        await until(lambda: there(desk))


async def pass_time(desk, clock, steps: int) -> None:
    """Time goes on in steps, in each of which a sign of life is given."""
    for _ in range(steps):
        clock.offset += ABSENT_AFTER * 2 / 3
        seen_before = clock.now()

        async def seen(at=seen_before) -> bool:
            agent = (await desk("console", "GET", "/v1/agents/jana.koehler")).json()
            return agent["seen_at"][:19] >= at.isoformat()[:19]

        await until(seen)
        assert await there(desk)


async def test_the_last_sign_out_makes_the_agent_unavailable_at_once(console, jana, desk):
    await choose(jana, "yes")
    async with Browser(console) as second:
        await second.sign_in()
        await jana.submit("/signout", csrf_token=await jana.token())
        assert await there(desk)
        await second.submit("/signout", csrf_token=await second.token())
    assert not await there(desk)


async def test_a_session_that_ends_makes_the_agent_unavailable(console, jana, desk, database):
    await choose(jana, "yes")
    async with open_page(console, jana) as receiver:
        async with database.connection() as connection:
            await connection.execute("DELETE FROM agent_session")
        await until(lambda: receiver.ended)

        async def left() -> bool:
            return not (await desk("console", "GET", "/v1/agents/jana.koehler")).json()["available"]

        await until(left)


@pytest.mark.parametrize("redis", [True, False])
async def test_the_other_tabs_hear_of_it(console, rooms, jana, redis):
    async with open_page(console, jana) as receiver:
        if not redis:
            rooms.cache.close()
        await choose(jana, "yes")
        await until(lambda: b"event: agent.changed" in receiver.body)
    assert told(await jana.get("/console/presence")).startswith("Available")


CUSTOMER = f"customer:{uuid4()}"


async def look(browser: Browser, page: str = CUSTOMER, *, state: str = "looking", tab: str = "tab1"):
    token = await browser.token()
    return await browser.submit("/console/presence/looking", csrf_token=token, page=page, tab=tab, state=state)


@asynccontextmanager
async def colleagues(console, rooms, *names: str):
    """Browsers of other agents, signed in."""
    async with AsyncExitStack() as stack:
        browsers = []
        for name in names:
            await create_agent(rooms, name, queues=("support",))
            browsers.append(await stack.enter_async_context(Browser(console)))
            await browsers[-1].sign_in(name)
        yield browsers


async def test_a_page_says_who_else_looks_and_who_writes_and_never_names_its_own_agent(console, rooms, jana):
    async with colleagues(console, rooms, "Mia Krüger", "Omar <b>", "Bea", "Carl") as (mia, omar, *others):
        assert told(await look(jana)) == told(await look(jana, tab="tab2")) == ""
        assert told(await look(mia)) == "jana.koehler is looking at this page, too"
        assert told(await look(jana)) == "Mia Krüger is looking at this page, too"
        shown = await look(omar, state="writing")
        assert told(shown) == "jana.koehler and Mia Krüger are looking at this page, too"
        writes = told(await look(jana))
        assert writes == "Omar <b> is writing on this page Mia Krüger is looking at this page, too"
        assert "<b>" not in (await look(jana)).text
        for other in others:
            await look(other)
        assert "Bea , Carl and 1 more agent are looking at this page, too" in told(await look(jana))
        assert told(await look(jana, f"handoff:{uuid4()}")) == ""


async def test_who_leaves_is_gone_and_who_says_nothing_for_half_a_minute_too(console, rooms, jana, clock):
    async with colleagues(console, rooms, "Mia Krüger") as (mia,):
        await look(mia, tab="tab1")
        await look(mia, tab="tab2")
        await look(mia, tab="tab1", state="gone")
        assert "Mia Krüger" in told(await look(jana))
        clock.offset += timedelta(seconds=29)
        assert "Mia Krüger" in told(await look(jana))
        clock.offset += timedelta(seconds=1)
        assert told(await look(jana)) == ""
        await look(mia, state="writing")
        clock.offset += timedelta(seconds=10)
        assert told(await look(jana)) == "Mia Krüger is looking at this page, too"


async def test_the_other_pages_hear_at_once_that_someone_comes_writes_or_goes_and_only_then(console, rooms, jana):
    async with colleagues(console, rooms, "Mia Krüger") as (mia,), open_page(console, jana) as receiver:
        for times, state in enumerate(("looking", "writing", "gone"), start=1):
            for _ in range(2):
                await look(mia, state=state)
            await until(lambda times=times: receiver.body.count(b"event: looking.changed") == times)
        assert f'data: {{"about":["{CUSTOMER}"]}}\n\n'.encode() in receiver.body
        assert "Mia" not in receiver.body.decode()


async def test_without_redis_the_line_is_simply_not_there(rooms, jana):
    rooms.cache.close()
    answer = await look(jana)
    assert (answer.status_code, answer.text.strip()) == (200, "")


async def test_who_may_not_see_the_page_is_told_of_none_and_what_is_no_page_is_refused(console, rooms, jana):
    await look(jana)
    await create_agent(rooms, "pia", "privacy")
    async with Browser(console) as browser:
        await browser.sign_in("pia")
        refused = await look(browser)
        assert (refused.status_code, "jana" in refused.text.replace("jana.koehler.", "")) == (403, False)
        assert (await choose(browser, "yes")).status_code == 403
        assert "presence" not in (await browser.get("/console")).text.replace("presence.js", "")
    for page, tab in (("customer:1", "a"), ("settings", "a"), (CUSTOMER, ""), (CUSTOMER, "a:b")):
        assert (await look(jana, page, tab=tab)).status_code == 400


async def test_that_a_page_is_open_is_no_use_of_the_session(jana, clock):
    token = await jana.token()
    clock.offset += timedelta(minutes=20)
    kept = await jana.submit("/console/presence/looking", csrf_token=token, page=CUSTOMER, tab="a", state="looking")
    assert kept.status_code == 200
    await jana.get("/console/presence")
    clock.offset += timedelta(minutes=11)
    assert (await jana.get("/console")).status_code == 303


async def test_a_supervisor_sees_who_is_there_since_when_and_with_how_much(console, rooms, jana, desk, clock):
    await choose(jana, "yes")
    await desk.register()
    wanted = {"identity": {"kind": "email", "value": "anna@example.de"}, "to": {"queue": "support"}}
    given = await desk("bot", "POST", "/v1/handoffs", wanted | {"reason": {"text": "asked"}}, idempotency_key="one")
    await desk("console", "POST", f"/v1/handoffs/{given.json()['id']}/accept", {"agent": "jana.koehler"})
    clock.offset += timedelta(seconds=61)
    await create_agent(rooms, "sam", "supervisor")
    async with Browser(console) as sam:
        await sam.sign_in("sam")
        shown = await sam.get("/console")
        assert "Agents available 1 jana.koehler since 1:01 1 in hand" in told(shown)
        assert 'data-hears="handoff callback call agent"' in shown.text
        clock.offset += timedelta(seconds=30)
        assert "No agent of your queues is available." in told(await sam.get("/console"))
    assert "Agents available" not in told(await jana.get("/console"))
