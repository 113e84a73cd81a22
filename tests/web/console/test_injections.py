"""What customers, bots, other systems and colleagues write stays text: hundreds of payloads, and a browser that looks."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from functools import partial

import asyncpg
import httpx
import pytest
from playwright.async_api import Page, Route, expect

from service.access.accounts.accounts import create_account
from service.access.accounts.links import create_link
from service.access.accounts.passwords import Passwords
from service.access.keys import create_key
from service.channels.registry import ADAPTERS
from service.db.migrate import migrate
from service.inbound import accounts
from service.model.vocabulary import AgentRole, Role
from tests.channels.vendors import RECORDED
from tests.cli.conftest import migrated_database as own_database
from tests.cli.conftest import serving
from tests.fixtures import Desk
from tests.patience import until
from tests.registration.events import event_json
from tests.web.console.browser import PASSWORD
from tests.web.console.payloads import EVIL, Payloads, mark_of
from tests.web.console.ringing import NUMBER, connect_telephones
from tests.web.console.screens import CHROMIUM, chromium
from tests.web.console.test_card_screens import DESK_PAGE, PageServer, page_server
from tests.web.console.watching import Watch, watched

__all__ = ["own_database"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
LEAST_PAYLOADS = 300
CUSTOMERS, TOUCHPOINTS, MAILS, CHATS = 3, 14, 14, 14
AGENT = "<img src=x onerror=alert('agent')>"
ALWAYS = {"time_zone": "Europe/Berlin", "hours": "24/7"}
CALENDAR = {"calendar": ALWAYS, "offer_timeout_s": 3600}


class Attacked:
    """The running service, into which payloads have come by every way in."""

    def __init__(self, url: str, host: PageServer, connection: asyncpg.Connection, desk: Desk) -> None:
        self.url, self.host, self.connection, self.desk = url, host, connection, desk
        self.payloads = Payloads()
        self.customers: list[str] = []
        self.paths: list[str] = []
        self.doors: dict[str, str] = {}
        self.numbers = iter(range(10_000))

    async def send(self, role: str, method: str, path: str, body: dict) -> dict:
        answer = await self.desk(role, method, path, body, idempotency_key=f"key-{next(self.numbers)}")
        assert answer.is_success, (path, body, answer.text)
        return answer.json()

    async def open_door(self, name: str, **values: str) -> None:
        """Before anything else, as a process looks for new doors now and then."""
        now = datetime.now(UTC)
        account = await accounts.add_account(self.connection, ADAPTERS[name], name=f"x{name}", values=values, now=now)
        self.doors[name] = accounts.delivery_path(ADAPTERS[name], account)


@pytest.fixture
async def attacked(own_database):
    """A service under attack; an agent whose name is a payload, too, may see all of it."""
    await migrate(own_database["database_url"])
    connection = await asyncpg.connect(own_database["database_url"])
    now = datetime.now(UTC)
    roles = [role for role in Role if role is not Role.PARTNER]
    keys = {role: await create_key(connection, role=role, name=f"the {role}", now=now) for role in roles}
    account = await create_account(connection, name=AGENT, role=AgentRole.ADMIN, now=now, queues=("support",))
    hashed = await Passwords().hash(PASSWORD)
    await connection.execute("UPDATE agent_account SET password_hash = $2 WHERE account_id = $1", account, hashed)
    with page_server() as host, serving(**own_database, embed_origins=host.url) as service:
        url = service.url.replace("localhost", "127.0.0.1")
        async with httpx.AsyncClient(base_url=url) as http:
            world = Attacked(url, host, connection, Desk(http, keys))
            await world.open_door("email")
            await world.open_door("chatwoot", secret="hook-secret")
            await administer(world)
            for number in range(CUSTOMERS):
                await speak(world, number)
            await hand_over(world)
            await write_mail(world)
            await chat(world)
            await state_records(world)
            yield world
    await connection.close()


async def administer(world: Attacked) -> None:
    """Queues, agents and keys with names of an attacker."""
    text, now = world.payloads.text, datetime.now(UTC)
    for name in ("support", "technicians"):
        queue = {"title": text(), "partner": text(), **CALENDAR}
        await world.send("admin", "PUT", f"/v1/queues/{name}", queue)
    for _ in range(10):
        await create_account(world.connection, name=text(), role=AgentRole.AGENT, now=now, queues=("support",))
        await create_key(world.connection, role=Role.BOT, name=text(), space=text(), now=now)


async def speak(world: Attacked, number: int) -> None:
    """A customer whose name, words, facts and attempts are payloads, with conditions of the same kind."""
    text, who = world.payloads.text, [("email", f"c{number}@example.de", True), ("phone", f"+{int(NUMBER) + number}")]
    for touch in range(TOUCHPOINTS):
        said = {"text": text(), "facts": {world.payloads.word(): text()}, "identities": who, "subject": text()}
        said |= {"participant": {"role": "customer" if touch % 2 else "agent", "name": text()}}
        body = event_json(at=datetime.now(UTC), attempt=(text(), "failed"), **said)
        customer = (await world.send("channel", "POST", "/v1/interactions", body))["customer_id"]
    record = {"name": text(), "segments": [text()], "communication_style": text()}
    await world.send("console", "PATCH", f"/v1/customers/{customer}", record)
    condition = {
        "title": text(),
        "kind": "note",
        "terms": {"text": text()},
        "contract": text(),
        "audiences": ["console"],
    }
    await world.send("console", "POST", f"/v1/customers/{customer}/conditions", condition)
    world.customers.append(customer)


async def hand_over(world: Attacked) -> None:
    """Handoffs and promised calls of each customer."""
    text = world.payloads.text
    for customer in world.customers:
        wanted = {
            "customer_id": customer,
            "subject": text(),
            "to": {"queue": "support"},
            "reason": {"text": text()},
            "summary": text(),
            "facts": {world.payloads.word(): text()},
            "attempts": [{"what": text(), "outcome": "failed"}],
            "transcript": [{"role": "customer", "text": text()}, {"role": "bot", "text": text()}],
        }
        handoff = await world.send("bot", "POST", "/v1/handoffs", wanted)
        promised = {"customer_id": customer, "queue": "support", "reason": text(), "preferred_agent": text()}
        callback = await world.send("console", "POST", "/v1/callbacks", promised)
        world.paths += [f"/console/customers/{customer}", f"/console/handoffs/{handoff['id']}"]
        world.paths += [f"/console/callbacks/{callback['id']}", f"/console/customers/{customer}/journey"]


async def state_records(world: Attacked) -> None:
    """Records of two systems, the pages of their customers, of both side by side, and a decision with its reason."""
    text, both = world.payloads.text, []
    for source in ("crm", "shop"):
        await world.send("admin", "PUT", f"/v1/sources/{source}", {"title": text()})
        home = {"street-address": text(), "address-level2": text()}
        record = {"name": {"full": text()}, "addresses": [home], "preferences": {world.payloads.word(): text()}}
        path = f"/v1/sources/{source}/records/{next(world.numbers)}"
        both.append((await world.send("admin", "PUT", path, record))["customer_id"])
        world.paths += [f"/console/customers/{both[-1]}/golden", f"/console/customers/{both[-1]}/split"]
    pair = "/".join(both)
    await world.send("console", "PUT", f"/v1/matches/{pair}", {"decision": "apart", "note": text()})
    world.paths += [f"/console/matches/{pair}", "/console/matches", "/console/matches?standing=apart"]


async def write_mail(world: Attacked) -> None:
    """Mail with payloads as its sender's name, subject and HTML."""
    path, text = world.doors["email"], world.payloads.text
    for _ in range(MAILS):
        mail = MIMEMultipart("alternative")
        mail["From"] = f"{Header(text(), 'utf-8').encode()} <mailer@example.de>"
        mail["To"], mail["Subject"] = "support@example.org", Header(text(), "utf-8")
        mail["Message-ID"] = f"<{next(world.numbers)}@example.de>"
        mail.attach(MIMEText(text(), "plain", "utf-8"))
        mail.attach(MIMEText(f"<html><body><p>{text()}</p>{text()}</body></html>", "html", "utf-8"))
        told = await world.desk.http.post(path, content=mail.as_bytes(), headers={"content-type": "message/rfc822"})
        assert told.is_success, told.text
    await add_customer(world, "mailer@example.de", MAILS)


