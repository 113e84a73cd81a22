"""The page of an export, as a customer sees it: on paper, on a telephone, in the dark."""

from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from service.privacy.export.document import read_export
from service.web.console.export.page import export_page
from tests.fixtures import NOW
from tests.privacy.requests.asking import customer
from tests.web.console.screens import LANGUAGES, THEMES, WIDTHS, axe_violations, chromium, page_of

pytestmark = pytest.mark.slow


async def test_the_page_is_clean_at_every_width_in_both_themes_and_languages(desk, database, tmp_path):
    said = {"text": "The router blinks red " * 20, "ref": "chat-1", "subject": "Router", "facts": {"error_code": "E42"}}
    anna = await customer(desk, **said, attempt=("Restarted it", "failed"))
    async with database.transaction() as connection:
        export = await read_export(connection, [UUID(anna)], now=NOW, region="DE")
    async with chromium() as browser:
        for language, width, theme in product(LANGUAGES, WIDTHS, THEMES):
            file = tmp_path / f"{language}.html"
            file.write_text(export_page(export, zone=ZoneInfo("Europe/Berlin"), default_language=language))
            async with page_of(browser, file.as_uri(), width=width, theme=theme, language=language) as page:
                await page.goto(file.as_uri())
                assert await axe_violations(page) == []
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
