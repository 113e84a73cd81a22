"""Supervisors write, publish and delete notices, enter content, and see what is missing."""

import re
from datetime import timedelta

import pytest

from tests.web.console.browser import create_agent, told

pytestmark = pytest.mark.slow

NOTICES = "/console/admin/notices"
CONTENT = "/console/admin/content"
TEXTS = {"text_en": "Closed tomorrow.", "text_de": "Morgen geschlossen."}


@pytest.fixture
async def supervisor(browser, rooms):
    await create_agent(rooms, "sue", "supervisor")
    await browser.sign_in("sue")
    return browser


async def submit(browser, path, page, **fields):
    token = re.search(r'name="csrf_token" value="([^"]*)"', (html := (await browser.get(page)).text))[1]
    seen = re.search(r'name="seen" value="([^"]*)"', html)[1]
    return await browser.submit(path, **({"csrf_token": token, "seen": seen} | fields))


async def test_a_notice_is_drafted_published_and_deleted(supervisor, desk):
    made = await submit(supervisor, NOTICES, f"{NOTICES}/new", id="closed", step="draft", queues="support", **TEXTS)
    assert made.status_code == 303
    assert "Closed tomorrow. closed Draft" in told(await supervisor.get(NOTICES))
    path = f"{NOTICES}/closed"
    changed = TEXTS | {"channels": ["web", "email"], "option_en": "Write to us.", "ends_at": "2026-12-01T09:00"}
    assert (await submit(supervisor, path, path, step="published", **changed)).status_code == 303
    stored = (await desk("console", "GET", "/v1/notices/closed")).json()
    assert (stored["state"], stored["channels"], stored["queues"]) == ("published", ["web", "email"], [])
    assert (stored["until"], stored["options"][0]["text"]) == ("2026-12-01T08:00:00Z", "Write to us.")
    assert "0 customers when it was published" in told(await supervisor.get(path))
    assert (await submit(supervisor, path, path, step="delete")).status_code == 303
    assert "There is no notice yet" in told(await supervisor.get(NOTICES))


async def test_texts_in_other_languages_stay_when_a_notice_is_edited(supervisor, desk):
    texts = {"en": "Closed.", "fr": "Fermé."}
    option = {"texts": {"fr": "Écrivez-nous."}, "url": "https://example.com"}
    await desk("admin", "PUT", "/v1/notices/closed", {"texts": texts, "options_when_closed": [option]})
    path = f"{NOTICES}/closed"
    given = {"text_en": "Closed!", "option_url": "https://example.com/write", "step": "published"}
    assert (await submit(supervisor, path, path, **given)).status_code == 303
    stored = (await desk("admin", "GET", "/v1/notices/closed")).json()
    assert stored["texts"] == {"en": "Closed!", "fr": "Fermé."}
    assert stored["options_when_closed"] == [option | {"url": "https://example.com/write"}]


async def test_a_notice_that_was_changed_meanwhile_is_not_overwritten(supervisor, desk, clock):
    await desk("admin", "PUT", "/v1/notices/closed", {"texts": {"en": "Closed."}})
    html = (await supervisor.get(f"{NOTICES}/closed")).text
    seen = re.search(r'name="seen" value="([^"]*)"', html)[1]
    clock.advance(timedelta(minutes=1))
    await desk("admin", "PUT", "/v1/notices/closed", {"texts": {"en": "Open after all."}})
    late = await submit(supervisor, f"{NOTICES}/closed", f"{NOTICES}/closed", seen=seen, text_en="Mine")
    assert late.status_code == 409
    assert "Nothing was saved." in told(late)
    assert ">Mine</textarea>" in late.text


REFUSED = [
    (NOTICES, {"step": "published"}, "A text of 1 to 2,000 characters is needed"),
    (NOTICES, TEXTS | {"ends_at": "2020-01-01T00:00"}, "The end must be a time after the beginning."),
    (NOTICES, TEXTS | {"starts_at": "soon"}, "This time cannot be taken."),
    (NOTICES, TEXTS | {"queues": "none"}, "A queue of these does not exist."),
    (NOTICES, TEXTS | {"option_en": "Go", "option_url": "javascript:alert(1)"}, "Words are needed, and an address"),
    (CONTENT, {"title": "Help", "url": "javascript:alert(1)"}, "An address that begins with https://"),
    (CONTENT, {"title": "Help"}, "An address that begins with https://"),
    (CONTENT, {"title": "Help", "text": "Pull", "languages": "klingonish"}, "Language tags such as de"),
    (CONTENT, {"title": "", "text": "Pull"}, "A short name is needed"),
    (CONTENT, {"title": "Help", "text": "Pull", "id": "a b"}, "1 to 100 letters"),
]


async def test_what_cannot_be_taken_is_told_and_the_text_is_kept(supervisor):
    for path, fields, said in REFUSED:
        answer = await submit(supervisor, path, f"{path}/new", **fields)
        assert answer.status_code == 422, fields
        assert said in told(answer), fields
        assert all(value in answer.text for value in TEXTS.values() if value in fields.values())


async def test_content_is_entered_for_what_is_missing(supervisor, desk, clock):
    await desk.register(subject="Router", text="Why does it blink?", kind="question")
    clock.advance(timedelta(minutes=1))
    gaps = told(await supervisor.get(f"{CONTENT}/gaps"))
    assert "1 of 1 questions have no content that answers them." in gaps
    assert "Why does it blink?" in gaps
    given = {"title": "Lights of the router", "text": "Red: no line.", "subjects": "Router", "phases": ["get_help"]}
    assert (await submit(supervisor, CONTENT, f"{CONTENT}/new?subject=Router", **given)).status_code == 303
    assert "No question was left without content" in told(await supervisor.get(f"{CONTENT}/gaps"))
    assert "Lights of the router" in told(await supervisor.get(CONTENT))
    (stored,) = (await desk("console", "GET", "/v1/content")).json()["items"]
    path = f"{CONTENT}/item/{stored['id']}"
    assert (await submit(supervisor, path, path, **(given | {"title": "Lights"}))).status_code == 303
    assert (await submit(supervisor, path, path, step="delete")).status_code == 303
    assert (await supervisor.get(path)).status_code == 404


async def test_who_leads_no_desk_writes_no_notices(browser, rooms):
    await create_agent(rooms, "tom", "agent")
    await browser.sign_in("tom")
    for path in (NOTICES, f"{NOTICES}/new", CONTENT, f"{CONTENT}/gaps"):
        assert (await browser.get(path)).status_code == 403
