"""How fast the agents' console is: pages, what a browser loads and when it paints, and changes until they are seen."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter, time
from uuid import UUID, uuid4

import click
from msgspec import Struct
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from benchmarks import desk, run, services
from benchmarks.connection import HttpConnection, open_connections
from benchmarks.desk import QUEUE
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from benchmarks.services import MeasuredService
from service.access.accounts.accounts import create_account
from service.access.accounts.sessions import Sessions
from service.db.pool import Database
from service.db.statements import Statements
from service.model.clock import Clock
from service.model.vocabulary import AgentRole
from service.settings.model import Settings

SQL = Statements("benchmarks", "console")
AT_ONCE = 8
FIRST_TRIES = 30
STREAMS = 200
VISITS = 20
CHANGES = 100
PAUSE_S = 0.1
"""Between two changes."""
COOKIE = "askonce_session"
TARGET_PAGE_MS, TARGET_PAINT_MS, TARGET_SEEN_MS = 30.0, 500.0, 300.0
TARGET_FIRST_KB, TARGET_NEXT_KB = 110.0, 15.0
_SEEN = """() => {
    window.seen = {};
    const look = () => {
        for (const row of document.querySelectorAll("[data-row]")) {
            if (row.dataset.row in seen) continue;
            seen[row.dataset.row] = 0;
            const painted = () => { seen[row.dataset.row] = performance.timeOrigin + performance.now(); };
            requestAnimationFrame(() => setTimeout(painted));
        }
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    look();
}"""
"""Notes of each row of work when it was painted: the frame after it came has begun, and the task behind that runs."""
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


class Console(Struct, frozen=True, kw_only=True):
    """A running console: an agent's session in it, and customers who have a page."""

    service: MeasuredService
    session_id: str
    customers: list[UUID]

    @property
    def cookie(self) -> str:
        """The header by which a request is the agent's."""
        return f"Cookie: {COOKIE}={self.session_id}\r\nAccept-Encoding: br\r\n"

    def path_of(self, number: int) -> str:
        """The path of the page of a customer."""
        return f"/console/customers/{self.customers[number % len(self.customers)]}"


@click.command()
@click.option("--customers", default=2000, show_default=True, help="Customers in the records.")
@click.option("--each", default=50, show_default=True, help="Interactions of each customer.")
@click.option("--pages", default=4000, show_default=True, help="Pages of customers that are asked for.")
@click.option("--workers", default=1, show_default=True, help="Processes that answer requests.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-console"),  # noqa: S108 (on a disk, as in production)
    show_default=True,
    help="Where the records are kept from run to run.",
)
def command(*, customers: int, each: int, pages: int, workers: int, data_dir: Path) -> None:
    """Measure how fast the console is. Needs wrk and Chromium."""
    services.require_tools()
    plan = run.BenchmarkPlan(
        names=("console",),
        customers=customers,
        interactions_per_customer=each,
        few_customers=customers,
        seconds=0,
        rounds=1,
        pairs=0,
        folder=data_dir,
    )
    with run.prepared_setup(plan, "console", customers) as setup:
        session_id, ids = asyncio.run(_prepare(setup.endpoints.database_url))
        with services.running_askonce(setup.folder, setup.key, workers=workers) as service:
            console = Console(service=service, session_id=session_id, customers=ids)
            click.echo(MARKDOWN_HEADING)
            asyncio.run(_measure(console, pages))


async def _prepare(url: str) -> tuple[str, list[UUID]]:
    """The session of a new agent, and the ids of the customers."""
    now = datetime.now(UTC)
    settings = Settings(database_url=url, redis_url="")
    database = await Database.connect(url, connections=2)
    try:
        async with database.transaction() as connection:
            name = f"Bench {uuid4().hex[:8]}"
            account_id = await create_account(connection, name=name, role=AgentRole.AGENT, now=now, queues=(QUEUE,))
            opened = await Sessions(database, Clock(), settings).open(connection, account_id)
            assert opened is not None
            rows = await connection.fetch(SQL.find_customers)
    finally:
        await database.close()
    return opened.session_id, [row["customer_id"] for row in rows]


async def _measure(console: Console, pages: int) -> None:
    """Print each row as it is measured: what fails later takes none away."""
    await desk.define_queues(console.service, expire_after_s=3600)
    click.echo(markdown_line(await _page_row(console, pages)))
    async with _chromium() as browser:
        for row in await _visit_rows(console, browser):
            click.echo(markdown_line(row))
        click.echo(markdown_line(await _seen_row(console, browser)))


