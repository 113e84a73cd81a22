"""Administrators say what each system is worth, by which rule a field is decided, and what is merged without a person."""

import pytest

from tests.web.console.browser import Browser, act, told

pytestmark = pytest.mark.slow
PAGE = "/console/admin/sources"


@pytest.fixture
async def office(admin: Browser, desk) -> Browser:
    """The browser of an administrator; a system has told of Anna."""
    await desk("admin", "PUT", "/v1/sources/crm/records/1", {"name": {"full": "Anna Weber"}, "phones": ["123"]})
    return admin


async def test_a_system_gets_a_title_and_its_trust_and_a_wrong_one_is_refused(office, desk):
    assert (await act(office, f"{PAGE}/crm", title="Customer records", trust="80")).status_code == 303
    known = (await desk("admin", "GET", "/v1/sources/crm")).json()
    assert (known["title"], known["trust"]) == ("Customer records", 80)
    endless = await act(office, f"{PAGE}/crm", title="Customer records", trust="9" * 5000)
    assert endless.status_code == 422
    refused = await act(office, f"{PAGE}/crm", title="Customer records", trust="a lot")
    assert (refused.status_code, "Nothing was saved." in refused.text) == (422, True)


async def test_the_rule_of_a_field_is_changed(office):
    saved = await act(office, f"{PAGE}/rules/family", rule="trusted", sources="crm, shop")
    assert saved.status_code == 303
    assert "Of the most trusted source crm, shop" in told(await office.get(PAGE)).replace(" ,", ",")
    assert (await act(office, f"{PAGE}/rules/family", rule="best")).status_code == 422


async def test_rules_of_merging_are_lines_and_one_that_cannot_be_followed_is_refused(office):
    rule = "same mailbox: email, birth_date"
    assert (await act(office, f"{PAGE}/merging/settings", rules=rule)).status_code == 303
    html = (await office.get(PAGE)).text
    assert (rule in html, 'value="yes" checked' in html) == (True, False)
    assert (await act(office, f"{PAGE}/merging/settings", rules="weak: given")).status_code == 422


async def test_supervisors_have_no_such_part(browser, rooms, console):
    await browser.sign_in()
    assert (await browser.get(PAGE)).status_code == 403


async def test_the_worst_quality_stands_first_in_words(office):
    page = told(await office.get(PAGE))
    assert page.index("Phone") < page.index("cannot exist") < page.index("What becomes the golden record")
