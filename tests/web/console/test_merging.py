"""Two customers that may be one person: seen side by side, merged, told apart, and taken back, each once and on record."""

import re

import pytest

from service.errors import LookUpBudget
from service.web.console.customer.reads import CustomerReads
from tests.web.console.browser import Browser, ShownTexts, act, create_agent
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]

ANNA = ("email", "anna@example.de")
OTHER = ("email", "a.weber@example.de")
PHONE = ("phone", "+49 171 1234567")
DATA = "Anna Weber anna a.weber example.de Goodwill on accessories jana koehler Nov test support technicians shop bot"
CONDITION = {"title": "Goodwill on accessories", "kind": "discount", "terms": {"percent": 10}}


@pytest.fixture
async def pair(browser: Browser, desk) -> tuple[str, str]:
    """Anna and another customer, whom one message named together; Jana has signed in."""
    await browser.sign_in()
    anna = (await desk.register("channel", identities=[ANNA, PHONE], facts={"postal-code": "70193"})).json()
    for _ in range(2):
        await desk.register("channel", identities=[ANNA])
    other = (await desk.register("channel", identities=[OTHER], facts={"postal-code": "10115"})).json()
    ids = (anna["customer_id"], other["customer_id"])
    await desk("console", "PATCH", f"/v1/customers/{ids[0]}", {"name": "Anna Weber"})
    await desk("console", "PATCH", f"/v1/customers/{ids[1]}", {"name": "A. Weber"})
    await desk("console", "POST", f"/v1/customers/{ids[1]}/conditions", CONDITION, idempotency_key="c")
    await desk.register("channel", identities=[PHONE, OTHER])
    return ids


def said(html: str) -> str:
    """What a page says."""
    return " ".join(ShownTexts(html).texts)


async def decide(browser: Browser, one: str, other: str, decision: str, seen: str | None = None):
    """A button of the page is pressed, which shows what was decided before, or had `seen` something older."""
    path = f"/console/matches/{one}/{other}"
    if seen is None:
        (seen,) = re.findall(r'name="seen" value="([^"]*)"', (await browser.get(path)).text) or [""]
    return await act(browser, path, decision=decision, seen=seen)


async def names_of(browser: Browser, customer_id: str) -> str:
    """What the page of a customer says."""
    return said((await browser.get(f"/console/customers/{customer_id}")).text)


async def test_a_suggestion_shows_both_sides_and_what_a_merge_brings_together(browser, pair):
    anna, other = pair
    html = (await browser.get(f"/console/customers/{anna}")).text
    assert "Perhaps the same person" in said(html)
    (path,) = set(re.findall(rf"/console/matches/{anna}/[0-9a-f-]+", html))
    assert path.endswith(other)
    page = said((await browser.get(path)).text)
    for told in (
        "Both were named at once:",
        "+491711234567",
        "70193",
        "10115",
        "differs",
    ):
        assert told in page, told
    assert "Goodwill on accessories" in page


async def test_a_merge_counts_once_leads_to_the_survivor_and_can_be_taken_back(browser, pair, rooms):
    anna, other = pair
    for _ in range(2):
        merged = await decide(browser, anna, other, "same")
        assert (merged.status_code, merged.headers["location"]) == (303, f"/console/customers/{anna}")
    led = await browser.get(f"/console/customers/{other}")
    assert led.headers["location"] == f"/console/customers/{anna}"
    assert "Another customer is merged into this one" in await names_of(browser, anna)
    page = said((await browser.get(f"/console/matches/{anna}/{other}")).text)
    assert "jana.koehler merged the two" in page
    for _ in range(2):
        assert (await decide(browser, anna, other, "apart")).status_code == 303
    assert (await browser.get(f"/console/customers/{other}")).status_code == 200
    async with rooms.database.connection() as connection:
        deeds = await connection.fetch(
            "SELECT action FROM change_audit WHERE action LIKE 'customer.%' ORDER BY version"
        )
    assert sorted(one["action"] for one in deeds if "erge" in one["action"] or "absorb" in one["action"]) == [
        "customer.absorbed",
        "customer.merged",
        "customer.unmerged",
        "customer.unmerged",
    ]


