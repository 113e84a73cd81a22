"""The golden record of a customer: each field with its source, what else is said, and values that a person chose."""

import re

import pytest

from tests.web.console.browser import Browser, act, told

pytestmark = pytest.mark.slow

HOME = {"street-address": "Lindenweg 4", "postal-code": "70193", "address-level2": "Stuttgart"}
MAIL = {"emails": ["anna@example.de"], "verified": True}
CRM = MAIL | {"name": {"given": "Anna", "family": "Weber"}, "birth_date": "1984-03-12", "addresses": [HOME]}
SHOP = MAIL | {"name": {"given": "Anna", "family": "Weber-Roth"}, "stated_at": "2020-01-01T00:00:00Z"}


@pytest.fixture
async def page(admin: Browser, desk) -> str:
    """The page of Anna, of whom two systems tell; an administrator has signed in."""
    for source, record in (("crm", CRM), ("shop", SHOP)):
        answer = await desk("admin", "PUT", f"/v1/sources/{source}/records/1", record)
    await desk("admin", "PUT", "/v1/sources/crm", {"title": "Customer <records>", "trust": 90})
    return f"/console/customers/{answer.json()['customer_id']}/golden"


def row_of(html: str, field: str) -> str:
    """What the page shows of a field."""
    return re.search(rf'data-row="{field}">(.*?)</tr>', html, re.DOTALL)[1]


async def test_each_field_has_its_source_its_rule_and_what_else_is_said(admin, page):
    html = (await admin.get(page)).text
    family = row_of(html, "family")
    assert ("Weber-Roth" in family, "Customer &lt;records&gt;" in family, "shop" in family) == (True, True, True)
    assert "Lindenweg 4, 70193, Stuttgart" in row_of(html, "address")
    assert "the only one" in row_of(html, "birth_date")


async def test_a_person_chooses_a_value_and_lets_the_rule_decide_again(admin, page):
    chosen = '"Weber-Roth"'
    assert (await act(admin, f"{page}/family", chosen=chosen)).status_code == 303
    family = row_of((await admin.get(page)).text, "family")
    assert "chosen by hand" in family
    assert (await act(admin, f"{page}/family/release")).status_code == 303
    assert "chosen by hand" not in told(await admin.get(page))


async def test_a_value_is_typed_and_one_that_cannot_be_is_refused(admin, page):
    parts = {"street-address": "Neue Gasse 1", "postal-code": "70173", "address-level2": "Stuttgart", "country": ""}
    assert (await act(admin, f"{page}/address", **parts)).status_code == 303
    assert "Neue Gasse 1, 70173, Stuttgart" in row_of((await admin.get(page)).text, "address")
    refused = await act(admin, f"{page}/birth_date", text="yesterday")
    assert (refused.status_code, "Nothing was done." in refused.text) == (422, True)
    assert (await act(admin, f"{page}/family", chosen="nonsense")).status_code == 422


async def test_agents_read_it_and_choose_nothing(browser, page):
    await browser.sign_in()
    shown = await browser.get(page)
    assert (shown.status_code, "Another value" in shown.text) == (200, False)
    assert (await act(browser, f"{page}/family", text="Weber")).status_code == 403
