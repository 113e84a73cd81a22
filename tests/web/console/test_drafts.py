"""What an agent writes lies on the server until it is sent, for this agent alone."""

import json
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from tests.web.console.browser import HOST, Browser, create_agent
from tests.web.console.desk_story import hand_off, promise
from tests.web.console.test_customer import anna
from tests.web.console.test_handoffs import act

pytestmark = pytest.mark.slow

__all__ = ["anna"]
AUTOMATIC = {"x-askonce-automatic": "1"}


async def write(browser: Browser, subject: str, text: str, **changes: str) -> httpx.Response:
    """The script of a page keeps what is written in a field."""
    token = await browser.token()
    written = {"form": "note", "field": "text", "text": text, "tab": "first"} | changes
    headers = {"origin": HOST, "sec-fetch-site": "same-origin", "x-csrf-token": token, "hx-request": "true"}
    return await browser.put(f"/console/drafts/{subject}", json=written, headers=headers)


async def drafts(browser: Browser, subject: str) -> list[dict]:
    """What a page asks for when it opens."""
    return (await browser.get(f"/console/drafts/{subject}", headers=AUTOMATIC)).json()["drafts"]


async def texts(browser: Browser, subject: str) -> list[str]:
    return [one["text"] for one in await drafts(browser, subject)]


async def test_what_is_written_is_there_in_another_browser_and_for_no_other_agent(console, browser, anna, rooms):
    subject = anna.rpartition("/")[2]
    kept = await write(browser, subject, "She is at home from 17:00 🙂\nثم")
    assert "Draft on the server 10:30:00" in kept.json()["state"]
    async with Browser(console) as other:
        await other.sign_in()
        assert await texts(other, subject) == ["She is at home from 17:00 🙂\nثم"]
    await create_agent(rooms, "mia.krueger")
    async with Browser(console) as mia:
        await mia.sign_in("mia.krueger")
        assert await texts(mia, subject) == []


async def test_a_note_that_is_saved_leaves_no_draft_and_other_forms_keep_theirs(browser, anna):
    subject = anna.rpartition("/")[2]
    await write(browser, subject, "Sent")
    await write(browser, subject, "Still being written", form="attempt", field="what")
    refused = await browser.submit(f"{anna}/notes", csrf_token=await browser.token(), event_id="1", text=" ")
    assert (refused.status_code, len(await texts(browser, subject))) == (400, 2)
    await browser.submit(f"{anna}/notes", csrf_token=await browser.token(), event_id="2", text="Sent")
    assert await texts(browser, subject) == ["Still being written"]


async def test_a_handoff_and_a_callback_leave_no_draft_once_they_are_done(browser, desk):
    await browser.sign_in()
    handoff, callback = (await hand_off(desk))["id"], (await promise(desk))["id"]
    for step in ("accept", "start"):
        await act(browser, {"id": handoff}, step)
    for subject in (handoff, callback):
        await write(browser, subject, "No longer needed", form="decline", field="reason")
    await act(browser, {"id": handoff}, "complete")
    await browser.submit(f"/console/callbacks/{callback}", csrf_token=await browser.token(), step="cancel")
    assert (await texts(browser, handoff), await texts(browser, callback)) == ([], [])


async def test_a_second_tab_wins_and_what_the_first_one_wrote_is_shown_beside(browser, anna):
    subject = anna.rpartition("/")[2]
    first = (await write(browser, subject, "From the first tab")).json()
    seen = await write(browser, subject, "Goes on in the second", tab="second", base=first["base"])
    assert "another tab" not in seen.json()["state"]
    unseen = await write(browser, subject, "Both wrote", tab="first", base=first["base"])
    assert "Goes on in the second" in unseen.json()["state"]
    (shown,) = await drafts(browser, subject)
    assert (shown["text"], "Goes on in the second" in shown["state"]) == ("Both wrote", True)


async def test_a_survivor_shows_the_drafts_of_those_who_were_merged_into_it(browser, anna, desk):
    survivor = anna.rpartition("/")[2]
    merged = (await desk.register()).json()["customer_id"]
    await write(browser, merged, "Begun on the merged one")
    other = {"other_customer_id": merged}
    assert (await desk("console", "PUT", f"/v1/customers/{survivor}/merges", other)).status_code == 200
    (shown,) = await drafts(browser, survivor)
    assert shown["text"] == "Begun on the merged one"
    await write(browser, survivor, "Begun on the merged one, and on", tab="second", base=shown["base"])
    (shown,) = await drafts(browser, survivor)
    assert ("another tab" in shown["state"], shown["text"]) == (False, "Begun on the merged one, and on")
    await browser.submit(f"{anna}/notes", csrf_token=await browser.token(), event_id="2", text="Sent")
    assert await drafts(browser, survivor) == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"text": "x" * 20_000}, 200),
        ({"text": "🙂" * 20_000}, 200),
        ({"text": "x" * 20_001}, 400),
        ({"text": "a\x00b"}, 400),
        ({"form": "../note"}, 400),
        ({"field": ""}, 400),
        ({"tab": ""}, 400),
        ({"base": "yesterday"}, 400),
        ({"text": "x" * 200_000}, 413),
    ],
)
async def test_a_draft_that_cannot_be_kept_is_refused(browser, anna, changes, status):
    answer = await write(browser, anna.rpartition("/")[2], **({"text": "short"} | changes))
    assert answer.status_code == status


async def test_drafts_need_a_session_its_token_a_desk_and_a_customer(console, browser, anna, rooms):
    subject = anna.rpartition("/")[2]
    assert (await write(browser, str(uuid4()), "About no one")).status_code == 404
    body = json.dumps({"form": "note", "field": "text", "text": "x", "tab": "t"}).encode()
    assert (await browser.put(f"/console/drafts/{subject}", content=body)).status_code == 403
    await create_agent(rooms, "pia", "privacy")
    async with Browser(console) as pia:
        await pia.sign_in("pia")
        assert (await write(pia, subject, "x")).status_code == 403
        assert (await pia.get(f"/console/drafts/{subject}")).status_code == 403
    async with Browser(console) as stranger:
        ended = await stranger.get(f"/console/drafts/{subject}", headers={"hx-request": "true"})
        assert (ended.status_code, "Please sign in again" in ended.text) == (401, True)


async def test_who_writes_uses_the_session_and_a_page_that_reads_drafts_does_not(browser, anna, clock):
    subject, minute = anna.rpartition("/")[2], timedelta(minutes=1)
    clock.offset += 20 * minute
    await write(browser, subject, "A long text")
    clock.offset += 20 * minute
    assert (await browser.get(f"/console/drafts/{subject}", headers=AUTOMATIC)).status_code == 200
    clock.offset += 11 * minute
    assert (await browser.get(f"/console/drafts/{subject}", headers=AUTOMATIC)).status_code != 200
