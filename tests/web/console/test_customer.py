"""The page of a customer answers before the agent asks, and says only what is on record."""

import re
from pathlib import Path
from uuid import uuid4

import pytest

from service.channels.email.message.text.markup import html_to_text
from service.insight.advice.shipped import SHIPPED_RULES
from tests.fixtures import NOW
from tests.web.console import story
from tests.web.console.browser import Browser, ShownTexts, create_agent
from tests.web.console.story import tell_annas_story
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]
TOLD = "German web email phone support K20417 July Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun"
HTMX = {"headers": {"hx-request": "true"}}


@pytest.fixture
async def anna(browser: Browser, desk) -> str:
    """The path of Anna's page; Jana has signed in."""
    await browser.sign_in()
    return f"/console/customers/{await tell_annas_story(desk, NOW)}"


async def told(browser: Browser, path: str, **options) -> str:
    """What a page says."""
    return " ".join(ShownTexts((await browser.get(path, **options)).text).texts)


async def test_the_page_has_the_nine_answers(browser, anna):
    said = await told(browser, anna)
    for answer in (
        "Anna Weber",
        "Claimed: caller ID or sender only",
        "Router does not connect, error E42",
        "This is the third time I explain it.",
        "HomeBox 7590",
        "Factory reset",
        "Ask how it went: Line check",
        "Goodwill on accessories",
        "name after verifying",
        "high risk",
        "2 attempts failed",
    ):
        assert answer in said, answer
    assert "Anna" not in re.search("<title>(.*)</title>", (await browser.get(anna)).text)[1]


async def test_a_fact_leads_to_where_it_was_said(browser, anna, desk):
    html = (await browser.get(anna)).text
    (said_in,) = set(re.findall(rf'href="{anna}#(i-[0-9a-f-]+)">\s*Chatbot', html))
    assert f'id="{said_in}"' in html
    led = await browser.get(f"{anna}/facts/error_code")
    assert (led.status_code, led.headers["location"].split("#")[1]) == (303, said_in)
    assert f'id="{said_in}"' in (await browser.get(led.headers["location"])).text


async def test_an_identity_leads_to_where_it_was_said_unless_a_person_added_it(browser, anna, desk):
    who = [("email", "anna.weber@example.de"), ("phone", "+49 711 555012")]
    said = await desk.register("channel", identities=who, text="Call me here.")
    added = {"kind": "username", "value": "anna.w"}
    await desk("console", "PUT", f"{anna.replace('/console', '/v1')}/identities", added)
    html = (await browser.get(anna)).text
    known = dict(re.findall(r"<bdi>([^<]+)</bdi></dd><dd class=\"s\">(.*?)</dd>", html, re.DOTALL))
    (place,) = re.findall(r'href="([^"]+)#i-', known["+49711555012"])
    interaction_id = said.json()["interaction_id"]
    assert f'href="{place}#i-{interaction_id}"' in known["+49711555012"]
    assert f'<li id="i-{interaction_id}"' in (await browser.get(place)).text
    assert "<a " not in known["anna.w"]


async def test_the_timeline_shows_one_channel_and_goes_on_where_it_ended(browser, anna, desk):
    for number in range(30):
        await desk.register("channel", identities=[("email", "anna.weber@example.de")], text=f"Line {number}.")
    newest = await told(browser, anna)
    assert ("Line 29." in newest, "Line 9." in newest, "All 39" in newest) == (True, False, True)
    phone = await told(browser, f"{anna}/timeline?channel=phone", **HTMX)
    assert ("Factory reset" in phone, "Line 29." in phone) == (True, False)
    (following,) = re.findall(r'hx-get="([^"]+after=[^"]+)"', (await browser.get(anna)).text)
    assert "Line 9." in await told(browser, following, **HTMX)
    assert (await browser.get(following)).headers["location"] == anna
    marks = re.findall(r'<a class="j-a" href="([^"]+)#(i-[^"]+)"', (await browser.get(anna)).text)
    assert (len(marks), {path.partition("=")[0] for path, _ in marks}) == (24, {anna, f"{anna}?after"})
    for path, place in dict(marks).items():
        assert f'<li id="{place}"' in (await browser.get(path)).text


