"""The story of failed support in two agents' browsers: nothing is asked twice, and the promised call is made."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.cli.conftest import migrated_database as own_database
from tests.fixtures import Desk
from tests.patience import until
from tests.registration.events import event_json
from tests.web.console.ringing import NUMBER, Telephones, connect_telephones
from tests.web.console.screens import CHROMIUM
from tests.web.console.test_desk_screens import desk_of
from tests.web.console.test_presence_screens import two_agents
from tests.web.console.test_screens import service

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
SUBJECT = "Router does not connect"
FACTS = {"customer_number": "K-4711", "invoice_number": "R-2026-88", "error_code": "E42"}
WHO = [("email", "jonas@example.de"), ("phone", f"+{NUMBER}")]
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
PROMISED_MS = 15_000
"""An offer of a second runs out, and the worker sees it."""


async def test_a_problem_told_once_to_the_bot_ends_in_a_call_that_was_promised_and_made(service):
    async with desk_of(service) as desk, two_agents(service) as (jana, mia):
        await service.connection.execute("UPDATE agent_account SET queues = '{support}' WHERE name LIKE 'Jana%'")
        await service.connection.execute("UPDATE agent_account SET queues = '{technicians}' WHERE name LIKE 'Mia%'")
        await open_queue(desk, "technicians")
        await the_bot_cannot_help(desk)
        await jana_reads_the_packet_and_passes_it_on(jana)
        await mia_does_not_take_it(jana, mia)
        await the_call_drops_and_the_customer_calls_again(service, desk, jana)
        promise = await support_closes(desk, mia)
        await mia_keeps_the_promise(desk, mia, promise)
        context = (await desk.look_up(value="jonas@example.de")).json()
        assert context["signals"]["repeated_questions"] == 0
        assert (context["handoffs"], context["callbacks"]) == ([], [])


async def open_queue(desk: Desk, name: str, hours: str = "24/7") -> None:
    """A queue that is open then, in which nobody waits for an offer for long."""
    queue = {"title": name.title(), "calendar": {"time_zone": "UTC", "hours": hours}}
    queue |= {"offer_timeout_s": 1, "max_offers": 1, "fallback": {"callback": True}}
    assert (await desk("admin", "PUT", f"/v1/queues/{name}", queue)).is_success


async def register(desk: Desk, role: str, **fields) -> None:
    said = event_json(at=datetime.now(UTC), identities=WHO, subject=SUBJECT, **fields)
    assert (await desk(role, "POST", "/v1/interactions", said)).status_code == 201


async def the_bot_cannot_help(desk: Desk) -> None:
    """He tells his number, the invoice and the error to the bot, which hands off."""
    named = {"role": "customer", "name": "Jonas Berg"}
    await register(desk, "bot", text="My router blinks red, error E42.", facts=FACTS, participant=named)
    await register(desk, "bot", kind="attempt", attempt=("Restarted the router", "failed"), participant={"role": "bot"})
    wanted = {"identity": {"kind": "email", "value": "jonas@example.de"}, "to": {"queue": "support"}}
    wanted |= {"reason": {"code": "unsolved", "text": "The restart did not help."}}
    assert (await desk("bot", "POST", "/v1/handoffs", wanted, idempotency_key="handoff")).status_code == 201


async def jana_reads_the_packet_and_passes_it_on(jana: Page) -> None:
    row = jana.get_by_role("row").filter(has_text=SUBJECT)
    await expect(row).to_contain_text("1 tried, 1 failed")
    await row.get_by_role("button", name="Accept").click()
    await expect(jana.get_by_role("heading", name="You have it")).to_be_visible()
    known = jana.get_by_role("region", name="Known: do not ask")
    for value in FACTS.values():
        await expect(known).to_contain_text(value)
    await expect(jana.get_by_role("region", name="Already tried")).to_contain_text("Restarted the router")
    await jana.get_by_role("button", name="Start").click()
    await expect(jana.get_by_role("heading", name="You are speaking with the customer")).to_be_visible()
    pass_on = jana.get_by_role("region", name="Hand over to another desk")
    await pass_on.get_by_label("Queue").select_option("technicians")
    await pass_on.get_by_label("Why").fill("Needs a line test")
    await pass_on.get_by_role("button", name="Hand over").click()


async def mia_does_not_take_it(jana: Page, mia: Page) -> None:
    """Her home shows the offer, and then the call that it became."""
    await expect(mia.get_by_role("listitem").filter(has_text="Jonas Berg")).to_be_visible(timeout=PROMISED_MS)
    await expect(mia.get_by_role("button", name="Accept")).to_have_count(0)
    await jana.reload()
    await expect(jana.get_by_role("heading", name="the customer is called back")).to_be_visible()


async def the_call_drops_and_the_customer_calls_again(service, desk: Desk, jana: Page) -> None:
    """What was tried and promised is on the card before she answers."""
    telephones = await connect_telephones(service.connection, desk.http, now=datetime.now(UTC))
    await jana.goto("/console")
    await ring(telephones, jana, "1")
    await telephones.answer("1", by="Jana")
    await telephones.hang_up("1", cause="error")
    card = await ring(telephones, jana, "2")
    await expect(card).to_contain_text("Restarted the router")
    await expect(card).to_contain_text("Callback")
    await jana.keyboard.press("Enter")
    await expect(jana.get_by_role("region", name="Known: do not ask")).to_contain_text("K-4711")
    await telephones.answer("2", by="Jana")
    await expect(jana.get_by_role("region", name="Call", exact=True)).to_contain_text("On the telephone with")
    said = {"asks": ["router_model"], "facts": {"router_model": "RX-500"}, "attempt": ("New firmware", "failed")}
    await register(desk, "console", channel="phone", kind="note", direction="internal", **said)
    await telephones.hang_up("2", cause="normalClearing")
    await expect(jana.get_by_role("region", name="Call", exact=True)).to_have_count(0)


async def ring(telephones: Telephones, page: Page, call: str):
    await telephones.ring(call, queue="support")
    card = page.get_by_role("region", name="Jonas Berg")
    await expect(card).to_be_visible()
    return card


async def support_closes(desk: Desk, mia: Page) -> str:
    """The promise moves to the next opening, and Mia's home says so."""
    (promise,) = (await desk.look_up(value="jonas@example.de")).json()["callbacks"]
    path = f"/v1/callbacks/{promise['id']}"
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await open_queue(desk, "technicians", f"{DAYS[tomorrow.weekday()]} 09:00-17:00")

    async def has_moved() -> bool:
        return (await desk("console", "GET", path)).json()["promised_from"].startswith(f"{tomorrow:%Y-%m-%d}T09:00")

    await until(has_moved)
    await expect(mia.get_by_role("heading", name="Later: 1")).to_be_visible()
    return promise["id"]


