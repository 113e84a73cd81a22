"""In a real browser: what a page that is open does while a server is away, or the browser's clock is wrong."""

import re
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from playwright.async_api import expect

from tests.cache.own_redis import OwnRedis
from tests.cli.conftest import own_database as shared_servers
from tests.web.console.desk_story import hand_off
from tests.web.console.screens import CHROMIUM, axe_violations, chromium, page_of
from tests.web.console.test_customer_screens import service
from tests.web.console.test_fresh_screens import NOTE, open_anna, picture, tell, timeline
from tests.web.console.test_screens import WORDS, set_password

__all__ = ["service", "shared_servers"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]


@pytest.fixture
async def redis():
    redis = OwnRedis()
    yield redis
    redis.remove()


@pytest.fixture
async def own_database(shared_servers, redis):
    """A database on the session's server, and a Redis that can be killed."""
    return shared_servers | {"redis_url": redis.url}


@pytest.fixture
async def reach(own_database):
    """Takes PostgreSQL away from the service, and gives it back."""
    url = own_database["database_url"]
    name = re.search(r"/(cli_\w+)\?", url)[1]
    admin = await asyncpg.connect(url.replace(name, "postgres"))

    async def reach(*, allowed: bool) -> None:
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)

    yield reach
    await reach(allowed=True)
    await admin.close()


async def test_without_the_database_an_open_page_says_what_still_works_and_its_age(service, reach):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await open_anna(page, service)
        await reach(allowed=False)
        await page.locator(NOTE).focus()
        await page.keyboard.type("Written in the outage")
        notice = page.locator("#notice")
        await expect(notice).to_contain_text(
            "Customers who were opened shortly before can still be read.", timeout=15_000
        )
        await expect(notice).to_contain_text("What you see here is as of")
        await expect(page.locator(".draft")).to_contain_text("Not saved")
        await expect(page.locator(NOTE)).to_be_focused()
        assert await axe_violations(page) == []
        await picture(page, "outage")
        await reach(allowed=True)
        await expect(page.locator(".draft")).to_contain_text("Draft on the server", timeout=30_000)
        await expect(notice).to_be_empty(timeout=30_000)


async def test_nobody_sees_that_redis_is_away(service, redis):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await open_anna(page, service)
        redis.kill()
        await tell(service, "While Redis is away.")
        await expect(timeline(page)).to_contain_text("While Redis is away.")
        await page.locator(NOTE).fill("A note without Redis")
        await page.keyboard.press("Control+Enter")
        await expect(timeline(page)).to_contain_text("A note without Redis")
        await expect(page.locator("#notice")).to_be_empty()


@pytest.mark.parametrize("hours", [-1, 1])
async def test_countdowns_are_right_in_a_browser_whose_clock_is_an_hour_off(service, hours):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        handoff = await hand_off(service.desk)
        await page.clock.install(time=datetime.now(UTC) + timedelta(hours=hours))
        await page.goto(f"/console/handoffs/{handoff['id']}")
        countdown = page.locator("[data-until] b")
        deadline = datetime.fromisoformat(await page.locator("[data-until]").get_attribute("data-until"))
        await page.clock.run_for(2000)
        minutes, seconds = map(int, (await countdown.inner_text()).split(":"))
        left_s = (deadline - datetime.now(UTC)).total_seconds()
        assert abs(minutes * 60 + seconds - left_s) < 6
