"""Rules of next actions in a real browser: tried before they are saved, and seen at each width, theme and language."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from service.access.accounts.accounts import change_account
from service.insight.advice.model import RuleInput
from service.insight.advice.repository import save_rule
from service.model.vocabulary import AgentRole
from tests.cli.conftest import migrated_database as own_database
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_desk_screens import picture
from tests.web.console.test_screens import JANA, WORDS, service, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
LONG = "Kundinnen und Kunden, die lange auf ihre Bestellung warten, einen Anruf anbieten " * 2
ORDER = RuleInput(
    title=LONG[:190],
    condition='"order_number" in known && signals.contacts_30d >= 3 && size(callbacks) == 0',
    action="offer_callback",
    words={"en": "I see that you wait for order {order}.", "de": "Ich sehe, Sie warten auf die Bestellung {order}."},
    because={"order": "known.order_number.value", "contacts": "signals.contacts_30d"},
    audiences=("console", "bot"),
    enabled=False,
)


@pytest.fixture
async def office(service):
    """Jana is an administrator; there is a customer, a rule of the company, and an answer to a shipped one."""
    connection, now = service.connection, datetime.now(UTC)
    await change_account(connection, JANA, role=AgentRole.ADMIN)
    await connection.execute("INSERT INTO customer (customer_id, since) VALUES (gen_random_uuid(), $1)", now)
    async with connection.transaction():
        await save_rule(connection, "offer_a_call_for_the_order_of_customers_who_wait", ORDER)
    await connection.execute(
        "INSERT INTO advice_outcome (customer_id, at, outcome_id, rule, taken, key_id) "
        "SELECT customer_id, $1, gen_random_uuid(), 'hand_over', true, gen_random_uuid() FROM customer",
        now,
    )
    return service


async def test_a_rule_is_tried_as_it_is_typed_and_saved_by_a_key(office):
    async with chromium() as browser, page_of(browser, office.url) as page:
        await set_password(page, office, WORDS["en"])
        await page.goto("/console/admin/rules")
        await page.keyboard.press("n")
        await page.get_by_label("Name", exact=True).fill("greet")
        await page.get_by_label("Title").fill("Greet")
        await page.get_by_label("Action", exact=True).fill("greet")
        await page.get_by_label("Words in English").fill("Hello")
        await page.get_by_label("Applies if").fill("signals.modd == null")
        await page.get_by_role("button", name="Try it").click()
        await expect(page.locator("#trial").get_by_text("Line 1, character 9")).to_be_visible()
        await page.get_by_label("Applies if").fill("signals.mood == null")
        await page.get_by_role("button", name="Try it").click()
        await expect(page.locator("#trial").get_by_text("It would have met 1 of 1 customer.")).to_be_visible()
        await expect(page.locator("#trial").get_by_role("link", name="Customer 1")).to_be_visible()
        await page.get_by_label("Priority").fill("7")
        await page.get_by_label("Applies if").press("Control+Enter")
        await expect(page.get_by_role("row", name="Greet greet")).to_contain_text("7")
        await page.get_by_role("link", name="Hand over what failed twice").click()
        await page.get_by_role("button", name="Silence this rule").click()
        await expect(page.get_by_role("row", name="Hand over what failed twice")).to_contain_text("silenced")


async def test_axe_finds_nothing_on_the_rules(office):
    async with chromium() as browser:
        async with page_of(browser, office.url) as page:
            await set_password(page, office, WORDS["en"])
        paths = {
            "rules": "/console/admin/rules",
            "rule": "/console/admin/rule/offer_a_call_for_the_order_of_customers_who_wait",
            "new-rule": "/console/admin/rules/new",
        }
        for language in LANGUAGES:
            async with page_of(browser, office.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for theme, width in looks(page):
                    await look_at(page, paths, f"{language}-{width}-{theme}")
        await change_account(office.connection, JANA, role=AgentRole.SUPERVISOR)
        async with page_of(browser, office.url) as page:
            await sign_in(page, WORDS["en"])
            await look_at(page, {"read-rule": paths["rule"]}, "en")
            await expect(page.get_by_label("Applies if")).to_be_disabled()


async def look_at(page: Page, paths: dict[str, str], look: str) -> None:
    """Each page as it stands, a new rule as it was tried and is wrong; none is wider than the screen."""
    for name, path in paths.items():
        await page.goto(path)
        for opened in await page.locator(".part details summary").all():
            await opened.click()
        if name == "rule":
            await page.locator("[hx-post$=preview]").click()
            await expect(page.locator("#trial b, #trial p:not(.mut)").first).to_be_visible()
        if name == "new-rule":
            for field in ("name", "title", "action"):
                await page.locator(f"#{field}").fill("hand_over")
            await page.locator("#condition").fill("signals.modd < 0.0")
            await page.keyboard.press("Control+Enter")
            await expect(page.locator(".note.bad")).to_be_visible()
        await picture(page, f"rules-{name}-{look}")
        assert await axe_violations(page) == [], (name, look)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, look)
