"""The early warning and segments in a real browser: at each width, theme and language, and with a keyboard."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from service.access.accounts.accounts import change_account
from service.model.vocabulary import AgentRole
from tests.cli.conftest import migrated_database as own_database
from tests.patience import until
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_desk_screens import picture
from tests.web.console.test_screens import JANA, WORDS, service, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
LONG = "signals.contacts_30d >= 3 && conversations.exists(c, c.status == 'open') && customer.language in ['de', 'en']"
REASONS = {
    "Anna Mayer": ("high", [("broken_promises", 1), ("failed_attempts", 3), ("low_mood", -0.7)], None),
    "Bartholomäus von Hohenstein-Ernstthal": ("high", [("dropped_calls", 4), ("way_of_those_who_gave_up", 0.46)], 52),
    None: ("medium", [("repeated_questions", 2)], None),
}


@pytest.fixture
async def office(service):
    """Jana is an administrator; three customers may leave, and one of them has been called."""
    connection, now = service.connection, datetime.now(UTC)
    await until(lambda: connection.fetchval("SELECT swept_at IS NOT NULL AND sweep IS NULL FROM insight_position"))
    await change_account(connection, JANA, role=AgentRole.ADMIN)
    for number, (name, (level, reasons, matters)) in enumerate(REASONS.items()):
        customer_id = await connection.fetchval(
            "INSERT INTO customer (customer_id, name, since) VALUES (gen_random_uuid(), $1, $2) RETURNING customer_id",
            name,
            now,
        )
        way = f'{{"way": ["chatbot", "phone", "email"], "matters": {matters}, "gave_up": 24}}' if matters else None
        codes = ", ".join(f'{{"code": "{code}", "value": {value}}}' for code, value in reasons)
        await connection.execute(
            "INSERT INTO customer_risk VALUES ($1, $2, $3, '{}', $4, $5, $6, NULL)",
            *(customer_id, level, 900 - number, f"[{codes}]", way, now),
        )
        for code, _ in reasons:
            await connection.execute("INSERT INTO risk_episode VALUES (gen_random_uuid(), $1, $2)", now, [code])
    note = "Apologised for the wait; the technician comes on Monday between eight and ten."
    await connection.execute(
        "INSERT INTO risk_action SELECT customer_id, $1, $1, 'called', $2, 'Ada' FROM customer WHERE name LIKE 'Anna%'",
        now,
        note,
    )
    await connection.executemany(
        "INSERT INTO segment VALUES ($1, $2, $3, $4)",
        [
            ("loud", "In touch often, and not done", LONG, now),
            ("private", "Private", None, now),
            ("b2b/gold", "Business customers with a gold contract", "true", now),
        ],
    )
    return service


async def test_what_was_done_is_one_press_and_a_rule_is_tried_while_it_is_typed(office):
    async with chromium() as browser, page_of(browser, office.url) as page:
        await set_password(page, office, WORDS["en"])
        await page.keyboard.press("g")
        await page.keyboard.press("l")
        await page.get_by_label("Done: Unknown").click()
        await page.get_by_label("What was done", exact=True).nth(2).select_option("Made an offer")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("nothing yet")).to_have_count(1)
        await page.goto("/console/admin/segments/new")  # a saved rule lets everybody be assessed anew
        await page.get_by_label("Name", exact=True).fill("sad")
        await page.get_by_role("textbox", name="Rule").fill("signals.modd < 0.0")
        await expect(page.locator("#trial").get_by_text("Line 1, character 9")).to_be_visible()
        await page.get_by_role("textbox", name="Rule").fill("signals.mood == null")
        await expect(page.locator("#trial").get_by_text("of the newest 3 customers")).to_be_visible()
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("heading", name="sad")).to_be_visible()


async def test_axe_finds_nothing_on_the_early_warning_and_on_segments(office):
    async with chromium() as browser:
        async with page_of(browser, office.url) as page:
            await set_password(page, office, WORDS["en"])
        paths = {
            "at-risk": "/console/at-risk",
            "segments": "/console/admin/segments",
            "segment": "/console/admin/segment/loud",
            "new-segment": "/console/admin/segments/new",
        }
        for language in LANGUAGES:
            async with page_of(browser, office.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for theme, width in looks(page):
                    await look_at(page, paths, f"{language}-{width}-{theme}")


async def look_at(page: Page, paths: dict[str, str], look: str) -> None:
    """Each page as it stands, with what opens on it; none is wider than the screen."""
    for name, path in paths.items():
        await page.goto(path)
        for opened in (await page.locator("table details summary").all())[:1]:
            await opened.click()
        await picture(page, f"insight-{name}-{look}")
        assert await axe_violations(page) == [], (name, look)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, look)
