"""Every address of the console that changes something, tried by agents who may not: none is left out."""

import re
from uuid import uuid4

import pytest

from service.web.console import application
from service.web.console.csrf import TOKEN_HEADER
from service.web.console.navigation import ADMIN_PATH
from tests.web.console.browser import HOST, Browser, create_agent

pytestmark = pytest.mark.slow

OURS = {"origin": HOST, "sec-fetch-site": "same-origin"}
OPEN_PATHS = {"/signin", "/signin/link", "/preferences"}
"""What needs no session, so that a person can sign in; `/preferences` sets how this browser's pages look."""
OPEN_PAGES = {"/", "/signin", "/signin/link"}
OF_EVERY_ROLE = {"/signout", "/password"}
"""What an agent of any role may change: their own session."""
OF_OTHER_GUARDS = ("/embed/", "/f/")
"""The card in other desks, and the questions to customers, of which the address is the proof."""
OF_SUPERVISORS = ("/conditions/", "/content/", "/notices/")
"""Parts of the administration that supervisors change, too."""
OF_PRIVACY = "/console/requests/"
"""What customers ask for, which is the work of the privacy desk."""
LEAST_PATHS = 25
FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": HOST, "sec-fetch-site": "cross-site"},
    {"origin": f"{HOST}.evil.example"},
    {},
)


@pytest.fixture
async def routes(console, browser, monkeypatch):
    """Each route of the running console as (method, path, its template)."""
    built, build = [], application.page_application
    monkeypatch.setattr(application, "page_application", lambda *given: built.append(build(*given)) or built[-1])
    await browser.get("/signin")
    found = [
        (method, _filled(route.path), route.path_format)
        for route in built[0].routes
        for method in sorted(route.route_handler_map)
    ]
    assert len([one for one in found if one[0] == "POST"]) >= LEAST_PATHS
    return found


def _filled(path: str) -> str:
    """The path of something that does not exist: what is refused is refused before it is looked for."""
    return re.sub(r"\{\w+:\w+\}", lambda found: str(uuid4()) if "uuid" in found[0] else "support", path)


def changes(routes, *, without: set[str] = frozenset()) -> list[tuple[str, str]]:
    """The methods and paths that change something; others have a guard of their own, and tests beside it."""
    reads = {"GET", "HEAD", "OPTIONS"}
    return [
        (method, path)
        for method, path, _ in routes
        if method not in reads and path not in without and not path.startswith(OF_OTHER_GUARDS)
    ]


async def signed_in(console, rooms, name: str, role: str) -> tuple[Browser, str]:
    """An agent's browser, and a token of its session."""
    await create_agent(rooms, name, role, queues=("support",))
    browser = Browser(console)
    assert (await browser.sign_in(name)).status_code == 303
    return browser, await browser.token("/console")


async def test_nothing_changes_without_the_token_of_ones_own_session(console, rooms, routes):
    admin, token = await signed_in(console, rooms, "ada", "admin")
    other, foreign_token = await signed_in(console, rooms, "eve", "admin")
    for method, path in changes(routes, without=OPEN_PATHS):
        for given in ({}, {TOKEN_HEADER: foreign_token}, {TOKEN_HEADER: ""}, {TOKEN_HEADER: token[:-1]}):
            refused = await admin.request(method, path, headers=OURS | given, data={})
            assert refused.status_code == 403, (path, given)
        assert (
            await admin.request(method, path, headers=OURS, data={"csrf_token": foreign_token})
        ).status_code == 403, path
        assert (await admin.request(method, f"{path}?csrf_token={token}", headers=OURS)).status_code == 403, path
    await other.aclose()
    await admin.aclose()


async def test_nothing_changes_from_a_page_of_another_site(console, rooms, routes):
    admin, token = await signed_in(console, rooms, "ada", "admin")
    for method, path in changes(routes):
        for origin in FOREIGN:
            refused = await admin.request(
                method, path, headers=origin | {TOKEN_HEADER: token}, data={"csrf_token": token}
            )
            assert refused.status_code == 403, (path, origin)
    assert (await admin.get("/console")).status_code == 200
    await admin.aclose()


async def test_without_a_session_each_address_but_those_of_signing_in_asks_for_one(browser, routes):
    for method, path in changes(routes, without=OPEN_PATHS):
        refused = await browser.request(
            method, path, headers=OURS | {TOKEN_HEADER: "0" * 80}, data={"csrf_token": "0" * 80}
        )
        assert refused.status_code in {401, 403}, path


async def test_the_privacy_role_changes_nothing_but_its_own_session_and_requests(console, rooms, routes):
    privacy, token = await signed_in(console, rooms, "paula", "privacy")
    for method, path in changes(routes, without=OPEN_PATHS | OF_EVERY_ROLE):
        refused = await privacy.request(method, path, headers=OURS | {TOKEN_HEADER: token}, data={})
        assert refused.status_code == (404 if path.startswith(OF_PRIVACY) else 403), path
    assert (await privacy.get("/console")).status_code == 200
    await privacy.aclose()


async def test_an_agent_neither_sees_nor_changes_the_administration(console, rooms, routes):
    agent, token = await signed_in(console, rooms, "otto", "agent")
    administration = [one for one in routes if one[2].startswith(ADMIN_PATH) and one[0] in {"GET", "POST"}]
    assert len(administration) > 10
    for method, path, _ in administration:
        refused = await agent.request(method, path, headers=OURS | {TOKEN_HEADER: token})
        assert refused.status_code == 403, (method, path)
    await agent.aclose()


async def test_a_supervisor_makes_no_accounts_keys_or_budgets(console, rooms, routes):
    supervisor, token = await signed_in(console, rooms, "susi", "supervisor")
    for method, path in changes(routes):
        if (
            not path.startswith(ADMIN_PATH)
            or path.endswith("/preview")
            or any(part in f"{path}/" for part in OF_SUPERVISORS)
        ):
            continue
        refused = await supervisor.request(method, path, headers=OURS | {TOKEN_HEADER: token}, data={})
        assert refused.status_code == 403, path
    await supervisor.aclose()


async def test_each_page_asks_for_a_session_but_those_of_signing_in(browser, routes):
    for path, template in [(path, template) for method, path, template in routes if method == "GET"]:
        if template in OPEN_PAGES or template.startswith(("/assets/", *OF_OTHER_GUARDS)):
            continue
        refused = await browser.get(path, headers={"hx-request": "true"})
        assert refused.status_code == (404 if template.startswith("/signin/") else 401), path
