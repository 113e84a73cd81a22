"""An agent signs in, stays signed in, and signs out; no other page acts in their name."""

import json
import re
from datetime import timedelta

import pytest

from service.app.web import web_application
from service.model.vocabulary import Role
from service.web.console.visit import own_path
from tests.web.console.browser import HOST, PASSWORD, Browser, create_agent, new_link

CROSS_SITE = {"sec-fetch-site": "cross-site"}
NEW_PASSWORD = "quite another four words"


async def test_the_address_of_the_service_leads_to_signing_in_and_from_there_to_the_console(browser):
    first = await browser.get("/")
    assert (first.status_code, first.headers["location"]) == (303, "/signin")
    entered = await browser.sign_in()
    assert (entered.status_code, entered.headers["location"]) == (303, "/console")
    again = await browser.get("/")
    assert again.headers["location"] == "/console"
    assert "Your queues" in (await browser.get("/console")).text


async def test_the_session_is_a_new_one_each_time_and_no_script_reads_it(browser):
    seen = set()
    for _ in range(2):
        cookie = (await browser.sign_in()).headers["set-cookie"]
        assert re.fullmatch(r"askonce_session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)
        seen.add(cookie)
    assert len(seen) == 2


async def test_with_tls_the_cookie_is_bound_to_this_host(rooms):
    from msgspec.structs import replace

    await create_agent(rooms)
    secured = replace(rooms, settings=replace(rooms.settings, public_url="https://desk.example"))
    async with web_application(secured) as app, Browser(app) as browser:
        answer = await browser.post(
            "/signin", data={"name": "jana.koehler", "password": PASSWORD}, headers={"origin": "https://desk.example"}
        )
        cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-askonce_session=")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}


async def test_a_wrong_password_says_the_same_as_an_unknown_name(browser):
    wrong = await browser.sign_in(password="something else that is long")
    unknown = await browser.sign_in(name="somebody", password="something else that is long")
    assert wrong.status_code == unknown.status_code == 401
    assert "set-cookie" not in wrong.headers
    assert wrong.text.replace("jana.koehler", "NAME") == unknown.text.replace("somebody", "NAME")
    assert "The name or the password is wrong." in wrong.text


async def test_after_many_wrong_passwords_the_page_says_to_wait(browser):
    answers = [await browser.sign_in(password="something else that is long") for _ in range(12)]
    paused = [answer for answer in answers if answer.status_code == 429]
    assert paused
    assert "Wait a minute" in paused[-1].text
    assert int(paused[-1].headers["retry-after"]) >= 1


async def test_a_page_that_was_asked_for_comes_after_signing_in(browser):
    asked = await browser.get("/console?from=bookmark")
    assert asked.headers["location"] == "/signin?next=/console%3Ffrom%3Dbookmark"
    form = (await browser.get(asked.headers["location"])).text
    wanted = re.search(r'name="next" value="([^"]+)"', form)[1]
    assert (await browser.sign_in(next=wanted)).headers["location"] == "/console?from=bookmark"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/console", "/console"),
        ("/console/customers/1?tab=mail", "/console/customers/1?tab=mail"),
        ("/console?from=bookmark", "/console?from=bookmark"),
        ("https://evil.example/", "/console"),
        ("//evil.example/console", "/console"),
        ("/\\evil.example", "/console"),
        ("/console\\@evil.example", "/console"),
        ("/console/\t/evil.example", "/console"),
        ("/consoles", "/console"),
        ("/console\r\nset-cookie: a=b", "/console"),
        ("javascript:alert(1)", "/console"),
        ("/signout", "/console"),
        ("", "/console"),
    ],
)
def test_no_link_leads_out_of_the_console_after_signing_in(text, path):
    assert own_path(text) == path