async def test_a_merged_customer_leads_to_the_survivor_and_an_unknown_one_nowhere(browser, anna, desk):
    other = (await desk.register()).json()["customer_id"]
    survivor = anna.rpartition("/")[2]
    merged = await desk("console", "PUT", f"/v1/customers/{survivor}/merges", {"other_customer_id": other})
    assert merged.status_code == 200, merged.text
    led = await browser.get(f"/console/customers/{other}")
    assert (led.status_code, led.headers["location"]) == (303, anna)
    for unknown in (uuid4(), "17", f"{uuid4()}/timeline"):
        answer = await browser.get(f"/console/customers/{unknown}", **HTMX)
        assert answer.status_code == 404
    page = (await browser.get(f"/console/customers/{uuid4()}")).text
    assert "This customer is not on record, or not any more." in page
    assert 'class="btn" href="/console/find"' in page


async def test_of_a_customer_who_said_nothing_yet_the_page_says_what_will_appear(browser, desk):
    await browser.sign_in()
    new = {"identities": [{"kind": "email", "value": "new@example.de"}]}
    created = await desk("console", "POST", "/v1/customers", new, idempotency_key="one")
    said = await told(browser, f"/console/customers/{created.json()['id']}")
    for empty in (
        "Name not known",
        "Nothing is open",
        "Nothing has happened yet.",
        "No condition is in force",
        "No contact yet.",
    ):
        assert empty in said
    assert "Suggested next step" not in said


async def test_what_customers_write_is_text(browser, desk):
    await browser.sign_in()
    attack = '"><img src=x onerror=alert(1)>'
    answer = await desk.register(
        "channel",
        text=attack,
        subject=attack,
        attempt=(attack, "failed"),
        facts={"order_number": attack, "<svg/onload=alert(1)>": "1", "100%": "2", "%(name)s": "3"},
        asks=["<svg/onload=alert(2)>"],
    )
    page = f"/console/customers/{answer.json()['customer_id']}"
    await desk("console", "PATCH", page.replace("/console", "/v1"), {"name": attack, "segments": [attack]})
    html = (await browser.get(page)).text
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") >= 7
    assert "<img" not in html
    assert "<svg/" not in html
    assert ("100%" in html, "%(name)s" in html) == (True, True)


async def test_a_mail_of_markup_is_shown_as_its_text_and_loads_nothing_from_elsewhere(browser, anna, desk):
    mail = '<p>See <a href="https://x.example/?u=1">the bill</a><img src="https://t.example/seen.gif"></p>'
    who = [("email", "anna.weber@example.de")]
    await desk.register("channel", identities=who, channel="email", text=html_to_text(mail))
    html = (await browser.get(anna)).text
    assert "the bill" in html
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', html) == []


async def test_an_agent_for_privacy_reads_no_customer(browser, rooms, desk):
    await create_agent(rooms, "pia", "privacy")
    await browser.sign_in("pia")
    answer = await browser.get(f"/console/customers/{await tell_annas_story(desk, NOW)}")
    assert (answer.status_code, "Your role may not do this." in answer.text) == (403, True)


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_the_page_is_in_the_catalogs(browser, anna):
    advised = [words for rule in SHIPPED_RULES.values() for words in rule.words.values()]
    data = " ".join([TOLD, Path(story.__file__).read_text("utf-8"), *NAMES_OF_DATA, *advised])
    known = set(re.findall(r"[A-Za-z]+", data))
    for part in ShownTexts((await browser.get(anna)).text).texts:
        bare = re.sub(r"⟦[^⟦⟧]*⟧", "", re.sub(r"⟦[^⟦⟧]*⟧", "", part))
        assert [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word not in known] == [], part


def fields_of(html: str, form: str) -> dict[str, str]:
    """What a form of the page sends before anything is typed."""
    (part,) = re.findall(rf'<form [^>]*id="form-{form}".*?</form>', html, re.DOTALL)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', part))


