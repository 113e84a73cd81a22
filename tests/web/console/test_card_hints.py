"""What Chatwoot tells the card is a hint: our own record of its conversation decides who the customer is."""

import json

import pytest

from service.channels.chatbot.chatwoot import signature
from tests.channels.conftest import open_door
from tests.channels.vendors import RECORDED
from tests.fixtures import NOW
from tests.web.console.browser import ShownTexts
from tests.web.console.embed_desk import CARD, HEADERS, framed

pytestmark = pytest.mark.slow

__all__ = ["open_door"]
ANNA, MAX = "anna@example.de", "max@example.de"
HINT = "/embed/hint"


@pytest.fixture
async def card(console, rooms):
    """A frame of a listed desk, where Jana has signed in."""
    async with framed(rooms) as browser:
        await browser.enter()
        yield browser


@pytest.fixture
async def chatwoot(desk, open_door):
    """A function that tells a door of Chatwoot of a message in a conversation; people are known by name, too."""

    async def tell(email: str, name: str, *, conversation: int, contact: int, door: str = "shop") -> str:
        await desk.register(identities=[("email", email)])
        customer_id = (await desk.look_up(value=email)).json()["customer"]["id"]
        await desk("console", "PATCH", f"/v1/customers/{customer_id}", {"name": name})
        said = json.loads((RECORDED / "chatwoot" / "incoming.json").read_bytes())
        sender = said["sender"] | {"id": contact, "email": email, "phone_number": None, "identifier": None}
        talk = said["conversation"] | {"id": conversation, "meta": {"sender": sender}}
        raw = json.dumps(said | {"id": conversation * 100 + contact, "sender": sender, "conversation": talk}).encode()
        stamp = str(int(NOW.timestamp()))
        headers = {"x-chatwoot-timestamp": stamp, "x-chatwoot-signature": signature(stamp, raw, "s")}
        assert (await desk.http.post(paths[door], content=raw, headers=headers)).status_code == 200
        return customer_id

    paths = {name: (await open_door("chatwoot", name=name, secret="s"))[1] for name in ("shop", "claims")}
    return tell


def told(answer) -> str:
    """What an answer says."""
    return " ".join(ShownTexts(answer.text).texts)


UNVERIFIED = "According to Chatwoot, not verified"


async def test_our_own_record_of_the_conversation_decides_whatever_the_hint_says(card, chatwoot):
    await chatwoot(ANNA, "Anna Weber", conversation=5, contact=7)
    await chatwoot(MAX, "Max Braun", conversation=6, contact=8)
    said = told(await card.ask(HINT, conversation="5", contact="8", email=MAX, phone="+49 171 5550000"))
    assert ("Anna Weber" in said, "Max Braun" in said, UNVERIFIED in said) == (True, False, False)


async def test_an_unknown_conversation_is_searched_by_what_the_hint_says_and_the_card_says_so(card, chatwoot):
    anna = await chatwoot(ANNA, "Anna Weber", conversation=5, contact=7)
    answer = await card.ask(HINT, conversation="99", contact="7", email=" ANNA@example.de ")
    assert ("Anna Weber" in told(answer), UNVERIFIED in told(answer)) == (True, True)
    assert f'data-path="/embed/customers/{anna}?unverified=1"' in answer.text
    assert UNVERIFIED in told(await card.ask(f"/embed/customers/{anna}?unverified=1"))


async def test_several_people_are_all_named_and_none_opened(card, chatwoot):
    await chatwoot(ANNA, "Anna Weber", conversation=5, contact=7)
    await chatwoot(MAX, "Max Braun", conversation=6, contact=8)
    answer = await card.ask(HINT, conversation="99", email=ANNA, identifier=MAX)
    assert all(name in told(answer) for name in ("Anna Weber", "Max Braun", UNVERIFIED))
    assert "data-path" not in answer.text


async def test_two_doors_with_one_number_are_told_apart_by_the_contact_or_both_shown(card, chatwoot):
    await chatwoot(ANNA, "Anna Weber", conversation=5, contact=7)
    await chatwoot(MAX, "Max Braun", conversation=5, contact=8, door="claims")
    both = told(await card.ask(HINT, conversation="5"))
    assert all(name in both for name in ("Anna Weber", "Max Braun", "Several doors know this conversation"))
    one = told(await card.ask(HINT, conversation="5", contact="8"))
    assert ("Anna Weber" in one, "Max Braun" in one) == (False, True)


async def test_a_hint_that_leads_to_no_customer_says_so_and_counts_as_a_miss(console, rooms):
    hints = [{"conversation": "99", "email": "nobody@example.de"}, {"contact": "1"}, {"phone": "(((("}]
    async with framed(rooms, look_up_misses_per_minute="console=3") as card:
        await card.enter()
        for hint in hints:
            answer = await card.ask(HINT, **hint)
            assert (answer.status_code, "Not on record" in told(answer)) == (200, True), hint
        assert (await card.ask(HINT, **hints[0])).status_code == 429


async def test_only_an_identity_as_a_whole_and_of_its_own_kind_is_a_hit(card, chatwoot):
    await chatwoot(ANNA, "Anna Weber", conversation=5, contact=7)
    for hint in ({"email": "anna@example"}, {"email": "Anna Weber"}, {"phone": ANNA}, {"identifier": "Weber"}):
        assert "Not on record" in told(await card.ask(HINT, **hint)), hint


async def test_a_hint_needs_a_session_the_token_and_plain_short_values(card):
    without = await card.post(HINT, data={"conversation": "5"}, headers=HEADERS)
    assert without.status_code == 403
    for value in ("5" * 201, "5\x00"):
        assert (await card.ask(HINT, conversation=value)).status_code in {400, 422}
    await card.post("/embed/signout", data={"csrf_token": await card.token(CARD)}, headers=HEADERS)
    ended = await card.ask(HINT, conversation="5")
    assert (ended.status_code, "Link that signs in once" in told(ended)) == (401, True)
