"""A desk's server opens a card for its agent by a link that it signs: one agent, one customer, five minutes, once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from service.access.accounts.accounts import disable_account
from tests.access.cards.tokens import NEXT_KEY, OTHER_DESK, SECRETS, at, signed
from tests.fixtures import NOW
from tests.web.console.browser import ShownTexts, create_agent
from tests.web.console.embed_desk import CARD, DESK, HEADERS, HOST, framed
from tests.web.console.story import ANNA, tell_annas_story

pytestmark = pytest.mark.slow


def told(answer) -> str:
    """What an answer says."""
    return " ".join(ShownTexts(answer.text).texts)


@pytest.fixture
async def card(console, rooms):
    """A frame of a desk whose server signs links."""
    async with framed(rooms, embed_origins=f"{DESK} {OTHER_DESK}", embed_secrets=SECRETS) as browser:
        yield browser


@pytest.fixture
async def anna(desk) -> str:
    """Anna's id."""
    return await tell_annas_story(desk, NOW)


async def opened(card, token: str) -> str:
    """What the card shows that this token opens."""
    led = await card.get(CARD, params={"token": token})
    assert (led.status_code, led.headers["location"]) == (303, CARD), told(led)
    return told(await card.get(CARD))


async def test_a_signed_link_opens_the_card_of_one_customer_without_the_token_in_its_address(card, anna):
    led = await card.get(CARD, params={"token": signed()})
    assert (led.status_code, led.headers["location"], led.headers["referrer-policy"]) == (303, CARD, "no-referrer")
    assert "SameSite=None; Partitioned" in led.headers["set-cookie"]
    assert "Anna Weber" in told(await card.get(CARD))
    assert "Anna Weber" in told(await card.ask(f"/embed/customers/{anna}"))


async def test_a_link_names_the_customer_by_id_identity_or_conversation(card, anna, desk):
    page = (await desk.look_up(value=ANNA["value"])).json()
    for named in ({"customer_id": anna}, {"conversation_id": page["conversations"][0]["id"]}):
        assert "Anna Weber" in await opened(card, signed(identity=None, **named))
    spelled = {"kind": "email", "value": " ANNA.Weber@example.de"}
    assert "Anna Weber" in await opened(card, signed(NEXT_KEY, aud=[HOST, "elsewhere"], identity=spelled))


async def test_a_link_that_is_not_right_opens_nothing_and_says_why_without_a_name(card, anna):
    for token, said in (
        (signed("x" * 32), "not signed as it must be"),
        (signed(aud="https://staging.askonce.test"), "for another service"),
        (signed(exp=at(-1)), "too old"),
        (signed(exp=at(331)), "good for too long"),
        (signed(jti=None), "lacks something"),
        (signed(identity={"kind": "email", "value": "no address"}), "lacks something"),
        (signed(sub="somebody"), "names no agent"),
        (signed(identity={"kind": "email", "value": "nobody@example.de"}), "names no customer"),
        (signed(identity=None, customer_id=str(uuid4())), "names no customer"),
        (signed(identity=None, conversation_id=str(uuid4())), "names no customer"),
    ):
        answer = await card.get(CARD, params={"token": token})
        assert (answer.status_code, said in told(answer)) == (401, True), said
        assert "set-cookie" not in answer.headers
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not any(word in answer.text for word in ("Anna", "anna", "jana", token))


async def test_a_link_opens_one_card_once_also_after_that_card_was_closed(card, anna):
    token = signed()
    await opened(card, token)
    again = await card.get(CARD, params={"token": token})
    assert (again.status_code, "was used already" in told(again)) == (401, True)
    await card.post("/embed/signout", data={"csrf_token": await card.token(CARD)}, headers=HEADERS)
    assert "Link that signs in once" in told(await card.get(CARD))
    assert (await card.get(CARD, params={"token": token})).status_code == 401


async def test_the_card_shows_no_other_customer_and_is_no_session_of_the_console(card, anna, desk):
    other = (await desk.register(identities=[("email", "max@example.de")])).json()["customer_id"]
    await opened(card, signed())
    assert "Anna Weber" in told(await card.get(f"{CARD}?customer_id={other}"))
    assert (await card.ask(f"/embed/customers/{other}")).status_code == 404
    assert (await card.ask("/embed/hint", email="max@example.de")).status_code == 403
    session = card.cookies["__Host-askonce_card"]
    for name in ("__Host-askonce_session", "askonce_session"):
        led = await card.get("/console", headers={"cookie": f"{name}={session}"})
        assert led.headers["location"].startswith("/signin")


async def test_the_card_ends_after_half_an_hour_and_with_the_agents_account(card, anna, clock, rooms):
    await opened(card, signed())
    clock.offset += timedelta(minutes=29)
    assert "Anna Weber" in told(await card.get(CARD))
    clock.offset += timedelta(minutes=1)
    assert "Anna Weber" not in told(await card.get(CARD))
    await opened(card, signed(exp=at(34 * 60)))
    async with rooms.database.transaction() as connection:
        await disable_account(connection, "jana.koehler", clock.now())
    assert "Anna Weber" not in told(await card.get(CARD))


async def test_a_link_gives_the_rights_of_its_agent_and_no_more(card, anna, rooms):
    await create_agent(rooms, name="petra", role="privacy")
    answer = await card.get(CARD, params={"token": signed(sub="petra")})
    assert (answer.status_code, "names no agent who may see" in told(answer)) == (401, True)
