"""An agent grants a condition by keys, and ends it; a supervisor administers conditions; in a real browser."""

import pytest
from playwright.async_api import expect

from service.access.accounts.accounts import change_account
from service.model.vocabulary import AgentRole
from tests.cli.conftest import migrated_database as own_database
from tests.web.console.screens import CHROMIUM, LANGUAGES, THEMES, WIDTHS, axe_violations, chromium, page_of
from tests.web.console.test_customer_screens import service
from tests.web.console.test_desk_screens import picture
from tests.web.console.test_screens import JANA, WORDS, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
LONG = "Wolfeschlegelsteinhausenbergerdorff مرحبا 🙂 " * 4


async def test_a_condition_is_granted_by_keys_keeps_what_is_refused_and_is_ended(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await page.keyboard.press("o")
        await expect(page.get_by_label("What it is called")).to_be_focused()
        await page.keyboard.type("Goodwill: router")
        await page.get_by_label("How much, or which").fill("120")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_text("A share of 0 to 100")).to_be_visible()
        await expect(page.get_by_label("What it is called")).to_have_value("Goodwill: router")
        assert await axe_violations(page) == []
        await page.get_by_label("How much, or which").fill("15")
        await page.keyboard.press("Control+Enter")
        card = page.get_by_role("region", name="Conditions in force")
        await expect(card.get_by_text("Goodwill: router")).to_be_visible()
        await expect(page.get_by_label("What it is called")).to_have_value("")
        await card.get_by_label("End Goodwill: router").click()
        await card.get_by_role("button", name="End it now").first.click()
        await expect(card.get_by_text("Goodwill: router")).to_have_count(0)


async def test_axe_finds_nothing_on_the_form_of_a_condition(service):
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        for language, theme, width in zip(LANGUAGES * 3, (*THEMES, *THEMES[::-1], *THEMES), [*WIDTHS] * 2, strict=True):
            async with page_of(browser, service.url, language=language, theme=theme, width=width) as page:
                await sign_in(page, WORDS[language])
                await page.goto(service.anna)
                await page.locator("label[data-opens=form-condition]").click()
                await page.locator("#form-condition details summary").click()
                await page.locator(".cond .ask summary").first.click()
                assert await axe_violations(page) == [], width
                assert await page.evaluate("document.documentElement.scrollWidth") == width
                await picture(page, f"condition-{width}-{theme}-{language}")


async def test_axe_finds_nothing_on_the_administration_of_conditions_and_it_fits(service):
    await change_account(service.connection, JANA, role=AgentRole.SUPERVISOR)
    customer = f"/v1/customers/{service.anna.rpartition('/')[2]}"
    wanted = {"title": LONG, "kind": "note", "terms": {"text": LONG}, "max_uses": 1, "scope": {"stores": [LONG]}}
    granted = await service.desk("console", "POST", f"{customer}/conditions", wanted, idempotency_key="long")
    path = f"/v1/conditions/{granted.json()['id']}/redemptions"
    for receipt in ("1", LONG[:90]):
        use = {"receipt": receipt, "store": "DE-042", "amount": 5, "currency": "EUR", "offline": True}
        assert (await service.desk("admin", "POST", path, use)).status_code == 201
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        for language, theme, width in zip(LANGUAGES * 3, (*THEMES, *THEMES[::-1], *THEMES), [*WIDTHS] * 2, strict=True):
            async with page_of(browser, service.url, language=language, theme=theme, width=width) as page:
                await sign_in(page, WORDS[language])
                await page.goto("/console/admin/conditions")
                await is_clean(page, width, f"conditions-{width}-{theme}-{language}")
                await page.get_by_role("link", name=LONG.split(maxsplit=1)[0]).first.click()
                await page.locator(".ask summary").click()
                await is_clean(page, width, f"condition-admin-{width}-{theme}-{language}")


async def is_clean(page, width: int, name: str) -> None:
    """Axe finds nothing, and the page is no wider than the window."""
    assert await axe_violations(page) == [], width
    await picture(page, name)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
