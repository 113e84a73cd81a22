"""Supervisors see what a queue's definition leads to; administrators change it, and no change is lost unseen."""

import re

import pytest

from tests.web.console.browser import Browser, create_agent, told

pytestmark = pytest.mark.slow

PREVIEW = "/console/admin/queues/preview"
SUPPORT = "/console/admin/queue/support"


def fields_of(html: str) -> dict[str, str]:
    """What the form of a queue sends as it stands."""
    inputs = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', html))
    areas = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', html))
    return inputs | areas | {"fallback": ""}


async def submit(browser: Browser, path: str, *, htmx: bool = False, **changes: str):
    page = "/console/admin/queues/new" if path.endswith("queues") else SUPPORT
    fields = fields_of((await browser.get(page)).text) | changes
    return await browser.submit(path, htmx=htmx, **fields)


async def test_the_list_says_how_each_queue_stands(admin, desk):
    await desk("console", "PUT", "/v1/agents/mia", {"queues": ["support"]})
    await desk("console", "PUT", "/v1/agents/ben", {"queues": ["support"], "available": False})
    shown = told(await admin.get("/console/admin/queues"))
    assert "Support support open now until 18:00 – 1 of 2 there callback –" in shown
    assert "Technicians technicians closed opens Mon 08:00 – not declared callback –" in shown


async def test_an_administrator_changes_a_queue_as_the_api_does(admin, desk):
    typed = {"closed": "24.12.2026", "exceptions": "2026-12-31 09:00-12:00", "country": "de", "partner": "Fixit"}
    assert (await submit(admin, SUPPORT, **typed)).status_code == 303
    stored = (await desk("admin", "GET", "/v1/queues/support")).json()
    assert stored["calendar"]["closed"] == ["2026-12-24"]
    assert stored["calendar"]["exceptions"] == [{"on": "2026-12-31", "hours": "09:00-12:00"}]
    assert (stored["calendar"]["country"], stored["partner"], stored["title"]) == ("DE", "Fixit", "Support")


async def test_a_new_queue_is_defined_and_never_replaces_another(admin, desk):
    made = await submit(admin, "/console/admin/queues", name="sales", title="Sales", fallback="support")
    assert made.status_code == 303
    assert (await desk("admin", "GET", "/v1/queues/sales")).json()["fallback"] == {"queue": "support"}
    again = await submit(admin, "/console/admin/queues", name="support", title="Another")
    assert (again.status_code, "There is a queue of this name already." in told(again)) == (422, True)
    assert (await desk("admin", "GET", "/v1/queues/support")).json()["title"] == "Support"


REFUSED = [
    ({"hours": "Mo-Xx 09:00-17:00"}, "&#39;Xx&#39; in &#39;Mo-Xx&#39; is not a day"),
    ({"time_zone": "Europe/Berln"}, "did you mean Europe/Berlin"),
    ({"exceptions": "2026-12-24 late"}, "&#39;late&#39; is not an interval"),
    ({"closed": "2026-02-30"}, "A date of these cannot be read."),
    ({"offer_timeout_s": "soon"}, "A number of seconds from 1 to 86,400 is expected."),
    ({"fallback": "support"}, "This queue cannot follow"),
    ({"country": "XX"}, "No public holidays of this country are known."),
    ({"title": "  "}, "This title cannot be taken."),
]


async def test_what_cannot_be_taken_is_told_at_its_field_and_the_text_is_kept(admin):
    for typed, said in REFUSED:
        answer = await submit(admin, SUPPORT, htmx=True, **({"partner": "A better name"} | typed))
        assert answer.status_code == 422, typed
        ((field, _value),) = typed.items()
        assert said in re.search(rf'id="{field}-problem">(.*?)</p>', answer.text, re.DOTALL)[1]
        assert 'value="A better name"' in answer.text
        assert "<main" not in answer.text


