"""Channels and webhooks in a real browser: live, by keyboard, and clean at every width, theme and language."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from service.access.accounts.accounts import create_account
from service.access.accounts.links import create_link, link_url
from service.channels.registry import ADAPTERS
from service.inbound import accounts
from service.inbound.curl import delivery_for_now
from service.model.vocabulary import AgentRole
from tests.cli.conftest import migrated_database as own_database
from tests.web.console.browser import PASSWORD
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_screens import WORDS, service

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
ADA = "Ada Admin"
CHANNEL, WEBHOOK = "/console/admin/channels/shop", "/console/admin/webhooks/crm"
PICTURES = os.environ.get("CONSOLE_PICTURES")
"""A folder for pictures of each page, for people who want to look at them."""


async def come(page: Page, service) -> None:
    """Ada opens a link that signs her in, and sets a password the first time."""
    now = datetime.now(UTC)
    token = await create_link(service.connection, ADA, now=now, valid=timedelta(hours=1))
    await page.goto(link_url(service.url, token))
    await page.locator("input[type=password]").first.fill(PASSWORD)
    await page.locator("input[type=password]").last.fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console")


async def sign_in(page: Page, words) -> None:
    await page.goto("/signin")
    await page.get_by_label(words["name"], exact=True).fill(ADA)
    await page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console")


async def open_channels(service) -> None:
    """Ada's account, a channel with a long name, and one for Chatwoot."""
    now = datetime.now(UTC)
    await create_account(service.connection, name=ADA, role=AgentRole.ADMIN, now=now)
    for kind, name in (("chatwoot", "shop"), ("twilio", "a" * 100)):
        await accounts.add_account(
            service.connection, ADAPTERS[kind], name=name, values={"secret": "the secret of a door"}, now=now
        )


async def deliver(service, *, proven: bool = True) -> None:
    """Chatwoot sends a message to the channel."""
    account = await accounts.find_account_by_name(service.connection, ADAPTERS, "shop")
    adapter, now = ADAPTERS["chatwoot"], datetime.now(UTC)
    sent = delivery_for_now(adapter, account, adapter.samples(account)[0], public_url=service.url, now=now)
    async with httpx.AsyncClient() as http:
        headers = dict(sent.headers) if proven else {}
        answer = await http.post(sent.url, content=sent.raw, headers=headers)
        assert answer.status_code == (200 if proven else 401), answer.text


async def fail_events(service) -> None:
    """Events that could not be sent to the webhook: one is tried again, the others were given up."""
    for number in range(1, 4):
        await service.connection.execute(
            "INSERT INTO webhook_delivery (webhook_id, event_id, type, customer_id, version, created_at, queued_at,"
            " due_at, tries, tried_at, failure, dead_at) SELECT webhook_id, $1, 'handoff.offered', gen_random_uuid(), 1,"
            " now(), now(), now() + interval '1 day', 3, now(), 'status 503', $2 FROM webhook",
            10_000_000 + number,
            datetime.now(UTC) if number > 1 else None,
        )


async def create_webhook(page: Page) -> None:
    """Ada creates a webhook by keyboard; its secret is shown."""
    await page.goto("/console/admin/webhooks")
    await page.locator("#name").fill("crm")
    await page.locator("#url").fill("https://93.184.216.34/a-path-of-some-length")
    await page.locator("#types").fill("handoff.*")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#said pre")).to_contain_text("whsec_")


async def test_an_administrator_tries_a_door_and_sees_what_comes_live(service):
    await open_channels(service)
    async with chromium() as browser, page_of(browser, service.url) as page:
        await come(page, service)
        await page.goto(CHANNEL)
        await expect(page.get_by_text("Nothing has come through this channel yet.")).to_be_visible()
        await page.get_by_role("button", name="Recorded delivery").click()
        await expect(page.get_by_text("proof is right")).to_be_visible()
        await expect(page.get_by_text("anna@example.de", exact=True)).to_be_visible()
        assert await service.connection.fetchval("SELECT count(*) FROM customer") == 0
        await page.get_by_text("Paste one of your own").click()
        await page.get_by_label("Content", exact=True).fill('{"event": "contact_updated"')
        await deliver(service)
        await deliver(service, proven=False)
        await expect(page.get_by_text("Compare the path and the secret")).to_be_visible(timeout=15_000)
        await expect(page.get_by_role("link", name="Customer")).to_be_visible()
        await expect(page.get_by_label("Content", exact=True)).to_have_value('{"event": "contact_updated"')
        await expect(page.get_by_text("proof is right")).to_be_visible()


async def test_a_webhook_is_created_and_what_was_given_up_is_sent_again(service):
    await open_channels(service)
    async with chromium() as browser, page_of(browser, service.url) as page:
        await come(page, service)
        await create_webhook(page)
        await page.get_by_role("link", name="To the webhook").click()
        await fail_events(service)
        await expect(page.get_by_role("button", name="Send again: event 10000002")).to_be_visible(timeout=15_000)
        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_role("heading", name="Paused since")).to_be_visible()
        await page.get_by_role("button", name="Send again: event 10000002").click()
        await expect(page.get_by_text("1 event is sent again")).to_be_visible()
        await page.get_by_label("Address (URL)").fill("https://10.0.0.7/")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("This address leads into a private network")).to_be_visible()
        await expect(page.get_by_label("Address (URL)")).to_have_value("https://10.0.0.7/")


async def test_axe_finds_nothing_on_channels_and_webhooks(service):
    await open_channels(service)
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await come(page, service)
            for path in ("/console/admin/webhooks", CHANNEL):
                await page.goto(path)
                await picture(page, f"empty-{path.rpartition('/')[2]}")
                assert await axe_violations(page) == [], path
            await create_webhook(page)
            await picture(page, "secret")
            assert await axe_violations(page) == []
        await deliver(service)
        await deliver(service)
        await deliver(service, proven=False)
        await fail_events(service)
        for language in LANGUAGES:
            async with page_of(browser, service.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for theme, width in looks(page):
                    await look_at_each_page(page, f"{language}-{width}-{theme}")


async def look_at_each_page(page: Page, name: str) -> None:
    """Every page, the channel's with a delivery that was tried and the command for it."""
    for path in ("/console/admin/channels", "/console/admin/webhooks", WEBHOOK, CHANNEL):
        await page.goto(path)
        if path == CHANNEL:
            await page.locator("[name=sample]").click()
            await page.locator("#trial summary").click()
        await picture(page, f"{path.rpartition('/')[2]}-{name}")
        assert await axe_violations(page) == [], (path, name)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, name)


async def picture(page: Page, name: str) -> None:
    """A picture of the whole page, if somebody wants to look at it."""
    if PICTURES:
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
