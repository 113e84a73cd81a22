"""One customer that is two people: what belongs to the other one is ticked, and becomes a customer of its own, once."""

import re

import pytest

from tests.web.console.browser import Browser, ShownTexts

pytestmark = pytest.mark.slow

ANNA = ("email", "anna@example.de")
BEN = ("phone", "+49 171 1234567")


def said(html: str) -> str:
    """What a page says."""
    return " ".join(ShownTexts(html).texts)


@pytest.fixture
async def page(browser: Browser, desk) -> str:
    """The page of Anna, under whom three lines of Ben stand as well; Jana has signed in."""
    await browser.sign_in()
    both = [ANNA, BEN]
    anna = (await desk.register("channel", identities=both, text="Anna asks.", subject="Router")).json()
    for line in range(3):
        await desk.register("channel", identities=[BEN], text=f"Ben says {line}.", subject="Invoice")
    return f"/console/customers/{anna['customer_id']}"


async def ticks_of(browser: Browser, page: str, words: str) -> dict[str, object]:
    """The form with a tick at every contact that says these words, and at Ben's number."""
    html = (await browser.get(f"{page}/split")).text
    rows = re.findall(r'name="interactions" id="s-[^"]+" value="([^"]+)".*?</li>', html, re.DOTALL)
    texts = re.findall(r'name="interactions".*?</li>', html, re.DOTALL)
    (event_id,) = re.findall(r'name="event_id" value="([^"]+)"', html)
    ticked = [row for row, text in zip(rows, texts, strict=True) if words in text]
    number = re.findall(r'name="identities" value="(phone [^"]+)"', html)
    token = await browser.token(page)
    return {"interactions": ticked, "identities": number, "event_id": event_id, "csrf_token": token}


async def test_what_is_ticked_becomes_a_customer_once_and_both_lead_to_each_other(browser, page):
    form = await ticks_of(browser, page, "Ben says")
    effect = said((await browser.submit(f"{page}/split/preview", htmx=True, **form)).text)
    for told in ("3 contacts , 1 number or address", "1 contact , 1 number or address"):
        assert told.replace(" ,", ",") in effect.replace(" ,", ","), effect
    split = await browser.submit(f"{page}/split", htmx=True, **form)
    bens = split.headers["hx-redirect"]
    again = await browser.submit(f"{page}/split", **form)
    assert (again.status_code, again.headers["location"]) == (303, bens)
    html = (await browser.get(bens)).text
    assert ("Ben says 2." in html, "Anna asks." in html, f'href="{page}"' in html) == (True, False, True)
    html = (await browser.get(page)).text
    assert ("Ben says 2." in html, "Anna asks." in html, f'href="{bens}"' in html) == (False, True, True)


async def test_what_is_refused_keeps_the_ticks_and_says_why(browser, page):
    form = await ticks_of(browser, page, "")
    form["identities"] = re.findall(r'name="identities" value="([^"]+)"', (await browser.get(f"{page}/split")).text)
    everything = await browser.submit(f"{page}/split", **form)
    assert (everything.status_code, everything.text.count(" checked")) == (422, 6)
    assert "Leave something with this customer" in said(everything.text)
    nothing = await browser.submit(f"{page}/split", htmx=True, csrf_token=form["csrf_token"], event_id="1")
    assert (nothing.status_code, "Tick what belongs to the other person." in nothing.text) == (422, True)


async def test_what_another_agent_split_off_meanwhile_is_told(browser, page):
    form = await ticks_of(browser, page, "Ben says")
    assert (await browser.submit(f"{page}/split", **form)).status_code == 303
    late = await browser.submit(f"{page}/split", htmx=True, **form | {"event_id": "other"})
    assert late.status_code == 409
    assert "not this customer's any more. jana.koehler split the customer" in said(late.text).replace("’", "'")


async def test_one_tick_and_none_are_forms_too(browser, page):
    form = await ticks_of(browser, page, "Ben says 1")
    assert len(form["interactions"]) == 1
    assert (await browser.submit(f"{page}/split", **form)).status_code == 303


async def test_the_page_goes_on_where_it_ended(browser, page, desk, monkeypatch):
    monkeypatch.setattr("service.web.console.merging.split_pages.INTERACTIONS_A_PAGE", 2)
    html = (await browser.get(f"{page}/split")).text
    (following,) = set(re.findall(r'hx-get="([^"]+after=[^"]+)"', html))
    older = (await browser.get(following, headers={"hx-request": "true"})).text
    assert ("Anna asks." in html, "Anna asks." in older, "<html" in older) == (False, True, False)


async def test_a_record_of_another_system_goes_with_all_that_it_states(browser, desk):
    await browser.sign_in()
    anna = {"emails": ["anna@example.de"], "verified": True, "name": {"full": "Anna Weber"}}
    for source, record in (("crm", anna), ("shop", anna | {"name": {"full": "Ben Roth"}})):
        put = await desk("admin", "PUT", f"/v1/sources/{source}/records/7", record)
    page = f"/console/customers/{put.json()['customer_id']}"
    shown = await browser.get(f"{page}/split")
    assert "Ben Roth" in re.search(r'value="external shop:7".*?</label>', shown.text, re.DOTALL)[0]
    form = {"identities": "external shop:7", "event_id": "1", "csrf_token": await browser.token(page)}
    split = await browser.submit(f"{page}/split", **form)
    golden = said((await browser.get(f"{split.headers['location']}/golden")).text)
    assert ("Ben Roth" in golden, "Anna Weber" in golden) == (True, False)