async def _page_row(console: Console, pages: int) -> ReportRow:
    """Whole pages of customers, each of whom was looked at before."""
    took_ms: list[float] = []

    async def look(connection: HttpConnection, numbers: range) -> None:
        for number in numbers:
            began = perf_counter()
            answer = await connection.request("GET", console.path_of(number), b"", console.cookie)
            took_ms.append((perf_counter() - began) * 1000)
            if answer.status != 200:  # noqa: PLR2004
                raise ConnectionError(f"A page was answered with {answer.status}.")

    await _await_first_page(console)
    async with open_connections(console.service, AT_ONCE) as connections:
        for wanted in (len(console.customers), pages):
            took_ms.clear()
            await asyncio.gather(*(look(one, range(at, wanted, AT_ONCE)) for at, one in enumerate(connections)))
    cuts = quantiles(took_ms, n=100)
    return ReportRow(
        name=f"customer page with cached context, {AT_ONCE} at once",
        value=f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms of {len(took_ms):,}",
        target=f"p99 < {TARGET_PAGE_MS:.0f} ms",
        met=cuts[98] < TARGET_PAGE_MS,
    )


async def _await_first_page(console: Console) -> None:
    """Until a page is answered: a new process compiles the templates first, and refuses who would wait for too long."""
    for _ in range(FIRST_TRIES):
        async with open_connections(console.service, 1) as (connection,):
            answer = await connection.request("GET", console.path_of(0), b"", console.cookie)
        if answer.status != 503:  # noqa: PLR2004
            return
        await asyncio.sleep(1)


async def _visit_rows(console: Console, browser: Browser) -> list[ReportRow]:
    """First visits by a browser that has nothing yet, and the page after it."""
    first_kb, next_kb, paint_ms = [], [], []
    for number in range(VISITS):
        async with _visitor(console, browser) as context:
            page = await context.new_page()
            received = await _count_bytes(page)
            await _open(page, console.path_of(number))
            first_kb.append(sum(received) / 1000)
            paint_ms.append(await page.evaluate(_PAINT))
            received.clear()
            await _open(page, console.path_of(number + 1))
            next_kb.append(sum(received) / 1000)
    return [
        _most_row("first visit, compressed", first_kb, TARGET_FIRST_KB, "KB"),
        _most_row("next page, compressed", next_kb, TARGET_NEXT_KB, "KB"),
        _most_row("first contentful paint of a first visit", paint_ms, TARGET_PAINT_MS, "ms"),
    ]


async def _seen_row(console: Console, browser: Browser) -> ReportRow:
    """From the acknowledgement of a handoff until its row is painted, while other consoles hear of it too."""
    took_ms = []
    async with AsyncExitStack() as stack:
        others = await stack.enter_async_context(open_connections(console.service, STREAMS - 1))
        for other in others:
            stack.push_async_callback(_stop, asyncio.create_task(_listen(other, console)))
        context = await stack.enter_async_context(_visitor(console, browser))
        page = await context.new_page()
        await _open(page, "/console")
        await page.evaluate(_SEEN)
        (sender,) = await stack.enter_async_context(open_connections(console.service, 1))
        for number in range(CHANGES):
            created = await desk.post_step(sender, desk.HANDOFFS_PATH, desk.handoff_request(number, QUEUE), {})
            acknowledged_ms = time() * 1000
            assert created is not None
            seen = await page.wait_for_function("id => window.seen[id]", arg=created.id)
            took_ms.append(max(0.0, await seen.json_value() - acknowledged_ms))
            await desk.post_step(sender, f"{desk.HANDOFFS_PATH}/{created.id}/accept", {"agent": "bench"}, {})
            await asyncio.sleep(PAUSE_S)
    cuts = quantiles(took_ms, n=100)
    return ReportRow(
        name=f"from the acknowledged change to its pixels, {STREAMS} streams",
        value=f"p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms of {len(took_ms)}",
        target=f"p95 < {TARGET_SEEN_MS:.0f} ms",
        met=cuts[94] < TARGET_SEEN_MS,
    )


async def _open(page: Page, path: str) -> None:
    """Leads there, until everything is loaded and the page is live."""
    await page.goto(path)
    await page.wait_for_selector("html[data-live=on]")
    await page.evaluate("() => document.fonts.ready.then(() => {})")


async def _listen(connection: HttpConnection, console: Console) -> None:
    async for _chunk in await connection.open_stream("/console/events", console.cookie):
        pass


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _count_bytes(page: Page) -> list[float]:
    """Grows by what each answer took on the line, its headers included."""
    received: list[float] = []
    session = await page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    await session.send("Network.enable")
    return received


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def _visitor(console: Console, browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser without anything from before, in which the agent is signed in."""
    context = await browser.new_context(base_url=console.service.url, viewport={"width": 1440, "height": 900})
    await context.add_cookies([{"name": COOKIE, "value": console.session_id, "url": console.service.url}])
    try:
        yield context
    finally:
        await context.close()


def _most_row(name: str, values: list[float], target: float, unit: str) -> ReportRow:
    """The most that was measured, against what it should stay under."""
    most = max(values)
    return ReportRow(
        name=name, value=f"at most {most:.1f} {unit} of {len(values)}", target=f"< {target:g} {unit}", met=most < target
    )
