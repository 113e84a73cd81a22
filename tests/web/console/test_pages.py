"""Pages of the console: what holds for each of them, in each language."""

import json
import re
from datetime import timedelta

import pytest
from babel.support import NullTranslations

from service.web.console import templating
from service.web.console.assets import load_assets
from service.web.console.words import ROLES
from tests.web.console.browser import CSP, PASSWORD, Browser, ShownTexts, create_agent

READ = "GET, HEAD, OPTIONS"
OPEN_PAGES = ("/signin", "/signin/link?token=t", "/nowhere")
ASKED_WHY = "/console/customers/01900000-0000-7000-8000-000000000001/reason"
AGENTS_PAGES = (
    "/console",
    "/console/card",
    "/console/find",
    "/console/callbacks",
    "/password",
    "/console/nowhere",
    ASKED_WHY,
)
REASON = {"reason": {"code": "customer_wants_human"}}
NAMES_OF_DATA = {"askonce", "jana.koehler", "Support", "Technicians", "Deutsch", "English", "Esc", "–", "·", "JK"}
"""What is no word of a language: names, and languages as they call themselves."""


class PseudoLanguage(NullTranslations):
    """Puts every text in brackets, so that one that is not in the catalogs stands out."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, singular, plural, number):
        return f"⟦{singular if number == 1 else plural}⟧"

    ugettext, ungettext = gettext, ngettext


@pytest.fixture
def _pseudo_language(monkeypatch):
    templating._environment.cache_clear()
    monkeypatch.setattr(templating, "translations_of", lambda language: PseudoLanguage())
    yield
    templating._environment.cache_clear()


async def pages(browser: Browser) -> dict[str, str]:
    """Every page there is, as an agent and as someone who has not signed in, and the notes of refusals."""
    shown = {path: (await browser.get(path)).text for path in OPEN_PAGES}
    shown["wrong"] = (await browser.sign_in(password="wrong and long enough")).text
    shown["cross"] = (await browser.post("/signin", data={})).text
    shown["ended"] = (await browser.get("/console", headers={"hx-request": "true"})).text
    await browser.sign_in()
    shown |= {path: (await browser.get(path)).text for path in AGENTS_PAGES}
    shown["note"] = (await browser.submit("/signout", htmx=True)).text
    again = await browser.submit("/signin", htmx=True, name="jana.koehler", password=PASSWORD)
    shown["again"] = again.text
    return shown


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_every_page_is_in_the_catalogs(browser):
    for path, html in (await pages(browser)).items():
        texts = ShownTexts(html).texts
        assert texts, path
        bare = [re.sub(r"⟦[^⟧]*⟧", "", one) for one in texts]
        words = [re.sub(r"[\d\W_]+", " ", one).strip() for one in bare if one.strip() not in NAMES_OF_DATA]
        assert [one for one in words if len(one) > 1 and one not in NAMES_OF_DATA] == [], path


async def test_every_page_forbids_what_it_does_not_need_and_is_kept_nowhere(browser):
    await browser.sign_in()
    for path in (*OPEN_PAGES, *AGENTS_PAGES, "/"):
        answer = await browser.get(path)
        assert answer.headers["content-security-policy"] == CSP, path
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_page_loads_what_is_there_and_nothing_else(browser):
    html = (await browser.get("/signin")).text
    loaded = re.findall(r'(?:src|href)="(/assets/[^"#]+)', html)
    assert len(set(loaded)) >= 5
    for path in set(loaded):
        answer = await browser.get(path, headers={"accept-encoding": "br, gzip"})
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].split(";")[0] in {
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "font/woff2",
        }
        assert answer.headers.get("content-encoding") == (None if path.endswith("woff2") else "br")
    assert (await browser.get("/assets/console.css")).status_code == 404


async def test_htmx_is_told_to_evaluate_nothing(browser):
    html = (await browser.get("/signin")).text
    config = json.loads(re.search(r'name="htmx-config" content="([^"]+)"', html)[1].replace("&#34;", '"'))
    assert {key: value for key, value in config.items() if key != "responseHandling"} == {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "historyCacheSize": 0,
        "defaultSettleDelay": 0,
        "selfRequestsOnly": True,
    }
    swapped = [rule for rule in config["responseHandling"] if rule["swap"]]
    assert all(any(re.fullmatch(rule["code"], code) for rule in swapped) for code in ("200", "401", "409", "422"))


async def test_home_says_whether_the_agents_queues_are_open(browser):
    await browser.sign_in()
    told = " ".join(ShownTexts((await browser.get("/console")).text).texts)
    assert "Support open until 18:00 –" in told
    assert "Technicians closed, opens Mon 08:00 –" in told


async def test_home_counts_who_waits_in_a_queue(browser, desk, clock):
    await desk.register()
    wanted = {"identity": {"kind": "email", "value": "anna@example.de"}, "to": {"queue": "support"}} | REASON
    given = await desk("console", "POST", "/v1/handoffs", wanted, idempotency_key="one")
    assert given.status_code == 201, given.text
    clock.offset += timedelta(minutes=4, seconds=10)
    await browser.sign_in()
    told = " ".join(ShownTexts((await browser.get("/console")).text).texts)
    assert "Support open until 18:00 1 waiting · 4:10" in told


async def test_the_language_is_the_browsers_until_the_agent_chooses_one(console):
    async with Browser(console, language="de-AT,de;q=0.9") as browser:
        assert '<html lang="de">' in (await browser.get("/signin")).text
        assert "Anmelden" in (await browser.get("/signin")).text
        chosen = await browser.submit("/preferences", language="en", next="/signin")
        assert (chosen.status_code, chosen.headers["location"]) == (303, "/signin")
        assert "max-age" not in chosen.headers["set-cookie"].lower()  # as long as the browser is open
        assert '<html lang="en">' in (await browser.get("/signin")).text
        await browser.sign_in()
        assert '<html lang="en">' in (await browser.get("/console")).text


async def test_colours_and_keys_are_chosen_for_as_long_as_the_browser_is_open(browser):
    await browser.sign_in()
    await browser.submit("/preferences", theme="dark", next="/console")
    await browser.submit("/preferences", keys="off", next="/console")
    assert '<html lang="en" data-theme="dark" data-keys="off">' in (await browser.get("/console")).text
    await browser.submit("/preferences", theme="auto", next="/console")
    await browser.submit("/preferences", theme='"><script>', keys="on", language="fr")
    assert '<html lang="en">' in (await browser.get("/console")).text


async def test_where_there_is_no_page_the_console_says_so_and_the_api_stays_itself(browser):
    await browser.sign_in()
    for path in ("/nowhere", "/console/nowhere", "/console/nowhere/at/all"):
        answer = await browser.get(path)
        assert (answer.status_code, "There is no such page." in answer.text) == (404, True)
        assert ("jana.koehler" in answer.text) is path.startswith("/console")
    for path, accept in (("/v1/nowhere", "text/html"), ("/nowhere", "application/json"), ("/nowhere", "*/*")):
        answer = await browser.get(path, headers={"accept": accept})
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_form_that_is_too_large_is_refused_in_words(browser):
    answer = await browser.sign_in(password="x" * 70_000)
    assert (answer.status_code, "too much text" in answer.text) == (413, True)


async def test_without_the_database_a_page_says_so(browser, rooms):
    await browser.sign_in()
    await rooms.database.close()
    answer = await browser.get("/console")
    assert (answer.status_code, "cannot be reached" in answer.text) == (503, True)
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_name_is_text_on_every_page(rooms, browser):
    name = '<img src=x onerror="alert(1)">'
    await create_agent(rooms, name, queues=("support",))
    await browser.sign_in(name)
    for path in AGENTS_PAGES:
        html = (await browser.get(path)).text
        assert "<img" not in html
        assert "onerror=&#34;" in html or "onerror" not in html


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_has_a_name_and_a_home(rooms, browser, role):
    await create_agent(rooms, "someone", role)
    await browser.sign_in("someone")
    html = (await browser.get("/console")).text
    assert ROLES[role] in html
    leads_desks = role in {"supervisor", "admin"}
    assert ("You have no queues yet." not in html) == leads_desks


async def test_the_console_counts_its_requests_by_route_and_not_by_what_they_name(browser):
    token = await browser.get("/signin/link?token=secret")
    assert token.status_code == 200
    metrics = (await browser.get("/metrics")).text
    assert 'route="/signin/link"' in metrics
    assert "secret" not in metrics
    assert load_assets().url("console.css") not in metrics


async def test_head_answers_as_get_does_without_the_body(browser):
    await browser.sign_in()
    for path in (*OPEN_PAGES, *AGENTS_PAGES, load_assets().url("console.css")):
        whole, head = await browser.get(path), await browser.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        same = set(whole.headers) - {"x-request-id", "content-length"}  # a token of each answer's own is compressed
        assert {name: head.headers[name] for name in same} == {name: whole.headers[name] for name in same}


async def test_options_names_the_methods_of_a_path_with_and_without_a_session(browser):
    for _ in range(2):
        for path, methods in (("/console", READ), ("/console/events", READ), ("/signout", "OPTIONS, POST")):
            answer = await browser.options(path)
            assert (answer.status_code, answer.headers["allow"]) == (204, methods), path
        await browser.sign_in()
    refused = await browser.delete("/console")
    assert (refused.status_code, refused.headers["allow"]) == (405, READ)
