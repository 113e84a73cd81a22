"""A restricted customer at every page of the console, so that a new one cannot forget it."""

import re
from uuid import uuid4

import pytest

from service.web.console import application
from tests.api.foreign import CANARIES
from tests.consents.test_restriction_matrix import restricted
from tests.fixtures import NOW
from tests.handoff.examples import MONDAY
from tests.web.console.browser import create_agent
from tests.web.console.conftest import browser, console  # noqa: F401 (fixtures)

pytestmark = pytest.mark.slow

ANONYMOUS = "/console/callbacks"
STREAMS = {"/console/events"}
LEAST_PAGES = 25


@pytest.fixture
async def pages(console, browser, monkeypatch):  # noqa: F811
    """The template of each page that may be read."""
    built, build = [], application.page_application
    monkeypatch.setattr(application, "page_application", lambda *given: built.append(build(*given)) or built[-1])
    await browser.get("/signin")
    found = [one.path for one in built[0].routes if "GET" in one.route_handler_map and one.path not in STREAMS]
    assert len(found) >= LEAST_PAGES
    return found


def filled(path: str, ids: dict[str, str]) -> str:
    return re.sub(r"\{(\w+):(\w+)\}", lambda found: ids.get(found[1], str(uuid4())), path)


@pytest.mark.promise("G8")
@pytest.mark.parametrize("role", ["agent", "supervisor", "admin", "privacy"])
async def test_no_page_shows_a_restricted_customer(pages, browser, desk, rooms, clock, *, role):  # noqa: F811
    clock.offset = MONDAY - NOW
    there = await restricted(desk)
    await create_agent(rooms, "otto", role, ("support", "technicians", "elsewhere", "repairs"))
    await browser.sign_in("otto")
    refused = 0
    for path in pages:
        answer = await browser.get(filled(path, there.ids))
        number = {CANARIES["phone"]} if path.startswith(ANONYMOUS) else set()
        shown = {name for name, canary in CANARIES.items() if canary in answer.text and canary not in number}
        assert shown - {"agent"} == set(), path  # a queue's own agent
        named = {"customer_id", "handoff_id", "conversation_id"} & set(re.findall(r"\{(\w+):", path))
        if named and answer.status_code != 404:
            assert answer.status_code == 403, (path, answer.status_code)
            refused += 1
    assert refused > (role == "agent")


async def test_a_promised_call_is_made_without_a_name(browser, desk, rooms, clock):  # noqa: F811
    clock.offset = MONDAY - NOW
    there = await restricted(desk)
    await create_agent(rooms, "otto", "agent", ("elsewhere",))
    await browser.sign_in("otto")
    page = f"{ANONYMOUS}/{there.ids['callback_id']}"
    listed, shown = await browser.get(ANONYMOUS), await browser.get(page)
    assert there.ids["callback_id"] in listed.text
    assert "Name withheld" in shown.text
    assert there.ids["customer_id"] not in shown.text + listed.text