async def test_a_queue_that_was_changed_meanwhile_is_not_overwritten_unseen(admin, desk):
    html = (await admin.get(SUPPORT)).text
    other = {"title": "Support", "calendar": {"time_zone": "Europe/Berlin", "hours": "Mo-Fr 10:00-16:00"}}
    await desk("admin", "PUT", "/v1/queues/support", other)
    late = await admin.submit(SUPPORT, htmx=True, **(fields_of(html) | {"title": "Mine"}))
    assert late.status_code == 409
    assert "This queue was changed meanwhile." in told(late)
    assert "Mo-Fr 10:00-16:00" in told(late)
    assert 'value="Mine"' in late.text
    since = re.search(r'name="seen_since" value="(\w+)"', late.text)[1]
    forced = await admin.submit(SUPPORT, **(fields_of(html) | {"title": "Mine", "seen_since": since}))
    assert forced.status_code == 303
    assert (await desk("admin", "GET", "/v1/queues/support")).json()["title"] == "Mine"


async def test_the_preview_shows_the_week_as_typed_and_what_happens_to_a_handoff(admin, desk):
    before = (await desk("admin", "GET", "/v1/queues/support")).json()
    typed = {"closed": "2026-11-23", "exceptions": "2026-11-25 12:00-13:00", "fallback": "technicians"}
    shown = told(await submit(admin, PREVIEW, htmx=True, **typed, at="2026-11-24T08:30"))
    assert "It is offered in: Support Support : 3 offers of 1:00 each, open until 18:00" in shown
    assert "Technicians : 3 offers of 1:00 each, open until 17:00" in shown
    assert "If nobody takes it, a callback is promised: 08:30–18:00" in shown
    assert "Sat 21 Nov 08:00–18:00 Sun 22 Nov 08:00–18:00 Mon 23 Nov closed No service" in shown
    assert "Wed 25 Nov 12:00–13:00 Special hours" in shown
    closed = told(await submit(admin, PREVIEW, htmx=True, **typed, at="2026-11-22T22:00"))
    assert "Nobody is asked: a callback is promised at once" in closed
    assert "a callback is promised: Tue 08:00–18:00" in closed
    assert (await desk("admin", "GET", "/v1/queues/support")).json() == before


async def test_the_preview_says_what_cannot_be_read(admin):
    answer = await submit(admin, PREVIEW, htmx=True, hours="Mo-Fr 9-17")
    assert (answer.status_code, "is not an interval" in told(answer)) == (200, True)
    for at in ("0001-01-01T00:00", "9999-12-31T23:59", "soon", "2026-11-24T08:30+99:00", ""):
        assert (await submit(admin, PREVIEW, htmx=True, at=at)).status_code == 200, at


async def test_a_queue_that_is_none_leads_to_a_page_that_says_so(admin):
    for name in ("none", "%00", "a%2Fb", "%F0%9F%98%80"):
        answer = await admin.get(f"/console/admin/queue/{name}")
        assert (answer.status_code, "text/html" in answer.headers["content-type"]) == (404, True), name


async def test_a_supervisor_tries_definitions_out_and_saves_none(browser, rooms):
    await create_agent(rooms, "sue", "supervisor")
    await browser.sign_in("sue")
    assert (await browser.get("/console/admin")).headers["location"] == "/console/admin/queues"
    html = (await browser.get(SUPPORT)).text
    assert "An administrator saves one." in html
    assert "Save queue" not in html
    assert (await submit(browser, PREVIEW, htmx=True)).status_code == 200
    assert (await browser.submit(SUPPORT, **fields_of(html))).status_code == 403


async def test_who_leads_no_desk_finds_no_administration(browser, rooms):
    for role in ("agent", "privacy"):
        await create_agent(rooms, role, role)
        await browser.sign_in(role)
        assert "Administration" not in (await browser.get("/console")).text
        for path in ("/console/admin", "/console/admin/queues", SUPPORT):
            assert (await browser.get(path)).status_code == 403
