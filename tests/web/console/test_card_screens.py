"""The card in a real browser, in a frame of a desk at another site."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from service.access.accounts.accounts import create_account
from service.access.accounts.links import create_link
from service.access.keys import create_key
from service.db.migrate import migrate
from service.db.pool import Database
from service.model.vocabulary import AgentRole, Role
from tests.cli.conftest import migrated_database as own_database
from tests.cli.conftest import serving
from tests.fixtures import Desk
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks
from tests.web.console.story import ANNA, tell_annas_story

__all__ = ["own_database"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
JANA = "Jana Köhler"
WIDTHS = dict.fromkeys((320, 360, 480), 760)
DESK_PAGE = """<!doctype html><title>desk</title><iframe id="card" src="{card}" width="360" height="760"></iframe><script>
let asked = 0;
const say = (text) => document.getElementById("card").contentWindow.postMessage(text, "*");
addEventListener("message", ({{ data }}) => {{ asked += data === "chatwoot-dashboard-app:fetch-info"; }});
</script>"""
STRANGER = """<!doctype html><script>
const text = decodeURIComponent(location.hash.slice(1));
for (let at = 0; at < parent.length; at++) parent[at].postMessage(text, "*");
parent.postMessage("told", "*");
</script>"""
CONTEXT = (
    '{"event":"appContext","data":{"conversation":{"id":5},"contact":{"id":7,"email":"%s","phone_number":null},'
    '"currentAgent":{"id":1}}}'
)


class PageServer:
    """A web server of a desk, whose page is what a test puts there."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://localhost:{server.server_port}"
        self.pages: dict[str, str] = {}


@contextmanager
def page_server() -> Iterator[PageServer]:
    """A web server at `localhost`: for browsers another site than 127.0.0.1, where the service is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(served.pages.get(self.path, "").encode())

        def log_message(self, *_given) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = PageServer(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()


@pytest.fixture
async def service(own_database):
    """The service with Anna's story on record, a listed desk and one that is not."""
    url, now = own_database["database_url"], datetime.now(UTC)
    await migrate(url)
    connection = await asyncpg.connect(url)
    await create_account(connection, name=JANA, role=AgentRole.AGENT, now=now)
    database = await Database.connect(url, connections=2)
    async with database.transaction() as writing:
        roles = (Role.ADMIN, Role.CONSOLE, Role.CHANNEL, Role.BOT)
        keys = {role: await create_key(writing, role=role, name=f"the {role}", now=now) for role in roles}
    await database.close()
    with page_server() as desk, page_server() as stranger, serving(**own_database, embed_origins=desk.url) as service:
        service.connection, service.listed, service.stranger = connection, desk, stranger
        async with httpx.AsyncClient(base_url=service.url, timeout=30) as http:
            service.desk = Desk(http, keys)
            service.anna = await tell_annas_story(service.desk, now)
            service.long = (await service.desk.register(identities=[("email", LONG[0])])).json()["customer_id"]
            named = await service.desk("console", "PATCH", f"/v1/customers/{service.long}", {"name": LONG[1]})
            assert named.status_code == 200, named.text
            yield service
    await connection.close()


async def link(service) -> str:
    return await create_link(
        service.connection, JANA, now=datetime.now(UTC), valid=timedelta(hours=1), asks_password=False
    )


async def open_desk(browser: Browser, service, path: str = "/embed/context") -> tuple[Page, FrameLocator]:
    """The desk's page, with the card in its frame."""
    service.listed.pages["/"] = DESK_PAGE.format(card=service.url + path)
    page = await (await browser.new_context()).new_page()
    await page.goto(service.listed.url)
    return page, page.frame_locator("#card")


async def sign_in(card: FrameLocator, service, words: str = "Link that signs in once") -> None:
    await card.get_by_label(words).fill(await link(service))
    await card.get_by_label(words).press("Enter")


async def test_an_agent_signs_in_inside_the_frame_and_sees_whom_chatwoot_speaks_of(service):
    async with chromium() as browser:
        page, card = await open_desk(browser, service)
        await sign_in(card, service)
        await expect(card.get_by_role("heading", name="Waiting for the desk")).to_be_visible()
        await page.wait_for_function("asked > 0")
        for text in ("not json", "{}", '{"event":"appContext","data":7}', '"appContext"', CONTEXT % ("x" * 2_000_000)):
            await page.evaluate("text => say(text)", text)
        await page.evaluate("text => say(text)", CONTEXT % ANNA["value"])
        await expect(card.get_by_role("heading", name="Anna Weber")).to_be_visible()
        await expect(card.get_by_text("According to Chatwoot, not verified")).to_be_visible()
        await expect(card.get_by_text(" sec. ago")).to_be_visible()
        (cookie,) = await page.context.cookies(service.url)
        assert (cookie["name"], cookie["sameSite"], cookie["httpOnly"]) == ("__Host-askonce_card", "None", True)
        assert cookie.get("partitionKey")
        async with page.context.expect_page() as opened:
            await card.get_by_role("link", name="Open in askonce").click()
        await (await opened.value).wait_for_url("**/signin?next=/console/customers/**")
        await page.reload()
        await expect(card.get_by_role("heading", name="Waiting for the desk")).to_be_visible()
        await card.get_by_role("button", name="Sign out").click()
        await expect(card.get_by_role("heading", name="Sign in")).to_be_visible()