async def test_a_note_counts_once_and_stands_in_the_timeline(browser, anna):
    fields = fields_of((await browser.get(anna)).text, "note") | {"text": "She will be home from 17:00."}
    saved = await browser.submit(f"{anna}/notes", htmx=True, **fields)
    assert (saved.status_code, saved.headers["hx-retarget"]) == (200, "#customer")
    assert "jana.koehler noted" in saved.text
    await browser.submit(f"{anna}/notes", htmx=True, **fields)
    assert (await browser.get(anna)).text.count("She will be home from 17:00.") == 1
    without_script = await browser.submit(f"{anna}/notes", **fields | {"event_id": "2"})
    assert (without_script.status_code, without_script.headers["location"]) == (303, anna)


async def test_an_attempt_and_a_correction_change_what_the_next_agent_sees(browser, anna):
    html = (await browser.get(anna)).text
    tried = fields_of(html, "attempt") | {"what": "Line check", "outcome": "worked"}
    assert "2 failed" in (await browser.submit(f"{anna}/notes", htmx=True, **tried)).text
    right = fields_of(html, "correction") | {"name": "router_model", "value": "HomeBox 7690", "verified": "yes"}
    corrected = (await browser.submit(f"{anna}/facts", htmx=True, **right)).text
    assert "HomeBox 7690" in corrected.partition('id="timeline"')[0]
    assert "pending" not in corrected.partition('id="h-tried"')[2].partition("</section>")[0]


async def test_the_matter_is_handed_over_and_a_call_promised_from_the_page(browser, anna):
    html = (await browser.get(anna)).text
    given = fields_of(html, "handoff") | {"queue": "support", "reason": "Needs a line test."}
    handed = await browser.submit(f"{anna}/handoffs", htmx=True, **given)
    assert "Handoff to support, offered" in " ".join(ShownTexts(handed.text).texts)
    promise = fields_of(html, "callback") | {"queue": "support", "reason": "Result", "phone": "0171 1234567"}
    window = {"begins": "2026-11-23T10:00", "ends": "2026-11-23T12:00"}
    promised = await browser.submit(f"{anna}/callbacks", htmx=True, **promise, **window)
    assert "Promised: callback Mon 10:00–12:00" in " ".join(ShownTexts(promised.text).texts)


UNUSABLE = [
    ("note", "notes", {"text": " "}, "cannot be taken"),
    ("attempt", "notes", {"what": "x", "outcome": "nonsense"}, "cannot be taken"),
    ("correction", "facts", {"name": "a b", "value": "x"}, "cannot be taken"),
    ("handoff", "handoffs", {"queue": "nowhere", "reason": "x"}, "no such queue"),
    ("callback", "callbacks", {"queue": "support", "reason": "x", "phone": "12"}, "cannot exist"),
    ("callback", "callbacks", {"queue": "support", "reason": "x", "begins": "2020-01-01T10:00"}, "cannot be taken"),
]
"""Forms, where they are sent, what is typed, and a part of what the agent is told."""


async def test_what_is_refused_is_told_beside_the_form_which_stays(browser, anna):
    html = (await browser.get(anna)).text
    for form, path, typed, words in UNUSABLE:
        refused = await browser.submit(f"{anna}/{path}", htmx=True, **fields_of(html, form) | typed)
        assert refused.status_code in {400, 404, 409, 422}, form
        assert words in refused.text
        assert "hx-retarget" not in refused.headers


async def test_a_page_that_shows_the_newest_version_is_told_so_and_else_gets_its_content(browser, anna, desk):
    version = re.search(r'data-version="(\d+)"', (await browser.get(anna)).text)[1]
    asked = {"headers": HTMX["headers"] | {"x-askonce-version": version, "x-askonce-automatic": "1"}}
    same = await browser.get(anna, **asked)
    assert (same.status_code, same.text) == (204, "")
    await desk.register("channel", identities=[("email", "anna.weber@example.de")], text="And now?", channel="web")
    changed = await browser.get(anna, **asked)
    assert (changed.status_code, "And now?" in changed.text, "<html" in changed.text) == (200, True, False)
    phone = (await browser.get(f"{anna}?channel=phone", **asked)).text
    assert ("And now?" in phone.partition('id="timeline"')[2], "Factory reset" in phone) == (False, True)
    assert (await browser.get(anna, headers={"x-askonce-version": "0"})).status_code == 200