async def test_different_people_are_not_suggested_again(browser, pair, desk):
    anna, other = pair
    assert (await decide(browser, anna, other, "apart")).status_code == 303
    await desk.register("channel", identities=[PHONE, OTHER])
    assert "Perhaps the same person" not in await names_of(browser, anna)
    assert "Perhaps the same person" not in await names_of(browser, other)
    again = await browser.get(f"/console/matches/{anna}/{other}")
    assert "jana.koehler said that they are different people" in said(again.text)


async def test_a_decision_that_comes_too_late_says_who_decided(browser, console, pair, rooms):
    anna, other = pair
    await create_agent(rooms, "tom")
    async with Browser(console) as toms:
        await toms.sign_in("tom")
        assert (await decide(toms, other, anna, "same")).status_code == 303
    late = await decide(browser, anna, other, "household", seen="")
    assert late.status_code == 409
    assert "tom merged the two" in said(late.text)
    late = await decide(browser, anna, other, "apart", seen="")
    assert (late.status_code, "tom merged the two" in said(late.text)) == (409, True)


async def test_another_customer_is_found_by_hand_and_never_the_same_one(browser, pair):
    anna, other = pair
    path = f"/console/customers/{anna}/merge"
    assert 'data-key="m"' in (await browser.get(f"/console/customers/{anna}")).text
    token = await browser.token(path)
    found = await browser.submit(path, htmx=True, text="Weber", csrf_token=token)
    assert re.findall(r'href="([^"]+)"', found.text) == [f"/console/matches/{anna}/{other}"]
    nothing = await browser.submit(path, htmx=True, text="anna@example.de", csrf_token=token)
    assert "No other customer was found." in nothing.text
    without_script = await browser.submit(path, text="a.weber@example.de", csrf_token=token)
    assert f"/console/matches/{anna}/{other}" in without_script.text


async def test_an_agent_for_privacy_merges_nothing(browser, pair, console, rooms):
    anna, other = pair
    await create_agent(rooms, "pia", "privacy")
    async with Browser(console) as pias:
        await pias.sign_in("pia")
        assert (await decide(pias, anna, other, "same")).status_code == 403
        assert (await pias.get(f"/console/matches/{anna}/{other}")).status_code == 403


async def test_a_page_that_the_budget_still_had_names_no_further_customers(browser, pair, monkeypatch):
    async def refuse(*_args: object) -> None:
        raise LookUpBudget

    monkeypatch.setattr(CustomerReads, "count_shown", refuse)
    page = await browser.get(f"/console/customers/{pair[0]}")
    assert (page.status_code, "A. Weber" in page.text, "1 more customer" in page.text) == (200, False, True)


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_merging_and_splitting_is_in_the_catalogs(browser, pair):
    anna = f"/console/customers/{pair[0]}"
    paths = [anna, f"{anna}/merge", "/console/matches/{}/{}".format(*pair), f"{anna}/split"]
    pages = [(await browser.get(path)).text for path in paths]
    await decide(browser, *pair, "same")
    pages += [(await browser.get(path)).text for path in (anna, paths[2])]
    hits = await browser.submit(f"{anna}/merge", text="Weber", csrf_token=await browser.token())
    pages.append(hits.text)
    known = set(re.findall(r"[A-Za-z]+", " ".join([*NAMES_OF_DATA, DATA])))
    for part in (text for page in pages for text in ShownTexts(page).texts):
        bare = re.sub(r"⟦[^⟦⟧]*⟧", "", re.sub(r"⟦[^⟦⟧]*⟧", "", part))
        assert [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word not in known] == [], part
