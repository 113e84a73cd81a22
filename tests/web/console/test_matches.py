"""People who lead desks go through the queue of matches; what they decide counts once, is on record, and can be undone."""

import asyncio
import re
from uuid import UUID

import pytest

from service.resolution.matches.online import match_stated
from tests.web.console.browser import Browser, ShownTexts, act, create_agent, told
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]

HOME = {"street-address": "Lindenweg 4", "postal-code": "70193", "address-level2": "Stuttgart"}
ANNA = {
    "name": {"given": "Anna", "family": "Weber"},
    "birth_date": "1984-03-12",
    "addresses": [HOME],
    "phones": ["+49 171 1234567", "+49 711 2200417"],
    "emails": ["anna.weber@example.com"],
}
AGAIN = {
    "name": {"full": "Weber, Anna"},
    "birth_date": "1984-03-12",
    "addresses": [HOME],
    "phones": ["0171/1234567"],
    "emails": ["a.weber@example.com"],
}
THOMAS = {
    "name": {"given": "Thomas", "family": "Weber"},
    "birth_date": "1981-07-30",
    "addresses": [HOME],
    "phones": ["0711 2200417"],
}
DATA = "Nov Anna Weber anna Thomas crm shop ada tom Lindenweg Stuttgart weber example com gmial de external"


async def put(desk, source: str, external_id: str, record: dict) -> str:
    """A system tells of a person; gives the customer."""
    answer = await desk("admin", "PUT", f"/v1/sources/{source}/records/{external_id}", record)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()["customer_id"]


async def match(database, now, *customer_ids: str) -> None:
    """The worker has compared these customers."""
    async with database.transaction() as connection:
        for one in map(UUID, customer_ids):
            await match_stated(connection, [one], region="DE", now=now)


@pytest.fixture
async def people(admin: Browser, desk, rooms) -> tuple[str, str, str]:
    """Anna in two systems, and Thomas of the same household; an administrator has signed in."""
    ids = (
        await put(desk, "crm", "C-1", ANNA),
        await put(desk, "shop", "S-1", AGAIN),
        await put(desk, "shop", "S-2", THOMAS),
    )
    await match(rooms.database, rooms.clock.now(), *ids)
    return ids


async def pairs_of(browser: Browser, query: str = "") -> list[str]:
    """The pages of pairs that the queue leads to."""
    return re.findall(r'class="who" href="([^"]+)"', (await browser.get(f"/console/matches{query}")).text)


async def test_the_queue_has_the_surest_first_by_strength_and_state(admin, people):
    anna, again, thomas = people
    first = (await pairs_of(admin))[0]
    assert {anna, again} == set(re.findall(r"[0-9a-f-]{36}", first))
    assert all(thomas in path for path in await pairs_of(admin, "?strength=household"))
    assert await pairs_of(admin, "?standing=apart") == []
    page = told(await admin.get("/console/matches"))
    assert "Probably one person" in page
    assert "The birth dates are the same." in page


async def decide(browser: Browser, path: str, decision: str, **fields: str):
    """A button of a page of two customers is pressed, with what the page had seen."""
    path, _, query = path.partition("?")
    html = (await browser.get(f"{path}?{query}")).text
    (seen,) = set(re.findall(r'name="seen" value="([^"]*)"', html))
    return await act(browser, path, decision=decision, **{"seen": seen} | fields)


def ids_of(path: str) -> set[str]:
    """The customers whom a path names."""
    return set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", path.partition("?")[0]))


async def test_both_stand_side_by_side_with_marks_reasons_and_what_would_stand(admin, people):
    anna, again, _ = people
    page = await admin.get(f"/console/matches/{anna}/{again}")
    said = told(page)
    for words in (
        "One person or two?",
        "As one person",
        "The birth dates are the same.",
        "crm",
        "shop",
        "Date of birth",
    ):
        assert words in said, words
    assert "<mark>anna</mark>.weber@example.com" in page.text
    assert re.search(r'<rect x="61" y="2" width="[\d.]+"', page.text)
    assert 'style="' not in page.text


async def test_a_decision_leads_to_the_next_pair_and_one_key_takes_it_back(admin, people):
    (first, *rest) = await pairs_of(admin)
    queue = {"queue": "yes", "strength": ""}
    led = (await decide(admin, first, "household", note="They said so.", **queue)).headers["location"]
    assert ids_of(led) == ids_of(rest[0])
    page = await admin.get(led)
    assert "One household" in told(page)
    (undo,) = re.findall(r'action="([^"]+/undo)"', page.text)
    back = await act(admin, undo, **queue)
    assert ids_of(back.headers["location"]) == ids_of(first)
    assert (await pairs_of(admin))[0].partition("?")[0] == first.partition("?")[0]


