"""Meta at its door: the challenge when the webhook is set up, then messages that carry its signature."""

import pytest

from service.channels.social.meta.door import signature
from tests.channels.vendors import RECORDED

RAW = (RECORDED / "meta" / "whatsapp_text.json").read_bytes()
NO_NUMBER = (RECORDED / "meta" / "whatsapp_without_number.json").read_bytes()


@pytest.fixture
async def meta(desk, open_door):
    """A function that sends as Meta does."""
    _, path = await open_door("meta", name="shop", secret="app-secret")

    async def post(raw, secret="app-secret"):
        headers = {"x-hub-signature-256": signature(raw, secret), "content-type": "application/json"}
        return await desk.http.post(path, content=raw, headers=headers)

    return post


async def test_meta_is_shown_its_challenge_once_it_shows_the_token(desk, meta):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "app-secret"}
    greeted = await desk.http.get("/v1/channels/meta/shop", params=query)
    assert (greeted.status_code, greeted.text) == (200, "1158201444")
    assert greeted.headers["content-type"].startswith("text/plain")
    refused = await desk.http.get("/v1/channels/meta/shop", params=query | {"hub.verify_token": "guess"})
    assert refused.status_code == 401


async def test_a_whatsapp_message_is_the_customer_whom_the_hotline_knows(desk, meta):
    known = (await desk.register(identities=[("phone", "0171 12345678")])).json()
    assert (await meta(RAW)).status_code == 200
    context = (await desk.look_up(kind="phone", value="+4917112345678")).json()
    assert context["customer"]["id"] == known["customer_id"]
    assert "Where is my parcel?" in {one.get("text") for one in context["recent"]}


async def test_who_hides_the_number_later_stays_the_same_customer(desk, meta):
    await meta(RAW)
    await meta(NO_NUMBER)
    context = (await desk.look_up(kind="phone", value="+4917112345678")).json()
    assert [one["text"] for one in context["recent"]] == ["This is how it came", "Where is my parcel?"]
    assert len(context["conversations"]) == 1


async def test_the_same_delivery_twice_counts_once(desk, meta):
    await meta(RAW)
    assert (await meta(RAW)).status_code == 200
    context = (await desk.look_up(kind="phone", value="+4917112345678")).json()
    assert context["included"]["of"] == 1


async def test_a_delivery_signed_with_another_secret_leaves_nothing(desk, meta):
    refused = await meta(RAW, secret="guess")
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/delivery-refused")
    assert (await desk.look_up(kind="phone", value="+4917112345678")).status_code == 404


async def test_a_mention_and_a_direct_message_of_one_handle_are_one_customer(desk, meta):
    neutral = await desk.register(channel="social", identities=[("social", "instagram:@Anna.B")], text="@shop hello?")
    await meta((RECORDED / "meta" / "instagram.json").read_bytes())
    context = (await desk.look_up(kind="social", value="instagram:anna.b")).json()
    assert context["customer"]["id"] == neutral.json()["customer_id"]
    assert {one["text"] for one in context["recent"]} >= {"@shop hello?", "Love it", "Hello"}


async def test_what_nobody_can_read_is_a_400(desk, meta):
    assert (await meta(b'{"object": 7}')).status_code == 400
