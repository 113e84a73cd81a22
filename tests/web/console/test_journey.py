"""The page of a journey shows the whole way of one customer, and what people think of it."""

import re

import pytest

from service.journey.phases import MOVED_BY_HAND, RULES
from service.web.console.journey import words
from tests.fixtures import NOW
from tests.web.console.browser import CSP, act, create_agent, told
from tests.web.console.story import SUBJECT, tell_annas_story

pytestmark = pytest.mark.slow

HTMX = {"headers": {"hx-request": "true"}}


@pytest.fixture
async def anna(browser, desk) -> str:
    """The path of Anna's page; Jana has signed in."""
    await browser.sign_in()
    return f"/console/customers/{await tell_annas_story(desk, NOW)}"


async def test_the_page_tells_the_whole_way(browser, anna):
    answer = await browser.get(f"{anna}/journey")
    said = told(answer)
    assert answer.headers["content-security-policy"] == CSP
    for words_of_page in (
        "Three weeks with us: 8 contacts",
        "Get help",
        "Wants",
        "Says",
        "asked again",
        "longest wait",
        SUBJECT,
    ):
        assert words_of_page in said, words_of_page
    assert "Anna" not in re.search("<title>(.*)</title>", answer.text)[1]
    assert 'style="' not in answer.text


async def test_the_columns_of_the_table_meet_the_phases_of_the_picture(browser, anna):
    html = (await browser.get(f"{anna}/journey")).text
    shares = [float(share) for share in re.findall(r'<col width="([\d.]+)%">', html)]
    assert sum(shares) == pytest.approx(100, abs=0.1)
    assert len(shares) == html.count('<th scope="col">') + 1
    borders = [float(x) for x in re.findall(r'<line class="j-lane" x1="([\d.]+)" x2="\1"', html)]
    width = float(re.search(r'<svg [^>]*viewBox="0 0 (\d+)', html.partition('class="pic"')[2])[1])
    assert borders == pytest.approx([sum(shares[: n + 1]) * width / 100 for n in range(1, len(shares) - 1)], abs=0.2)


async def test_the_touchpoint_that_is_looked_at_is_told_by_itself(browser, anna):
    first = told(await browser.get(f"{anna}/journey?at=1", **HTMX))
    assert first.startswith("1. Purchase")
    assert "Then" in first
    assert told(await browser.get(f"{anna}/journey?at=999", **HTMX)) == told(
        await browser.get(f"{anna}/journey", **HTMX)
    )


async def test_a_touchpoint_leads_to_its_place_in_the_timeline(browser, anna):
    (path,) = set(
        re.findall(rf'href="({anna}/journey/touchpoints/[^"]*)"', (await browser.get(f"{anna}/journey?at=1")).text)
    )
    led = await browser.get(path)
    assert led.status_code == 303
    place = led.headers["location"].partition("#")[2]
    assert f'id="{place}"' in (await browser.get(led.headers["location"])).text


async def test_the_picture_is_a_file_and_its_anonymous_copy_quotes_nobody(browser, anna):
    whole = await browser.get(f"{anna}/journey/picture?theme=dark")
    anonymous = await browser.get(f"{anna}/journey/picture?anonymous=true")
    assert whole.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in whole.headers["content-security-policy"]
    assert "third time" in whole.text
    assert "third time" not in anonymous.text
    assert "Anna" not in anonymous.text


async def test_a_customer_without_a_contact_has_an_empty_journey(browser, desk):
    await browser.sign_in()
    new = {"name": "New", "identities": [{"kind": "email", "value": "new@example.de"}]}
    created = await desk("console", "POST", "/v1/customers", new, idempotency_key="1")
    answer = await browser.get(f"/console/customers/{created.json()['id']}/journey")
    assert answer.status_code == 200, answer.text
    assert "No contact yet" in told(answer)


async def test_a_merged_customer_leads_to_the_journey_of_the_survivor(browser, anna, desk):
    other = (await desk.register(email="a.weber@example.de")).json()["customer_id"]
    survivor = anna.rpartition("/")[2]
    await desk("console", "PUT", f"/v1/customers/{survivor}/merges", {"other_customer_id": other})
    led = await browser.get(f"/console/customers/{other}/journey")
    assert (led.status_code, led.headers["location"]) == (303, f"{anna}/journey")


