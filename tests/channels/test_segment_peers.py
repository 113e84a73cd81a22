"""The real SDKs of Segment and RudderStack against the real service, over a way that fails now and then."""

import asyncio
import functools
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.async_api import async_playwright

from service.access.keys import create_key
from service.cache.client import Cache
from service.channels.web.segment.door import ADAPTER
from service.db.pool import Database
from service.embedded.supervisor import EmbeddedServers
from service.inbound import accounts
from service.model.vocabulary import Role
from tests.channels.faulty_way import FaultyWay, faulty_way
from tests.channels.peers import node_packages, python_packages
from tests.channels.segment import WRITE_KEY
from tests.cli.conftest import serving
from tests.fixtures import NOW
from tests.patience import until

pytestmark = [pytest.mark.peer, pytest.mark.slow]

PROGRAMS = Path(__file__).parent / "peer_programs"
DOOR = "/v1/channels/segment/shop"
STORY = ["other", "other", "other", "page", "page", "purchase"]


class Shop:
    """The service, and the way to it that the SDKs take."""

    def __init__(self, url: str, way: FaultyWay, address: str, key: str) -> None:
        self.url = url
        self.way = way
        self.address = address
        self.key = key

    async def context(self, kind: str, value: str) -> dict:
        """The console's view of a customer."""
        async with httpx.AsyncClient(base_url=self.url, headers={"authorization": f"Bearer {self.key}"}) as http:
            found = await http.post("/v1/context/lookup", json={"identity": {"kind": kind, "value": value}})
        assert found.status_code == 200, found.text
        return found.json()

    async def holds_the_story(self) -> None:
        """Everything the visitor did stands in one customer's context, once."""
        context = await self.context("external", "u1")
        assert sorted(one["kind"] for one in context["recent"]) == STORY
        assert context["included"]["of"] == len(STORY)
        assert context["known"]["order_number"]["value"] == "A-1"
        assert context["customer"]["name"] == "Anna Berg"
        assert (await self.context("device", "visitor-1"))["customer"]["id"] == context["customer"]["id"]


@pytest.fixture
async def shop(servers: EmbeddedServers, database_url: str, database: Database, cache: Cache) -> AsyncIterator[Shop]:
    async with database.transaction() as connection:
        key = await create_key(connection, role=Role.CONSOLE, name="test", now=NOW)
        await accounts.add_account(connection, ADAPTER, name="shop", values={"secret": WRITE_KEY}, now=NOW)
    settings = {"database_url": database_url, "redis_url": servers.endpoints.redis_url, "durable": "false"}
    with serving(**settings) as service, faulty_way(service.url) as (way, address):
        yield Shop(service.url, way, address, key)


async def run(*command: object, **environment: object) -> None:
    """Run a program of an SDK to its end."""
    done = await asyncio.to_thread(
        subprocess.run,
        [str(one) for one in command],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"} | {name: str(value) for name, value in environment.items()},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("package", "library"),
    [("segment-analytics-python", "segment.analytics"), ("rudder-sdk-python", "rudderstack.analytics")],
)
async def test_the_python_sdk_repeats_what_was_refused_and_what_was_lost(
    shop: Shop, tmp_path: Path, package: str, library: str
) -> None:
    packages = python_packages(tmp_path, package)
    shop.way.faults = ["busy", "lost"]
    await run(sys.executable, PROGRAMS / "segment_site.py", library, shop.address + DOOR, PYTHONPATH=packages)
    assert [status for *_, status in shop.way.seen] == [503, 503, 200]
    await shop.holds_the_story()


async def test_the_node_sdk_repeats_what_was_refused_and_what_was_lost(shop: Shop, tmp_path: Path) -> None:
    packages = node_packages(tmp_path, "@segment/analytics-node")
    shop.way.faults = ["busy", "lost"]
    program = PROGRAMS / "segment_site.js"
    await run("node", program, shop.address, f"{DOOR}/v1/batch", NODE_PATH=packages / "node_modules")
    assert [status for *_, status in shop.way.seen] == [503, 503, 200]
    await shop.holds_the_story()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a web server for these files: to the browser, another site than the service."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


SDKS = {
    "segment": ("@segment/analytics-next", "dist/umd"),
    "rudder": ("@rudderstack/analytics-js", "dist/npm/modern/bundled/umd"),
    "rudder, of old browsers": ("@rudderstack/analytics-js", "dist/npm/legacy/bundled/umd"),
}


@pytest.mark.parametrize("door", [DOOR, ""])
@pytest.mark.parametrize("sdk", SDKS)
async def test_a_browser_asks_before_it_sends_and_repeats_what_was_lost(
    shop: Shop, tmp_path: Path, sdk: str, door: str
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    package, bundle = SDKS[sdk]
    site = node_packages(tmp_path, package) / "node_modules" / package / bundle
    page_of_sdk = "segment_site.html" if sdk == "segment" else "rudder_site.html"
    shutil.copy(PROGRAMS / page_of_sdk, site)
    api = f"{shop.address.removeprefix('http://')}{door}/v1" if sdk == "segment" else shop.address + door
    shop.way.faults = ["lost"]
    with served(site) as address:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = await browser.new_page()
            await page.goto(f"{address}/{page_of_sdk}?api={api}")
            visitor = await page.evaluate("tell()")
            await until(
                lambda: [status for method, _, status in shop.way.seen if method == "POST"].count(200) == 3, seconds=40
            )
            await browser.close()
    assert shop.way.seen[0][0::2] == ("OPTIONS", 204)
    assert 503 in [status for *_, status in shop.way.seen]
    context = await shop.context("external", "u1")
    assert sorted(one["kind"] for one in context["recent"]) == ["other", "page", "purchase"]
    assert (await shop.context("device", visitor))["customer"] == context["customer"]
