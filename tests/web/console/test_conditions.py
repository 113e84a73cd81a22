"""Conditions on the page of a customer: granted in words of the API, refused at the field, ended with a second press."""

import re

import pytest

from tests.fixtures import NOW
from tests.web.console.browser import Browser, ShownTexts
from tests.web.console.story import tell_annas_story
from tests.web.console.test_customer import fields_of

pytestmark = pytest.mark.slow

GOODWILL = {"title": "Goodwill: router", "kind": "accommodation", "form": "percent", "terms": "12,5"}


@pytest.fixture
async def anna(browser: Browser, desk) -> str:
    """The path of Anna's page; Jana has signed in."""
    await browser.sign_in()
    return f"/console/customers/{await tell_annas_story(desk, NOW)}"


def said(html: str) -> str:
    """What a page says."""
    return " ".join(ShownTexts(html).texts)


async def grant(browser: Browser, page: str, **fields: str):
    """The form of the page is sent, as it is without a mouse."""
    hidden = fields_of((await browser.get(page)).text, "condition")
    return await browser.submit(f"{page}/conditions", htmx=True, **hidden | GOODWILL | fields)


async def granted(desk, page: str) -> list[dict]:
    """The conditions of the customer, by the API."""
    return (await desk("console", "GET", f"{page.replace('/console', '/v1')}/conditions")).json()["items"]


async def test_a_condition_is_granted_once_with_all_that_the_api_has(browser, anna, desk):
    before = len(await granted(desk, anna))
    where = {"stores": "DE-042, DE-043", "brands": "HomeBox", "channels": "store"}
    until = {"valid_from": "2030-01-01T08:00", "valid_until": "2030-02-01T00:00", "contract": "KU-118"}
    hidden = fields_of((await browser.get(anna)).text, "condition")
    for _ in range(2):
        sent = hidden | GOODWILL | where | until | {"max_uses": "2", "max_uses_per": "month"}
        answer = await browser.submit(f"{anna}/conditions", htmx=True, **sent)
        assert (answer.status_code, answer.headers["hx-retarget"]) == (200, "#customer")
    conditions = await granted(desk, anna)
    assert len(conditions) == before + 1
    new = conditions[0]
    assert (new["title"], new["kind"], new["terms"]) == ("Goodwill: router", "accommodation", {"percent": 12.5})
    assert new["scope"]["stores"] == ["DE-042", "DE-043"]
    assert (new["scope"]["channels"], new["max_uses"], new["max_uses_per"]) == (["store"], 2, "month")
    assert (new["valid_from"], new["contract"]) == ("2030-01-01T07:00:00Z", "KU-118")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"terms": "120"}, "terms"),
        ({"terms": "a lot"}, "terms"),
        ({"form": "amount", "terms": "5", "currency": "euro"}, "currency"),
        ({"form": "amount", "terms": "1.000", "currency": "EUR"}, "terms"),
        ({"valid_from": "2030-02-01T00:00", "valid_until": "2030-01-01T00:00"}, "valid_until"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"max_uses": "0"}, "max_uses"),
        ({"title": " "}, "title"),
        ({"stores": "x" * 300}, "stores"),
    ],
)
async def test_what_cannot_be_granted_is_told_at_its_field_and_stays(browser, anna, desk, typed, field):
    before = await granted(desk, anna)
    refused = await grant(browser, anna, **typed)
    assert refused.status_code == 422
    (wrong,) = re.findall(r'name="(\w+)"[^>]* aria-invalid="true"', refused.text)
    assert wrong == field
    assert 'value="Goodwill: router"' in refused.text or field == "title"
    assert await granted(desk, anna) == before


async def test_an_amount_and_words_are_terms_too(browser, anna, desk):
    await grant(browser, anna, form="amount", terms="20,00 €", currency="eur")
    await grant(browser, anna, form="text", terms="Free return of the router")
    words, amount = (await granted(desk, anna))[:2]
    assert (words["terms"], amount["terms"]) == (
        {"text": "Free return of the router"},
        {"amount": 20.0, "currency": "EUR"},
    )


async def test_a_condition_is_ended_by_a_second_press_and_stays_so(browser, anna, desk):
    html = (await browser.get(anna)).text
    assert "End it now" in said(html)
    (path,) = re.findall(r'hx-post="([^"]+/conditions/[^"]+/end)"', html)
    for _ in range(2):
        ended = await browser.submit(path, htmx=True, csrf_token=await browser.token())
        assert (ended.status_code, "No condition is in force" in ended.text) == (200, True)
    assert (await granted(desk, anna))[0]["revoked_at"] is not None


async def test_a_condition_of_another_customer_is_not_ended_here(browser, anna, desk):
    other = (await desk.register(identities=[("email", "ben@example.de")])).json()["customer_id"]
    (path,) = re.findall(r'hx-post="([^"]+/conditions/[^"]+/end)"', (await browser.get(anna)).text)
    wrong = path.replace(anna, f"/console/customers/{other}")
    assert (await browser.submit(wrong, htmx=True, csrf_token=await browser.token())).status_code == 404
    assert (await granted(desk, anna))[0]["revoked_at"] is None