async def test_an_unknown_customer_has_no_journey(browser):
    await browser.sign_in()
    assert (await browser.get("/console/customers/019a0000-0000-7000-8000-000000000000/journey")).status_code == 404


async def test_the_page_of_the_customer_leads_to_it(browser, anna):
    assert f'href="{anna}/journey"' in (await browser.get(anna)).text


async def test_a_note_stands_at_its_phase_with_who_acts_on_it_until_it_is_removed(browser, anna):
    page = f"{anna}/journey"
    note = {"phase": "get_help", "kind": "change", "text": "Ask once", "owner": "Petra", "due": "2026-12-12"}
    assert (await act(browser, f"{page}/notes", **note)).headers["location"] == page
    html = (await browser.get(page)).text
    assert "Ask once Open: Petra, by 12 Dec 2026" in " ".join(told(await browser.get(page)).split())
    (removal,) = re.findall(rf'action="({page}/notes/[^"]*/remove)"', html)
    assert (await act(browser, removal)).status_code == 303
    assert "Ask once" not in told(await browser.get(page))


async def test_a_note_without_words_is_refused(browser, anna):
    answer = await act(browser, f"{anna}/journey/notes", phase="use", kind="wants", text="  ", htmx=True)
    assert answer.status_code == 400
    assert (await act(browser, f"{anna}/journey/notes", phase="nowhere", kind="wants", text="x")).status_code == 400


async def test_a_decision_stands_at_its_touchpoint_until_it_is_removed(browser, anna):
    page = f"{anna}/journey"
    html = (await browser.get(f"{page}?at=2")).text
    touchpoint = re.search(r'name="interaction_id" form="decision-form" value="([^"]*)"', html)[1]
    given = {"interaction_id": touchpoint, "number": "2", "text": "Keeps the <b>router</b>"}
    assert (await act(browser, f"{page}/decisions", **given)).headers["location"] == f"{page}?at=2"
    shown = await browser.get(f"{page}?at=2")
    assert "Decision Keeps the <b>router</b>" in told(shown)
    assert "2. Keeps the <b>router</b>" in told(shown)
    assert "<b>router" not in shown.text
    (removal,) = re.findall(rf'action="({page}/decisions/[^"]*/remove)"', shown.text)
    assert (await act(browser, removal, number="2")).headers["location"] == f"{page}?at=2"
    assert "Keeps the" not in told(await browser.get(page))
    assert (await act(browser, removal, number="2")).status_code == 404


async def test_a_decision_without_words_or_at_no_touchpoint_of_the_customer_is_refused(browser, anna, desk):
    other = (await desk.register(email="else@example.de")).json()["interaction_id"]
    for touchpoint, text, status in ((other, "Stays", 404), ("nowhere", "Stays", 400), (other, " ", 400)):
        given = {"interaction_id": touchpoint, "number": "1", "text": text}
        answer = await act(browser, f"{anna}/journey/decisions", **given, htmx=True)
        assert answer.status_code == status, given


async def test_those_who_lead_desks_move_the_border_of_a_phase_and_take_it_back(browser, anna, rooms):
    await create_agent(rooms, "sue", "supervisor")
    page = f"{anna}/journey"
    refused = await act(browser, f"{page}/phases", index="1", number="4", at=NOW.isoformat())
    assert refused.status_code == 403
    assert "One contact later" not in told(await browser.get(f"{page}?at=3"))
    await browser.sign_in("sue")
    html = (await browser.get(f"{page}?at=3")).text
    index = re.search(r'name="index" value="(\d+)"', html)[1]
    at = re.search(r'name="at" value="([^"]*)" data-key="\]"', html)[1]
    moved = await act(browser, f"{page}/phases", index=index, number="4", at=at)
    assert moved.headers["location"] == f"{page}?at=4"
    html = (await browser.get(moved.headers["location"])).text
    assert "sue moved the beginning of" in html
    border = re.search(r'name="undo" value="([^"]*)"', html)[1]
    assert (await act(browser, f"{page}/phases", index=index, number="4", undo=border)).status_code == 303
    assert "sue moved" not in (await browser.get(f"{page}?at=4")).text


def test_every_rule_is_told_as_it_is():
    assert {rule.code: rule.means for rule in RULES} == {
        code: text for code, text in words.RULES.items() if code != MOVED_BY_HAND
    }