async def test_one_person_is_merged_and_undone_and_the_match_is_open_again(admin, people):
    anna, again, _ = people
    path = f"/console/matches/{anna}/{again}"
    assert (await decide(admin, path, "same")).status_code == 303
    merged = await admin.get(path)
    assert "The two are one customer" in told(merged)
    assert (await act(admin, f"{path}/undo")).status_code == 303
    assert "One person or two?" in told(await admin.get(path))
    assert ids_of((await pairs_of(admin))[0]) == {anna, again}


async def test_what_another_decided_meanwhile_stands_and_is_told(admin, people, console, rooms):
    anna, again, _ = people
    path = f"/console/matches/{anna}/{again}"
    await create_agent(rooms, "tom", "supervisor")
    async with Browser(console) as toms:
        await toms.sign_in("tom")
        assert (await decide(toms, path, "apart", note="Mother and daughter.")).status_code == 303
    late = await act(admin, path, decision="same", seen="")
    assert late.status_code == 409
    assert "tom said that they are different people" in told(late)
    assert "Mother and daughter." in told(late)
    assert (await admin.get(f"/console/customers/{again}")).status_code == 200


async def test_of_two_who_decide_at_once_one_decides_and_the_other_is_told(admin, people, console, rooms):
    anna, again, _ = people
    path = f"/console/matches/{anna}/{again}"
    await create_agent(rooms, "tom", "supervisor")
    async with Browser(console) as toms:
        await toms.sign_in("tom")
        await toms.get(path)
        await admin.get(path)
        answers = await asyncio.gather(
            act(toms, path, decision="apart", seen=""), act(admin, path, decision="household", seen="")
        )
    assert sorted(one.status_code for one in answers) == [303, 409]


async def test_what_another_decided_since_is_not_undone(admin, people, console, rooms):
    anna, again, _ = people
    path = f"/console/matches/{anna}/{again}"
    await decide(admin, path, "later")
    await create_agent(rooms, "tom", "supervisor")
    async with Browser(console) as toms:
        await toms.sign_in("tom")
        await decide(toms, path, "apart")
    late = await act(admin, f"{path}/undo")
    assert (late.status_code, "tom said that they are different people" in told(late)) == (409, True)
    assert len(await pairs_of(admin, "?standing=apart")) == 1


async def test_the_same_form_twice_counts_once(admin, people):
    anna, again, _ = people
    for _ in range(2):
        sent = await act(admin, f"/console/matches/{anna}/{again}", decision="later", seen="")
        assert sent.status_code == 303


async def test_agents_decide_from_the_customers_page_and_have_no_queue(browser, people, rooms):
    anna, again, _ = people
    await browser.sign_in()
    assert (await browser.get("/console/matches")).status_code == 403
    page = await browser.get(f"/console/customers/{anna}")
    assert f'href="/console/matches/{anna}/{again}"' in page.text
    assert (await decide(browser, f"/console/matches/{anna}/{again}", "later")).status_code == 303


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_matches_is_in_the_catalogs(admin, people):
    anna, again, thomas = people
    paths = ["/console/matches", "/console/matches?standing=apart", f"/console/matches/{anna}/{again}"]
    paths += [f"/console/matches/{anna}/{thomas}?strength=", f"/console/customers/{anna}/golden"]
    known = set(re.findall(r"[A-Za-z]+", " ".join([*NAMES_OF_DATA, DATA])))
    for path in paths:
        for part in ShownTexts((await admin.get(path)).text).texts:
            bare = re.sub(r"⟦[^⟦⟧]*⟧", "", re.sub(r"⟦[^⟦⟧]*⟧", "", part))
            assert [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word not in known] == [], (path, part)


async def test_an_open_page_hears_that_another_agent_decided(admin, people):
    anna, again, _ = people
    path = f"/console/matches/{anna}/{again}"
    assert f'data-path="{path}/news?seen="' in (await admin.get(path)).text
    assert "Decided meanwhile" not in (await admin.get(f"{path}/news?seen=")).text
    await decide(admin, path, "later")
    assert "ada put the two off" in told(await admin.get(f"{path}/news?seen="))