async def mia_keeps_the_promise(desk: Desk, mia: Page, promise: str) -> None:
    """The desk opens; the call is next, she sees both attempts and the model, calls, and it is done."""
    await open_queue(desk, "technicians")
    now = datetime.now(UTC)
    window = {"from": now.isoformat(), "to": (now + timedelta(hours=1)).isoformat()}
    moved = await desk("console", "POST", f"/v1/callbacks/{promise}/reschedule", {"window": window})
    assert moved.status_code == 200, moved.text
    row = mia.get_by_role("listitem").filter(has_text="Jonas Berg")
    await expect(mia.get_by_role("heading", name="Due now: 1")).to_be_visible()
    await row.get_by_role("button", name="Call").click()
    await expect(mia.get_by_role("heading", name="You are calling")).to_be_visible()
    tried = mia.get_by_role("region", name="Already tried")
    for what in ("Restarted the router", "New firmware"):
        await expect(tried).to_contain_text(what)
    await expect(mia.get_by_role("region", name="Known: do not ask")).to_contain_text("RX-500")
    await mia.get_by_role("button", name="Connected").click()
    await expect(mia.get_by_role("heading", name="Done")).to_be_visible()
    done = (await desk("console", "GET", f"/v1/callbacks/{promise}")).json()
    assert (done["state"], done["kept"]) == ("fulfilled", True)
