"""The privacy desk works through what customers ask for, in the console."""

import pytest

from tests.privacy.requests.asking import PATH, ask, customer
from tests.web.console.browser import Browser, act, create_agent, told

pytestmark = pytest.mark.slow

QUEUE = "/console/requests"


@pytest.fixture
async def officer(browser: Browser, rooms) -> Browser:
    """Petra of the privacy desk, signed in."""
    await create_agent(rooms, "petra", "privacy")
    await browser.sign_in("petra")
    return browser


async def asked(desk, kind: str, **fields: object) -> str:
    """The page of a request."""
    return f"{QUEUE}/{(await ask(desk, kind, await customer(desk, **fields)))['id']}"


async def test_the_queue_shows_what_is_asked_for_and_until_when(officer, desk):
    path = await asked(desk, "access")
    page = await officer.get(QUEUE)
    assert "By letter of 20 November." in page.text
    assert path in page.text
    assert "21 Dec 2026" in told(page)


async def test_an_erasure_is_previewed_verified_and_shown_with_its_receipt(officer, desk):
    path = await asked(desk, "erasure")
    assert "What an erasure would take" in told(await officer.get(path))
    assert (await act(officer, path, step="verified")).status_code == 303
    shown = told(await officer.get(path))
    assert "What was erased" in shown
    assert "receipt 1" in shown


async def test_a_hold_is_shown_with_its_reason(officer, desk):
    path = await asked(desk, "erasure")
    request = (await desk("privacy", "GET", f"{PATH}/{path.rpartition('/')[2]}")).json()
    hold = {"reason": "Lawsuit 4 O 17/26"}
    await desk("privacy", "PUT", f"/v1/customers/{request['customer_id']}/holds/lawsuit", hold)
    await act(officer, path, step="verified")
    shown = told(await officer.get(path))
    assert "A legal hold forbids the erasure" in shown
    assert "Lawsuit 4 O 17/26" in shown


async def test_a_refusal_and_an_extension_carry_their_reasons(officer, desk):
    path = await asked(desk, "access")
    assert (await act(officer, path, step="refused")).status_code == 400
    await act(officer, path, step="extend", reason="Many mailboxes")
    await act(officer, path, step="refused", reason="Not the customer")
    shown = told(await officer.get(path))
    assert "Many mailboxes" in shown
    assert "Not the customer" in shown


@pytest.mark.parametrize(("kind", "begins"), [("html", "<!doctype html>"), ("json", "{")])
async def test_a_verified_access_is_exported_as_a_file(officer, desk, kind, begins):
    path = await asked(desk, "access", text="The router blinks red")
    await act(officer, path, step="verified")
    answer = await officer.get(f"{path}/export?kind={kind}")
    assert answer.headers["content-disposition"] == f'attachment; filename="export.{kind}"'
    assert answer.text.lstrip().startswith(begins)
    assert "The router blinks red" in answer.text


async def test_no_other_agent_sees_the_queue(browser, desk, rooms):
    path = await asked(desk, "access")
    for role in ("agent", "supervisor"):
        await create_agent(rooms, f"the {role}", role)
        await browser.sign_in(f"the {role}")
        assert (await browser.get(QUEUE)).status_code == 403
        assert (await browser.get(path)).status_code == 403
        assert QUEUE not in (await browser.get("/console")).text
        await act(browser, "/signout")


@pytest.mark.parametrize("language", ["de"])
async def test_the_pages_speak_german(officer, desk, language):
    path = await asked(desk, "erasure")
    headers = {"accept-language": language}
    assert "Was eine Löschung nähme" in told(await officer.get(path, headers=headers))
    assert "Fällig am" in told(await officer.get(QUEUE, headers=headers))