LOOK_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"
A_MINUTE_LATER = "const now = performance.now.bind(performance); performance.now = () => now() + 61000;"


async def test_what_changes_shows_by_itself_and_what_fails_makes_the_card_old(service):
    async with chromium() as browser:
        page, card = await open_desk(browser, service, f"/embed/context?customer_id={service.anna}")
        await sign_in(card, service)
        await expect(card.get_by_role("heading", name="Anna Weber")).to_be_visible()
        (frame,) = page.main_frame.child_frames
        await service.desk("console", "PATCH", f"/v1/customers/{service.anna}", {"name": "Anna Weber-Roth"})
        await frame.evaluate(LOOK_AGAIN)
        await expect(card.get_by_role("heading", name="Anna Weber-Roth")).to_be_visible()
        async with page.expect_response("**/embed/customers/**"):
            await card.get_by_role("button", name="Refresh").click()
        await expect(card.get_by_role("button", name="Refresh")).to_be_focused()
        await page.context.route("**/embed/customers/**", lambda route: route.abort())
        await frame.evaluate(A_MINUTE_LATER + LOOK_AGAIN)
        await expect(card.locator(".e-age.old")).to_contain_text("1 min. ago")
        await expect(card.get_by_role("heading", name="Anna Weber-Roth")).to_be_visible()


async def test_a_desk_that_is_not_listed_shows_nothing_and_its_messages_are_ignored(service):
    async with chromium() as browser:
        page, card = await open_desk(browser, service)
        await sign_in(card, service)
        await expect(card.get_by_role("heading", name="Waiting for the desk")).to_be_visible()
        service.stranger.pages["/"] = STRANGER
        told = "url => new Promise((done) => { addEventListener('message', ({ data }) => data === 'told' && done());"
        add = "const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); })"
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        await page.evaluate(told + add, f"{service.stranger.url}/#{CONTEXT % ANNA['value']}")
        await page.evaluate("text => say(text)", CONTEXT % "nobody@example.de")
        await expect(card.get_by_role("heading", name="Not on record")).to_be_visible()
        assert sum(url.endswith("/embed/hint") for url in requests) == 1
        service.stranger.pages["/desk"] = DESK_PAGE.format(card=f"{service.url}/embed/context")
        other = await page.context.new_page()
        refused: list[str] = []
        other.on("console", lambda message: refused.append(message.text))
        await other.goto(f"{service.stranger.url}/desk")
        await expect(other.frame_locator("#card").get_by_role("main")).to_have_count(0)
        assert any("frame-ancestors" in text for text in refused)


async def test_axe_finds_nothing_in_the_card_at_any_width_theme_or_language(service):
    pictures = os.environ.get("ASKONCE_PICTURES")
    async with chromium() as browser:
        for language in LANGUAGES:
            context = await browser.new_context(base_url=service.url, locale=language)
            page = await context.new_page()
            await page.goto("/embed/context")
            for state in STATES:
                if state == "waiting":
                    await page.get_by_label(WORDS[language]).fill(await link(service))
                    await page.get_by_label(WORDS[language]).press("Enter")
                async for theme, width in looks(page, WIDTHS):
                    picture = pictures and Path(pictures) / f"{state}-{language}-{width}-{theme}.png"
                    assert await _look(page, service, state, picture) == [], (state, width, theme, language)


LONG = ("long@example.de", "\u202eשָׁלוֹם" + "Wolkenkuckucksheim🎉" * 9)
FOLLOW = """async ([email, identifier]) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const headers = { "HX-Request": "true", "X-CSRF-Token": token };
  const body = new URLSearchParams({ email, identifier });
  const answer = await fetch("/embed/hint", { method: "POST", headers, body });
  document.getElementById("card").innerHTML = await answer.text();
}"""
WORDS = {"en": "Link that signs in once", "de": "Link zur einmaligen Anmeldung"}


STATES = ("sign-in", "waiting", "card", "long", "people")


async def _look(page: Page, service, state: str, picture: Path | None) -> list[str]:
    """What axe finds on this state of the card, and that nothing is wider than the frame."""
    customers = {"card": service.anna, "long": service.long, "people": service.long}
    await page.goto(f"/embed/context?customer_id={customers[state]}" if state in customers else "/embed/context")
    if state == "waiting":
        await expect(page.locator("[data-waits]")).to_be_visible()
    if state == "people":
        await page.evaluate(FOLLOW, [ANNA["value"], LONG[0]])
        await expect(page.get_by_role("link")).to_have_count(2)
    found = await axe_violations(page)
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{state} is too wide")
    if picture:
        await page.screenshot(path=picture, full_page=True)
    return found
