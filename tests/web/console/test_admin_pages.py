"""What holds for each page of the administration."""

import re

import pytest

from service.access.keys import create_key, list_keys
from service.model.vocabulary import Role
from tests.web.console.browser import CSP, ShownTexts, create_agent
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

__all__ = ["_pseudo_language"]
PAGES = (
    "/console/admin/queues",
    "/console/admin/queues/new",
    "/console/admin/queue/support",
    "/console/admin/agents",
    "/console/admin/agents/new",
    "/console/admin/keys",
    "/console/admin/keys/new",
    "/console/admin/conditions",
    "/console/admin/conditions?standing=flagged",
    "/console/admin/budgets",
    "/console/admin/notices",
    "/console/admin/notices/new",
    "/console/admin/content",
    "/console/admin/content/new",
    "/console/admin/content/gaps",
)
EVIL = '<img src=x onerror="alert(1)"> %(name)s 100%'
OF_DATA = NAMES_OF_DATA | {
    *("ada", "AD", "shop", "support", "technicians", "Europe", "Berlin", "Europe/Berlin", "Mo Fr", "Mo Su", "DE", "A"),
    *("Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Nov", "until", "ASKONCE_LOOK_UP_CUSTOMERS_PER_DAY"),
    *("ASKONCE_LOOK_UP_MISSES_PER_DAY",),
}
"""Names, what an operator types, and the days as the formats of the language write them."""


@pytest.fixture
async def admin(browser, rooms):
    await create_agent(rooms, "ada", "admin")
    async with rooms.database.transaction() as connection:
        await create_key(connection, role=Role.CHANNEL, name="shop", now=rooms.clock.now())
    await browser.sign_in("ada")
    return browser


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_the_administration_is_in_the_catalogs(admin):
    for path in PAGES:
        assert words_outside_of_catalogs((await admin.get(path)).text, OF_DATA) == set(), path


def words_outside_of_catalogs(html: str, of_data: set[str]) -> set[str]:
    """The words of a page in the pseudo language that are neither in its brackets nor words of data."""
    bare = [re.sub(r"⟦[^⟧]*⟧", "", one) for one in ShownTexts(html).texts]
    words = {word for one in bare for word in re.findall(r"[^\W\d]{2,}", one)}
    return words - {word for one in of_data for word in re.findall(r"[^\W\d]{2,}", one)}


async def test_every_page_forbids_what_it_does_not_need_and_is_kept_nowhere(admin):
    for path in PAGES:
        answer = await admin.get(path)
        assert (answer.status_code, answer.headers["content-security-policy"]) == (200, CSP), path
        assert answer.headers["cache-control"] == "no-store"


async def test_names_of_queues_keys_and_agents_are_text(admin, rooms, desk):
    queue = {"title": EVIL, "calendar": {"time_zone": "Europe/Berlin", "hours": "24/7"}, "partner": EVIL}
    assert (await desk("admin", "PUT", "/v1/queues/support", queue)).status_code == 200
    await create_agent(rooms, EVIL, queues=("support",))
    async with rooms.database.transaction() as connection:
        await create_key(connection, role=Role.BOT, name=EVIL, now=rooms.clock.now(), space=EVIL + EVIL)
        assert len(await list_keys(connection)) > 1
    for path in PAGES:
        html = (await admin.get(path)).text
        assert "<img" not in html, path
        assert "onerror=&#34;" in html or "onerror" not in html, path
