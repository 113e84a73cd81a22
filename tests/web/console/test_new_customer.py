"""Who is not found is created from what was sought; who is on record already is shown, and never made twice."""

import re

import pytest

from tests.web.console.browser import Browser, ShownTexts
from tests.web.console.test_find import find

pytestmark = pytest.mark.slow

ANNA = {"name": "Anna Weber", "identities": [{"kind": "email", "value": "anna@example.de"}]}


@pytest.fixture
async def anna(browser: Browser, desk) -> str:
    """The path of Anna's page; Jana has signed in."""
    await browser.sign_in()
    created = await desk("console", "POST", "/v1/customers", ANNA, idempotency_key="anna")
    return f"/console/customers/{created.json()['id']}"


async def offered(browser: Browser, text: str) -> dict[str, str]:
    """The fields of the form that is offered for what was not found, as they are filled in."""
    html = (await browser.submit("/console/find/new", text=text, csrf_token=await browser.token())).text
    return dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', html.partition('id="form-new"')[2]))


async def create(browser: Browser, **typed: str):
    return await browser.submit("/console/find/create", **await offered(browser, "") | typed)


@pytest.mark.parametrize(("sought", "filled"), [
    ("0171 / 55 44 33 2", {"phone": "0171 / 55 44 33 2"}),
    ("Ada@Example.de", {"email": "Ada@Example.de"}),
    ("Ada Lovelace", {"name": "Ada Lovelace"}),
    ("K-4711", {}),
    ('"><b>x', {"name": "&#34;&gt;&lt;b&gt;x"}),
])  # fmt: skip
async def test_what_was_sought_fills_the_form(browser, anna, sought, filled):
    fields = await offered(browser, sought)
    assert {name: value for name, value in fields.items() if name in {"name", "phone", "email"} and value} == filled


async def test_no_hit_offers_to_create_and_the_new_customer_is_shown_once(browser, anna, desk):
    offer = 'form="not-found" name="text" value="ada@example.de"'
    assert offer in (await find(browser, "ada@example.de")).text
    fields = await offered(browser, "ada@example.de") | {"name": "Ada", "phone": "0171 5544332"}
    created = await browser.submit("/console/find/create", **fields)
    again = await browser.submit("/console/find/create", **fields)
    assert (created.status_code, again.headers["location"]) == (303, created.headers["location"])
    html = (await browser.get(created.headers["location"])).text
    for known in ("Ada", "ada@example.de", "+491715544332"):
        assert known in html
    assert "on record already" not in html


async def test_who_is_on_record_already_is_shown_with_a_sentence(browser, anna):
    led = await create(browser, name="Anne W.", email="ANNA@example.de")
    assert led.headers["location"] == f"{anna}?known=true"
    said = " ".join(ShownTexts((await browser.get(led.headers["location"])).text).texts)
    assert ("This customer was on record already" in said, "Anna Weber" in said) == (True, True)


async def test_what_cannot_be_created_is_told_beside_the_form(browser, anna, desk):
    other = {"identities": [{"kind": "phone", "value": "+491715544332"}]}
    await desk("console", "POST", "/v1/customers", other, idempotency_key="other")
    for typed, status, words in (
        ({"name": "Ada"}, 400, "cannot be taken"),
        ({"phone": "12"}, 400, "cannot be taken"),
        ({"phone": "0171 5544332", "email": "anna@example.de"}, 409, "different customers"),
    ):
        fields = await offered(browser, "") | typed
        refused = await browser.submit("/console/find/create", htmx=True, **fields)
        assert (refused.status_code, words in refused.text) == (status, True), typed
        assert "hx-redirect" not in refused.headers