async def chat(world: Attacked) -> None:
    """Chatwoot's webhooks with payloads as a visitor's name and words."""
    path, text = world.doors["chatwoot"], world.payloads.text
    for number in range(CHATS):
        recorded = json.loads((RECORDED / "chatwoot" / "incoming.json").read_bytes())
        recorded |= {"id": 100 + number, "content": text(), "created_at": datetime.now(UTC).isoformat()}
        recorded["sender"] |= {"name": text(), "email": "chatter@example.de", "identifier": None, "phone_number": None}
        recorded["conversation"]["meta"]["sender"] = recorded["sender"]
        raw, stamp = json.dumps(recorded).encode(), str(int(datetime.now(UTC).timestamp()))
        signed = hmac.new(b"hook-secret", stamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
        headers = {"x-chatwoot-timestamp": stamp, "x-chatwoot-signature": f"sha256={signed}"}
        headers["x-chatwoot-delivery"] = f"delivery-{number}"
        assert (await world.desk.http.post(path, content=raw, headers=headers)).is_success
    await add_customer(world, "chatter@example.de", CHATS)


async def add_customer(world: Attacked, email: str, interactions: int) -> None:
    async def is_there() -> bool:
        found = await world.desk.look_up(value=email)
        return found.status_code == 200 and found.json()["included"]["of"] >= interactions

    await until(is_there, seconds=30)
    world.paths.append(f"/console/customers/{(await world.desk.look_up(value=email)).json()['customer']['id']}")


async def sign_in(page: Page) -> None:
    await page.goto("/signin")
    await page.get_by_label("Name", exact=True).fill(AGENT)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your queues")).to_be_visible()


async def answer(route: Route, *, body: str, headers: dict[str, str]) -> None:
    await route.fulfill(body=body, headers=headers)


async def test_the_watch_notices_what_it_is_there_for(attacked):
    pages = {
        "report": ("<script>1</script>", "default-src 'self'"),
        "dialog": ("<script>alert('caught')</script>", ""),
        "request": (f"<img src={EVIL}/x>", ""),
        "error": ("<script>throw new Error('caught')</script>", ""),
    }
    async with chromium() as browser:
        for kind, (body, policy) in pages.items():
            async with watched(browser, attacked.url) as watch:
                page = await watch.context.new_page()
                headers = {"content-type": "text/html"} | ({"content-security-policy": policy} if policy else {})
                await page.route("**/planted", partial(answer, body=body, headers=headers))
                await page.goto("/planted")
                word = {"report": "policy: script-src"}.get(kind, f"{kind}: ")
                assert any(one.startswith(word) for one in watch.noticed), (kind, watch.noticed)
                await page.set_content("<img src=/x onerror=x hx-get=/signout><a href='javascript:x'>")
                living = await page.evaluate("() => document.querySelectorAll('[onerror]').length")
                assert living == 1
                with pytest.raises(AssertionError):
                    await watch.check(page)


async def test_hundreds_of_payloads_stay_text_on_every_page_and_while_they_arrive(attacked):
    async with chromium() as browser, watched(browser, attacked.url, attacked.host.url) as watch:
        page = await watch.context.new_page()
        await sign_in(page)
        await watch.check(page)
        await ring_and_arrive(attacked, watch, page)
        for path in attacked.paths:
            await page.goto(path)
            await unfold(page)
            await watch.check(page)
        await see_each_word(attacked, page)
        await look_at_the_administration(watch, page)
        await find(attacked, watch, page)
        await take(attacked, watch, page)
        await frame(attacked, watch)
        assert watch.noticed == []
    assert len(set(attacked.payloads.given)) >= LEAST_PAYLOADS


async def unfold(page: Page) -> None:
    """Everything that a page holds back is shown: closed details, and older items."""
    while await page.locator("li.next").count():
        older = await page.locator("#timeline li").count()
        await page.locator("li.next").scroll_into_view_if_needed()
        await page.wait_for_function("before => document.querySelectorAll('#timeline li').length > before", arg=older)
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


async def see_each_word(world: Attacked, page: Page) -> None:
    """A sample: what the first customer said is read as it was written."""
    found = await world.desk("console", "GET", f"/v1/customers/{world.customers[0]}/timeline")
    await page.goto(f"/console/customers/{world.customers[0]}")
    await unfold(page)
    shown = "".join((await page.locator("body").text_content()).split())
    said = [one["text"] for one in found.json()["items"] if one.get("text")]
    assert len(said) >= TOUCHPOINTS
    for text in said:
        assert "".join(text.split()) in shown, text


async def ring_and_arrive(world: Attacked, watch: Watch, page: Page) -> None:
    """Home while a call rings, is answered by an attacker's name, and work arrives."""
    telephones = await connect_telephones(world.connection, world.desk.http, now=datetime.now(UTC))
    await telephones.ring(queue=world.payloads.text(100), **{"user[]": [world.payloads.text()]})
    await expect(page.get_by_text("caller ID only")).to_be_visible()
    for _ in range(5):
        subject = world.payloads.text()
        wanted = {"customer_id": world.customers[0], "subject": subject, "to": {"queue": "support"}}
        await world.send("bot", "POST", "/v1/handoffs", wanted | {"reason": {"text": world.payloads.text()}})
    await expect(page.locator("#work").get_by_text(mark_of(subject)).first).to_be_visible()
    await watch.check(page)
    await page.goto(f"/console/customers/{world.customers[0]}")
    await telephones.answer(by=(by := world.payloads.text()))
    await expect(page.get_by_role("region", name="Call").get_by_text(mark_of(by)).first).to_be_visible()
    await watch.check(page)


async def look_at_the_administration(watch: Watch, page: Page) -> None:
    await page.goto("/console/callbacks?queue=support")
    await watch.check(page)
    for part in ("queues", "agents", "keys", "budgets", "queue/support", "sources"):
        await page.goto(f"/console/admin/{part}")
        await watch.check(page)
    await page.goto("/console/admin/agents")
    await page.locator("a[href^='/console/admin/agents/0']").first.click()
    await watch.check(page)


async def find(world: Attacked, watch: Watch, page: Page) -> None:
    """What is sought is shown again, and what is found by a word of it."""
    await page.goto("/console/find")
    box = page.get_by_label("Find a customer").first
    for sought in (*(world.payloads.text(150) for _ in range(5)), "script", "alert zq100"):
        async with page.expect_response("**/console/find"):
            await box.fill(sought)
        await watch.check(page)
    await box.press("Enter")
    await watch.check(page)


async def take(world: Attacked, watch: Watch, page: Page) -> None:
    """A handoff is accepted by one who is not its agent any more: the refusal names the attacker."""
    path = world.paths[1]
    await page.goto(path)
    by = world.payloads.text()

    async def come_second(route: Route) -> None:
        # While the click is under way: earlier, the page would learn of it and take its button away.
        if route.request.method == "POST":
            await world.send("console", "POST", f"/v1{path.removeprefix('/console')}/accept", {"agent": by})
        await route.continue_()

    await page.route(f"**{path}", come_second)
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator("#refusal").get_by_text(mark_of(by)).first).to_be_visible()
    await page.unroute(f"**{path}")
    await watch.check(page)


async def frame(world: Attacked, watch: Watch) -> None:
    """The card in another desk, which says payloads of its own; it goes on hearing after one that leads to nobody."""
    page = await watch.context.new_page()
    world.host.pages["/"] = DESK_PAGE.format(card=f"{world.url}/embed/context")
    await page.goto(world.host.url)
    card = page.frame_locator("#card")
    link = await create_link(
        world.connection, AGENT, now=datetime.now(UTC), valid=timedelta(hours=1), asks_password=False
    )
    await card.get_by_label("Link that signs in once").fill(link)
    await card.get_by_label("Link that signs in once").press("Enter")
    await expect(card.get_by_role("heading", name="Waiting for the desk")).to_be_visible()
    sought = [{"contact": {"email": world.payloads.text(150)}} for _ in range(2)]
    for said in (*sought, {"conversation": {"id": 5}}):
        async with page.expect_response(lambda answer: "/embed/" in answer.url and answer.request.method == "POST"):
            await page.evaluate("text => say(text)", json.dumps({"event": "appContext", "data": said}))
        await watch.check(page.frames[1])