async def test_a_link_signs_in_once_and_then_a_password_is_due(rooms, console, browser):
    token = await new_link(rooms)
    looked_at = await browser.get("/signin/link", params={"token": token})
    assert 'data-submit="at-once"' in looked_at.text  # who only looks at it does not use it up
    entered = await browser.submit("/signin/link", token=token)
    assert entered.headers["location"] == "/password"
    assert (await browser.get("/console")).headers["location"] == "/password"
    form = {"csrf_token": await browser.token("/password"), "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert (await browser.submit("/password", **form)).headers["location"] == "/console"
    assert (await browser.get("/console")).status_code == 200
    async with Browser(console) as other:
        used = await other.submit("/signin/link", token=token)
        assert (used.status_code, "used already" in used.text) == (401, True)
        assert (await other.sign_in(password=NEW_PASSWORD)).status_code == 303


async def test_a_bad_new_password_is_refused_in_words(rooms, browser):
    await browser.submit("/signin/link", token=await new_link(rooms))
    token = await browser.token("/password")
    for password, repeated, words in (
        (NEW_PASSWORD, "something else again", "not the same"),
        ("short", "short", "12 to 256 characters"),
        ("jana.koehler", "jana.koehler", "is not the name"),
    ):
        answer = await browser.submit("/password", csrf_token=token, password=password, repeated=repeated)
        assert (answer.status_code, words in answer.text) == (422, True)


async def test_who_changes_a_password_gives_the_present_one(browser):
    await browser.sign_in()
    form = {"csrf_token": await browser.token(), "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert (await browser.submit("/password", **form, current="not the present one")).status_code == 422
    assert (await browser.submit("/password", **form, current=PASSWORD)).status_code == 303


async def test_signing_out_ends_the_session_in_every_tab(console, browser):
    await browser.sign_in()
    async with Browser(console, cookie=f"askonce_session={browser.cookies['askonce_session']}") as tab:
        assert (await tab.get("/console")).status_code == 200
        left = await browser.submit("/signout", csrf_token=await browser.token())
        assert left.headers["location"] == "/signin"
        assert "askonce_session=" in left.headers["set-cookie"]
        assert "Max-Age=0" in left.headers["set-cookie"]
        assert (await tab.get("/console")).status_code == 303


async def test_a_session_ends_by_itself(browser, clock):
    await browser.sign_in()
    clock.offset += timedelta(minutes=31)
    assert (await browser.get("/console")).headers["location"] == "/signin?next=/console"


async def test_a_session_that_ended_inside_a_page_asks_to_sign_in_beside_what_is_written(browser, clock):
    await browser.sign_in()
    stale = await browser.token()
    clock.offset += timedelta(minutes=31)
    refused = await browser.submit("/signout", htmx=True, csrf_token=stale)
    assert refused.status_code == 401
    assert (refused.headers["hx-retarget"], refused.headers["hx-reswap"]) == ("#session", "innerHTML")
    assert "What you wrote is still here." in refused.text
    assert "<html" not in refused.text
    wrong = await browser.submit("/signin", htmx=True, name="jana.koehler", password="wrong", page_agent="jana.koehler")
    assert (wrong.status_code, "is wrong" in wrong.text, "<html" in wrong.text) == (401, True, False)
    again = await browser.submit(
        "/signin", htmx=True, name="jana.koehler", password=PASSWORD, page_agent="jana.koehler"
    )
    assert again.status_code == 200
    token = json.loads(again.headers["hx-trigger"])["askonce:signed-in"]["token"]
    assert (await browser.submit("/signout", csrf_token=token)).status_code == 303


async def test_a_page_of_another_agent_is_not_gone_on_with(rooms, browser):
    await create_agent(rooms, "mia.krueger")
    answer = await browser.submit(
        "/signin", htmx=True, name="mia.krueger", password=PASSWORD, page_agent="jana.koehler"
    )
    assert answer.headers["hx-redirect"] == "/console"


async def test_no_other_site_acts_in_the_agents_name(browser):
    await browser.sign_in()
    form = {"name": "jana.koehler", "password": PASSWORD, "csrf_token": await browser.token()}
    for path in ("/signin", "/signin/link", "/signout", "/password", "/preferences"):
        for headers in ({}, {"origin": "null"}, {"origin": "https://evil.example"}, {"origin": HOST, **CROSS_SITE}):
            answer = await browser.post(path, data=form, headers=headers)
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert (await browser.get("/console")).status_code == 200


async def test_no_page_of_another_session_acts_in_the_agents_name(browser):
    await browser.sign_in()
    for form in ({}, {"csrf_token": ""}, {"csrf_token": "of another session"}):
        assert (await browser.submit("/signout", **form)).status_code == 403
        assert (await browser.submit("/password", **form)).status_code == 403
    assert (await browser.get("/console")).status_code == 200


async def test_a_key_of_the_api_is_no_session_and_a_session_is_no_key(desk, rooms):
    await create_agent(rooms)
    async with Browser(desk.http._transport.app, authorization=f"Bearer {desk.keys[Role.ADMIN]}") as browser:
        assert (await browser.get("/console")).status_code == 303
    async with Browser(desk.http._transport.app) as browser:
        await browser.sign_in()
        assert (await browser.get("/v1/queues")).status_code == 401
