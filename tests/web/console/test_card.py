"""The card in a frame of another desk: who may frame it, how an agent signs in there, and what it shows."""

import re
from datetime import timedelta

import pytest

from tests.fixtures import NOW
from tests.web.console.browser import CSP, PASSWORD, Browser, ShownTexts, create_agent, new_link
from tests.web.console.embed_desk import CARD, DESK, HEADERS, framed
from tests.web.console.story import tell_annas_story
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]


@pytest.fixture
async def card(console, rooms):
    """A frame of a listed desk; nobody has signed in."""
    async with framed(rooms) as browser:
        yield browser


@pytest.fixture
async def anna(desk) -> str:
    """Anna's id."""
    return await tell_annas_story(desk, NOW)


def told(answer) -> str:
    """What an answer says."""
    return " ".join(ShownTexts(answer.text).texts)


async def test_listed_desks_alone_may_frame_the_card(card, anna):
    await card.enter()
    for path in (CARD, f"{CARD}?customer_id={anna}", f"{CARD}?customer_id=7", "/embed/nowhere"):
        policy = (await card.get(path)).headers.get("content-security-policy", "")
        expected = CSP if path == "/embed/nowhere" else CSP.replace("frame-ancestors 'none'", f"frame-ancestors {DESK}")
        assert policy == expected, path
    assert (await card.get("/signin")).headers["content-security-policy"] == CSP


async def test_without_a_listed_desk_the_card_names_the_setting_and_refuses(console, rooms):
    async with framed(rooms, embed_origins="") as card:
        answer = await card.get(CARD)
        entered = await card.enter()
    assert (answer.status_code, entered.status_code) == (404, 404)
    assert answer.headers["content-security-policy"] == CSP
    assert "ASKONCE_EMBED_ORIGINS" in told(answer)
    assert "set-cookie" not in entered.headers


async def test_without_tls_nobody_signs_in_and_the_card_says_why(console, rooms):
    async with framed(rooms, public_url="") as card:
        assert "ASKONCE_PUBLIC_URL" in told(await card.get(CARD))
        card.base_url = "http://localhost:8080"
        assert "Link that signs in once" in told(await card.get(CARD))


async def test_the_agent_signs_in_inside_the_card_alone_by_a_partitioned_cookie(card, anna):
    entered = await card.enter(customer_id=anna)
    assert (entered.status_code, entered.headers["location"]) == (303, f"{CARD}?customer_id={anna}")
    name, *attributes = entered.headers["set-cookie"].split("; ")
    assert re.fullmatch(r"__Host-askonce_card=[\w-]{43}", name)
    assert set(attributes) == {"Path=/", "HttpOnly", "Secure", "SameSite=None", "Partitioned"}
    assert "Anna Weber" in told(await card.get(entered.headers["location"]))
    assert (await card.get("/console")).headers["location"] == "/signin?next=/console"


async def test_the_card_gives_the_answers_of_the_first_six_and_its_age(card, anna):
    await card.enter()
    shown = await card.get(f"{CARD}?customer_id={anna}")
    said = told(shown)
    for answer in (
        "Anna Weber",
        "Claimed: caller ID or sender only",
        "Ask for: Postcode",
        "Router does not connect, error E42",
        "This is the third time I explain it.",
        "HomeBox 7590",
        "Factory reset",
        "1, to be named after verifying",
        "Ask how it went: Line check",
        "high risk",
        "As of 10:30",
    ):
        assert answer in said, answer
    assert "Goodwill on accessories" not in said
    assert "Anna" not in re.search("<title>(.*)</title>", shown.text)[1]


async def test_a_refresh_by_itself_is_no_use_of_the_session_and_one_by_hand_is(card, anna, clock):
    await card.enter()
    path, automatic = f"/embed/customers/{anna}", {"hx-request": "true", "x-askonce-automatic": "1"}
    for _ in range(4):
        clock.offset += timedelta(minutes=8)
        last = await card.get(path, headers=automatic)
    assert last.status_code == 401
    assert "Anna Weber" not in last.text
    await card.enter()
    for _ in range(4):
        clock.offset += timedelta(minutes=8)
        last = await card.get(path, headers={"hx-request": "true"})
    assert (last.status_code, "As of 11:34" in told(last)) == (200, True)


async def test_signing_out_of_the_card_ends_its_session_and_needs_the_token(card):
    await card.enter()
    refused = await card.post("/embed/signout", headers=HEADERS)
    assert refused.status_code == 403
    done = await card.post("/embed/signout", data={"csrf_token": await card.token(CARD)}, headers=HEADERS)
    assert (done.status_code, "Max-Age=0" in done.headers["set-cookie"]) == (303, True)
    assert "Link that signs in once" in told(await card.get(CARD))


async def test_nothing_else_can_be_changed_from_the_card(card, anna):
    await card.enter()
    token = await card.token(CARD)
    for path in (f"/console/customers/{anna}/notes", "/console/card", "/signout", "/password"):
        answer = await card.post(path, data={"csrf_token": token, "text": "from a frame"}, headers=HEADERS)
        assert answer.status_code in {401, 403}, path


async def test_another_site_signs_no_agent_in(card):
    fields = {"name": "jana.koehler", "password": PASSWORD}
    for headers in ({"origin": DESK}, {"origin": "null"}, HEADERS | {"sec-fetch-site": "cross-site"}, {}):
        answer = await card.post("/embed/signin", data=fields, headers=headers)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_a_link_is_pasted_once_and_one_for_a_new_password_stays_good(card, console, rooms):
    for_password = f"https://askonce.test/signin/link?token={await new_link(rooms)}"
    refused = await card.post("/embed/signin", data={"link": for_password}, headers=HEADERS)
    assert (refused.status_code, "choose a password" in told(refused)) == (409, True)
    async with Browser(console) as tab:
        await tab.submit("/signin/link", token=for_password.partition("=")[2])
        await tab.sign_in()
        made = await tab.submit("/console/card", csrf_token=await tab.token("/password"))
        link = re.search(r'id="card-link" value="([\w-]+)"', made.text)
    assert link is not None, told(made)
    entered = await card.post("/embed/signin", data={"link": link[1]}, headers=HEADERS)
    assert entered.status_code == 303
    again = await card.post("/embed/signin", data={"link": link[1]}, headers=HEADERS)
    assert (again.status_code, "used already" in told(again)) == (401, True)


async def test_an_agent_for_privacy_sees_no_customer_in_a_card(card, anna, rooms):
    await create_agent(rooms, name="petra", role="privacy")
    await card.enter("petra")
    answer = await card.get(f"{CARD}?customer_id={anna}")
    assert (answer.status_code, "Your role may not do this." in told(answer)) == (403, True)


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_the_card_is_in_the_catalogs(card):
    shown = [await card.get(CARD), await card.enter("jana.koehler", password="wrong and long enough")]
    await card.enter()
    shown.append(await card.get(CARD))
    for answer in shown:
        bare = [re.sub(r"⟦[^⟧]*⟧", "", one) for one in ShownTexts(answer.text).texts]
        words = [re.sub(r"[\d\W_]+", " ", one).strip() for one in bare if one.strip() not in NAMES_OF_DATA]
        assert [one for one in words if len(one) > 1 and one not in NAMES_OF_DATA] == []
