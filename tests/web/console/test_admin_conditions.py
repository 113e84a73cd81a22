"""The administration of conditions: found by how they stand, with their uses, changed by one who saw how they stood."""

import re

import pytest

from tests.web.console.browser import Browser, ShownTexts, create_agent
from tests.web.console.test_admin_pages import OF_DATA
from tests.web.console.test_pages import _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]

PAGE = "/console/admin/conditions"
ANNA = ("email", "anna@example.de")
USE = {"receipt": "2026/7", "store": "DE-042", "amount": 5, "currency": "EUR"}


def said(html: str) -> str:
    """What a page says."""
    return " ".join(ShownTexts(html).texts)


@pytest.fixture
async def supervisor(browser: Browser, rooms) -> Browser:
    """Ada leads the desk, and has signed in."""
    await create_agent(rooms, "ada", "supervisor")
    await browser.sign_in("ada")
    return browser


@pytest.fixture
async def ids(desk, supervisor) -> dict[str, str]:
    """Anna's conditions by their titles: in force, used in excess, to come, and ended."""
    customer_id = (await desk.register("channel", identities=[ANNA])).json()["customer_id"]
    found = {}
    for title, more in {
        "Now": {},
        "Used": {"max_uses": 1},
        "Later": {"valid_from": "2030-01-01T00:00:00Z"},
        "Over": {},
    }.items():
        wanted = {"title": title, "kind": "discount", "terms": {"percent": 10}} | more
        path = f"/v1/customers/{customer_id}/conditions"
        found[title] = (await desk("console", "POST", path, wanted, idempotency_key=title)).json()["id"]
    await desk("console", "DELETE", f"/v1/conditions/{found['Over']}")
    for receipt in ("1", "2"):
        used = await desk(
            "admin", "POST", f"/v1/conditions/{found['Used']}/redemptions", USE | {"receipt": receipt, "offline": True}
        )
        assert used.status_code == 201, used.text
    return found


async def titles(browser: Browser, query: str) -> list[str]:
    return re.findall(r'<a class="who"[^>]*><bdi>(\w+)</bdi>', (await browser.get(PAGE + query)).text)


async def test_conditions_are_listed_by_how_they_stand(supervisor, ids):
    assert await titles(supervisor, "") == ["Over", "Later", "Used", "Now"]
    assert await titles(supervisor, "?standing=in_force") == ["Used", "Now"]
    assert await titles(supervisor, "?standing=upcoming") == ["Later"]
    assert await titles(supervisor, "?standing=ended") == ["Over"]
    assert await titles(supervisor, "?standing=flagged") == ["Used"]
    assert "2 flagged" in said((await supervisor.get(PAGE)).text)
    assert (await supervisor.get(f"{PAGE}?standing=other")).status_code == 400


async def test_the_list_goes_on_where_it_ended(supervisor, ids, monkeypatch):
    monkeypatch.setattr("service.web.console.conditions.administration.ROWS_A_PAGE", 1)
    html = (await supervisor.get(f"{PAGE}?standing=in_force")).text
    (following,) = re.findall(r'hx-get="([^"]+)"', html)
    older = (await supervisor.get(following.replace("&amp;", "&"), headers={"hx-request": "true"})).text
    assert ("Used" in html, "Now" in older, "<html" in older, "hx-get" in older) == (True, True, False, False)


async def test_the_uses_of_a_condition_say_what_is_wrong_with_them(supervisor, ids):
    page = said((await supervisor.get(f"{PAGE}/{ids['Used']}")).text)
    for told in ("DE-042", "over the limit", "reported late, or offline", "granted", "the console"):
        assert told in page, told


async def change(browser: Browser, path: str, **fields: str):
    """The form of the page is sent with other times."""
    html = (await browser.get(path)).text
    hidden = {"seen": re.findall(r'name="seen" value="([^"]*)"', html)[0], "step": "validity"}
    hidden["valid_from"] = re.findall(r'name="valid_from"[^>]* value="([^"]*)"', html)[0]
    return await browser.submit(path, csrf_token=await browser.token(), **hidden | fields)


async def test_validity_is_changed_once_by_one_who_saw_how_it_stood(supervisor, ids, desk):
    path = f"{PAGE}/{ids['Later']}"
    seen = re.findall(r'name="seen" value="([^"]*)"', (await supervisor.get(path)).text)[0]
    for _ in range(2):
        assert (await change(supervisor, path, valid_until="2030-03-01T00:00", seen=seen)).status_code == 303
    assert "changed" in said((await supervisor.get(path)).text)
    late = await change(supervisor, path, valid_until="2031-03-01T00:00", seen=seen)
    assert (late.status_code, 'value="2031-03-01T00:00"' in late.text) == (409, True)
    assert "This was changed meanwhile. Nothing was saved." in said(late.text)
    assert ": ada" in said(late.text)
    wrong = await change(supervisor, path, valid_until="2029-01-01T00:00")
    assert wrong.status_code == 422
    assert "The end must be a time after the beginning." in said(wrong.text)


async def test_a_condition_is_ended_and_then_changed_no_more(supervisor, ids):
    path = f"{PAGE}/{ids['Now']}"
    before = {"seen": re.findall(r'name="seen" value="([^"]*)"', (await supervisor.get(path)).text)[0]}
    for _ in range(2):
        ended = await supervisor.submit(path, step="end", csrf_token=await supervisor.token())
        assert ended.status_code == 303
    fields = {"step": "validity", "valid_from": "2030-01-01T00:00", "csrf_token": await supervisor.token()}
    late = await supervisor.submit(path, **fields | before)
    assert (late.status_code, "ended" in said(late.text), "End it now" in said(late.text)) == (409, True, False)


async def test_agents_administer_no_conditions(browser, console):
    await browser.sign_in()
    assert (await browser.get(PAGE)).status_code == 403


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_a_condition_is_in_the_catalogs(supervisor, ids):
    known = OF_DATA | {*ids, "the", "console", "EUR", "Jan"}
    for path in (PAGE, *(f"{PAGE}/{one}" for one in ids.values())):
        for part in ShownTexts((await supervisor.get(path)).text).texts:
            bare = re.sub(r"⟦[^⟦⟧]*⟧", "", re.sub(r"⟦[^⟦⟧]*⟧", "", part))
            assert [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word not in known] == [], part
