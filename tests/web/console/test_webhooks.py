"""Administrators see who outside is told of what, what did not arrive there, and have it sent again."""

import re
from datetime import timedelta

import pytest

from tests.fixtures import NOW
from tests.web.console.browser import ShownTexts, create_agent, told
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]
LIST = "/console/admin/webhooks"
URL = "https://93.184.216.34/hook"


@pytest.fixture
async def crm(admin):
    """A webhook that was created on the page; gives what the page said."""
    return await step(admin, LIST, name="crm", url=URL, types="handoff.*, context.changed", role="console")


async def step(browser, path: str = f"{LIST}/crm", *, htmx: bool = False, **fields: str):
    return await browser.submit(path, htmx=htmx, csrf_token=await browser.token(), **fields)


async def queue(rooms, *, count: int = 2, dead: bool = True) -> None:
    """Events that are on their way to the webhook, given up or after a failed try."""
    async with rooms.database.transaction() as connection:
        for number in range(1, count + 1):
            await connection.execute(
                "INSERT INTO webhook_delivery (webhook_id, event_id, type, customer_id, version, created_at, queued_at,"
                " due_at, tries, tried_at, failure, dead_at)"
                " SELECT webhook_id, $1, 'context.changed', gen_random_uuid(), 1, $2, $2, $3, 3, $2, 'status 503', $4"
                " FROM webhook",
                number,
                NOW - timedelta(hours=number),
                NOW + timedelta(minutes=2),
                NOW if dead else None,
            )


async def test_a_webhook_is_created_and_its_secret_is_shown_once(admin, crm, database):
    secret = re.search(r"whsec_[\w+/=]+", crm.text)[0]
    assert crm.status_code == 201
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT secret FROM webhook") == secret
    for path in (LIST, f"{LIST}/crm"):
        page = await admin.get(path)
        assert secret not in page.text
        assert "93.184.216.34" in page.text
    assert "handoff.* context.changed on never 0 0" in told(await admin.get(LIST))


async def test_without_a_webhook_the_page_says_what_will_appear(admin):
    assert "A webhook that is created appears here" in told(await admin.get(LIST))


async def test_what_cannot_be_is_refused_in_words_and_stays_typed(admin, crm):
    good = {"name": "other", "url": URL, "types": "*", "role": "console"}
    for changes, expected in (
        ({"url": "https://10.0.0.7/hook"}, "This address leads into a private network, where nothing may be sent."),
        ({"url": "http://93.184.216.34/"}, "A webhook is called over https."),
        ({"name": "crm"}, "There is a webhook of this name already."),
        ({"name": "a b"}, "letters, digits, dots"),
        ({"types": "everything else"}, "Something in this form cannot be taken."),
        ({"role": "partner"}, "Something in this form cannot be taken."),
    ):
        answer = await step(admin, LIST, **good | changes)
        assert (answer.status_code, expected in told(answer)) == (422, True), (changes, told(answer))
        assert f'value="{(good | changes)["name"]}"' in answer.text
    assert "other" not in told(await admin.get(LIST))


async def test_failing_and_given_up_events_are_listed_and_sent_again(admin, rooms, crm):
    await queue(rooms, count=3)
    shown = told(await admin.get(f"{LIST}/crm"))
    for expected in ("answered with status 503", "given up: 3", "context.changed"):
        assert expected in shown, expected
    one = await step(admin, step="replay", event_id="2", htmx=True)
    assert "1 event is sent again" in told(one)
    since = await step(admin, step="replay", since="2026-11-21T09:00", htmx=True)  # in Berlin: 1.5 hours ago
    assert "1 event is sent again" in told(since)
    rest = await step(admin, step="replay")
    assert "1 event is sent again" in told(rest)
    assert "waiting: 3, given up: 0" in told(await admin.get(f"{LIST}/crm"))
    assert (await step(admin, step="replay", since="soon")).status_code == 422


async def test_what_fails_so_far_says_when_it_is_tried_next(admin, rooms, crm):
    await queue(rooms, count=1, dead=False)
    assert "10:32" in told(await admin.get(f"{LIST}/crm?show=failing"))
    assert "Nothing: what arrives is not kept" in told(await admin.get(f"{LIST}/crm?show=dead"))
    assert "on, and failing" in told(await admin.get(LIST))


async def test_a_webhook_is_paused_goes_on_is_changed_and_deleted(admin, crm):
    assert (await step(admin, step="pause")).status_code == 303
    assert "Paused since" in told(await admin.get(f"{LIST}/crm"))
    await step(admin, step="save", url="https://93.184.216.34/new", types="*", role="bot")
    changed = told(await admin.get(f"{LIST}/crm"))
    assert "https://93.184.216.34/new" in changed
    assert "Paused since" in changed
    await step(admin, step="resume")
    assert "Paused since" not in told(await admin.get(f"{LIST}/crm"))
    rotated = await step(admin, step="rotate", htmx=True)
    assert "whsec_" in rotated.text
    gone = await step(admin, step="delete", htmx=True)
    assert gone.headers["hx-redirect"] == LIST
    lost = await admin.get(f"{LIST}/crm")
    assert (lost.status_code, "There is no such webhook any more." in lost.text) == (404, True)


async def test_a_receiver_that_is_gone_is_told_and_nothing_is_replayed_to_it(admin, rooms, crm):
    async with rooms.database.transaction() as connection:
        await connection.execute("UPDATE webhook SET disabled_at = $1", NOW)
    assert "Save the webhook once more to switch it on" in told(await admin.get(f"{LIST}/crm"))
    refused = await step(admin, step="replay")
    assert (refused.status_code, "The receiver said that it is gone." in told(refused)) == (409, True)


async def test_webhooks_are_for_administrators_alone(rooms, browser):
    await create_agent(rooms, "sam", "supervisor")
    for name in ("sam", "jana.koehler"):
        await browser.sign_in(name)
        assert (await browser.get(LIST)).status_code == 403
        assert (await step(browser, LIST, name="crm", url=URL)).status_code == 403


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_the_pages_of_webhooks_is_in_the_catalogs(admin, rooms, crm):
    await queue(rooms)
    names = {"ada", "A", "crm", "handoff.* context.changed", "context.changed", "https://…", "93.184.216.34", URL}
    names |= {"handoff.* callback.missed context.changed"}
    for answer in (crm, await admin.get(LIST), await admin.get(f"{LIST}/crm"), await step(admin, step="nothing")):
        texts = [re.sub(r"⟦[^⟧]*⟧", "", one).strip() for one in ShownTexts(answer.text).texts]
        left = {one for one in texts if re.search(r"[^\W\d]{2}", one)} - names - NAMES_OF_DATA
        said_in_english = re.compile(r"· askonce|whsec_|There is no such step\.")
        assert {one for one in left if not said_in_english.match(one)} == set()
