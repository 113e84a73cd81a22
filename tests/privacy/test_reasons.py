"""Where it is set, whoever opens a customer without serving them says why first."""

from uuid import UUID

import msgspec
import pytest

from service.access.accounts import passwords
from service.access.audit import ReadAudit
from service.app.web import web_application
from tests.access.accounts.conftest import CHEAP
from tests.web.console.browser import Browser, act, create_agent, define_queue, told


@pytest.fixture
def settings(settings):
    return msgspec.structs.replace(settings, read_reason_needed=True)


@pytest.fixture
async def jana(rooms, monkeypatch):
    """The browser of an agent who has signed in."""
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: CHEAP)
    await define_queue(rooms, "support", "Support", "Mo-Su 00:00-24:00")
    await create_agent(rooms, queues=("support",))
    async with web_application(rooms) as app, Browser(app) as browser:
        await browser.sign_in()
        yield browser


async def anna_of(desk) -> str:
    return (await desk.register()).json()["customer_id"]


async def test_a_console_key_says_why_and_other_keys_need_not(desk):
    anna = await anna_of(desk)
    path = f"/v1/customers/{anna}/context"
    refused = await desk("console", "GET", path)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/reason-needed")
    assert (await desk.look_up()).status_code == 403
    assert (await desk("console", "GET", path, askonce_reason="Complaint")).status_code == 200
    assert (await desk.look_up("bot")).status_code == 200
    assert (await desk("console", "POST", "/v1/interactions", {})).status_code == 400


async def test_who_is_being_served_needs_no_reason(desk):
    await anna_of(desk)
    queue = {"title": "S", "calendar": {"time_zone": "Europe/Berlin", "country": "DE", "hours": "24/7"}}
    await desk("admin", "PUT", "/v1/queues/support", queue)
    asked = {"identity": {"kind": "email", "value": "anna@example.de"}, "to": {"queue": "support"}, "summary": "Help"}
    assert (await desk("bot", "POST", "/v1/handoffs", asked, idempotency_key="1")).status_code == 201
    assert (await desk.look_up()).status_code == 200


async def test_an_agent_is_asked_why_and_led_on(desk, jana):
    anna = await anna_of(desk)
    page = f"/console/customers/{anna}"
    led = await jana.get(f"{page}?known=true")
    assert (led.status_code, led.headers["location"]) == (
        303,
        f"{page}/reason?back=/console/customers/{anna}%3Fknown%3Dtrue",
    )
    asked = await jana.get(led.headers["location"])
    assert "Why do you open this customer?" in told(asked) and "anna" not in told(asked)
    opened = await act(jana, f"{page}/reason", choice="complaint", back=page)
    assert (opened.status_code, opened.headers["location"]) == (303, page)
    assert (await jana.get(page)).status_code == 200


async def test_another_reason_needs_words_and_none_is_no_reason(desk, jana):
    page = f"/console/customers/{await anna_of(desk)}"
    for fields in ({"choice": ""}, {"choice": "other"}, {"choice": "quality", "note": "x" * 201}):
        assert (await act(jana, f"{page}/reason", **fields)).status_code == 422
    assert (await jana.get(page)).status_code == 303
    away = await act(jana, f"{page}/reason", choice="quality", back="https://evil.example/")
    assert away.headers["location"] == "/console"


async def test_an_agent_is_asked_nothing_about_whom_a_handoff_of_theirs_is(desk, jana):
    page = f"/console/customers/{await anna_of(desk)}"
    asked = {"identity": {"kind": "email", "value": "anna@example.de"}, "to": {"queue": "support"}, "summary": "Help"}
    assert (await desk("bot", "POST", "/v1/handoffs", asked, idempotency_key="1")).status_code == 201
    assert (await jana.get(page)).status_code == 200


async def test_the_page_of_who_looked_says_why(desk, jana, rooms, clock):
    anna = await anna_of(desk)
    await act(jana, f"/console/customers/{anna}/reason", choice="other", note="Asked in the canteen")
    await create_agent(rooms, "petra", "privacy")
    async with rooms.database.connection() as connection:
        jana_id = await connection.fetchval("SELECT account_id FROM agent_account WHERE name = 'jana.koehler'")
    audit = ReadAudit(rooms.database)
    audit.record_read(jana_id, "console", UUID(anna))
    await audit.flush(clock.now())
    assert (await jana.get(f"/console/customers/{anna}/reads")).status_code == 403
    await jana.sign_in("petra")
    page = told(await jana.get(f"/console/customers/{anna}/reads"))
    assert "jana.koehler Agent Whole page Asked in the canteen" in page


async def test_who_looked_at_a_customer_without_looks_is_said(desk, jana, rooms):
    await create_agent(rooms, "petra", "privacy")
    await jana.sign_in("petra")
    page = told(await jana.get(f"/console/customers/{await anna_of(desk)}/reads"))
    assert "Nothing of this customer was shown" in page
