"""A bot of the Bot Framework at its door, from its words to the desk that takes over, and back to the bot."""

import asyncio
import base64
import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Signer

from service.app.worker import worker_dependencies
from service.events import sending
from service.events.transport import Resolver
from service.settings.environment import load_settings
from service.worker.relay import relay_outbox
from service.worker.reports import send_due_reports
from tests.channels.vendors import QUEUE, RECORDED, handoffs_of
from tests.events.sinks import Sink, hang, status
from tests.fixtures import NOW
from tests.patience import until

CUSTOMER = {"kind": "external", "value": "botframework:shop:user-1"}


@pytest.fixture
def settings():
    """As if the bot were outside: its address is on this machine."""
    return load_settings({"ASKONCE_WEBHOOK_ALLOW_PRIVATE": "true"})


@pytest.fixture
async def bot(desk, open_door):
    """A function that posts an activity as a bot does that knows the secret."""
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    _, path = await open_door("botframework", name="shop", secret="bot-secret", queue="support")

    async def post(name, *, token="bot-secret", below="/v3/conversations/conv-1/activities", **changes):
        body = json.loads((RECORDED / "botframework" / f"{name}.json").read_text()) | changes
        headers = {"authorization": f"Bearer {token}"}
        return await desk.http.post(f"{path}{below}", json=body, headers=headers)

    return post


async def test_a_handoff_arrives_with_its_transcript_and_what_the_bot_knows(bot, desk):
    assert (await bot("handoff")).json() == {"id": "h1"}
    (handoff,) = await handoffs_of(desk)
    assert (handoff["to"]["queue"], handoff["reason"]["code"]) == ("support", "parcels")
    assert [(line["role"], line["text"]) for line in handoff["packet"]["transcript"]] == [
        ("customer", "Where is my parcel?"),
        ("bot", "What is your order number?"),
        ("customer", "A-1, and I want a person"),
    ]
    assert handoff["packet"]["facts"]["order_number"]["value"] == "A-1"


async def test_what_was_said_live_and_stands_in_the_transcript_counts_once(bot, desk):
    for name in ("message", "message", "answer", "handoff", "handoff"):
        assert (await bot(name)).status_code == 200
    said = [one["text"] for one in (await desk.look_up(**CUSTOMER)).json()["recent"] if one["kind"] == "message"]
    assert sorted(said) == ["A-1, and I want a person", "What is your order number?", "Where is my parcel?"]
    assert len(await handoffs_of(desk)) == 1


async def test_a_wrong_token_is_refused_in_the_words_of_the_connector(bot, desk):
    refused = await bot("message", token="guess")
    assert refused.status_code == 401
    assert refused.json()["error"].keys() == {"code", "message"}
    assert (await desk.look_up(**CUSTOMER)).status_code == 404


async def test_a_bot_whose_queue_is_missing_hears_that_nobody_comes(desk, open_door):
    _, path = await open_door("botframework", name="shop", secret="bot-secret", queue="nowhere")
    raw = (RECORDED / "botframework" / "handoff.json").read_bytes()
    headers = {"authorization": "Bearer bot-secret"}
    answered = await desk.http.post(f"{path}/v3/conversations/conv-1/activities", content=raw, headers=headers)
    assert answered.status_code == 400
    assert (await desk.look_up(**CUSTOMER)).json()["included"]["of"] == 4


@pytest.fixture
async def work(rooms):
    """A function that does what a worker does in one round of relaying and reporting."""
    duties = worker_dependencies(rooms)
    async with sending.webhook_client(Resolver(), allow_private=rooms.settings.webhook_allow_private) as client:

        async def one_round(stop=None):
            await relay_outbox(duties)
            return await send_due_reports(duties, client, stop or asyncio.Event())

        yield one_round


@pytest.fixture
async def listening_bot():
    """Where a bot hears what becomes of its handoffs."""
    sink = await Sink(status(200)).start()
    yield sink
    await sink.stop()


def told_to(sink):
    return [one.event["value"] for one in sink.received]


async def taken_by_petra(desk):
    (handoff,) = await handoffs_of(desk)
    accepted = await desk("console", "POST", f"/v1/handoffs/{handoff['id']}/accept", {"agent": "petra"})
    return handoff["id"], accepted.json()["token"]


async def test_the_bot_hears_when_somebody_takes_over_and_when_it_is_done(bot, desk, work, listening_bot):
    await bot("handoff", serviceUrl=f"http://127.0.0.1:{listening_bot.port}/")
    await work()
    assert told_to(listening_bot) == []
    handoff_id, token = await taken_by_petra(desk)
    await work()
    await desk("console", "POST", f"/v1/handoffs/{handoff_id}/complete", {"token": token, "outcome": "solved"})
    await work()
    assert not await work()
    assert told_to(listening_bot) == [
        {"state": "accepted", "message": "accepted"},
        {"state": "completed", "message": "completed"},
    ]
    first = listening_bot.received[0]
    signer = Signer(f"whsec_{base64.b64encode(b'bot-secret').decode()}")
    assert first.headers["webhook-signature"] == signer.sign(first.headers["webhook-id"], NOW, first.body.decode())


async def test_a_bot_that_hands_off_once_more_while_somebody_serves_hears_of_that_handoff_once(
    bot, desk, work, listening_bot
):
    heard = {"serviceUrl": f"http://127.0.0.1:{listening_bot.port}/"}
    await bot("handoff", **heard)
    handoff_id, token = await taken_by_petra(desk)
    assert (await bot("handoff", id="h2", **heard)).status_code == 200
    assert [one["state"] for one in await handoffs_of(desk)] == ["accepted"]
    await desk("console", "POST", f"/v1/handoffs/{handoff_id}/complete", {"token": token})
    while await work():
        pass
    assert [one["state"] for one in told_to(listening_bot)] == ["accepted", "completed"]


async def test_after_a_transfer_the_bot_hears_of_the_end(bot, desk, work, listening_bot):
    await desk("admin", "PUT", "/v1/queues/logistics", QUEUE)
    await bot("handoff", serviceUrl=f"http://127.0.0.1:{listening_bot.port}/")
    handoff_id, token = await taken_by_petra(desk)
    moved = await desk(
        "console", "POST", f"/v1/handoffs/{handoff_id}/transfer", {"token": token, "to": {"queue": "logistics"}}
    )
    child = moved.json()["id"]
    token = (await desk("console", "POST", f"/v1/handoffs/{child}/accept", {"agent": "otto"})).json()["token"]
    await desk("console", "POST", f"/v1/handoffs/{child}/return", {"token": token})
    while await work():
        pass
    assert [one["state"] for one in told_to(listening_bot)] == ["accepted", "accepted", "completed"]


async def test_a_bot_that_is_down_hears_it_later_and_in_order(bot, desk, work, listening_bot, clock):
    listening_bot.answer = status(503)
    await bot("handoff", serviceUrl=f"http://127.0.0.1:{listening_bot.port}/")
    handoff_id, token = await taken_by_petra(desk)
    await desk("console", "POST", f"/v1/handoffs/{handoff_id}/complete", {"token": token})
    await work()
    assert not await work()
    listening_bot.answer = status(200)
    clock.offset += timedelta(seconds=6)
    await work()
    await work()
    assert [one["state"] for one in told_to(listening_bot)] == ["accepted", "accepted", "completed"]


async def test_a_bot_that_never_answers_holds_up_no_stop_and_is_told_once_more(bot, desk, work, clock, listening_bot):
    listening_bot.answer = hang
    await bot("handoff", serviceUrl=f"http://127.0.0.1:{listening_bot.port}/")
    await taken_by_petra(desk)
    stop = asyncio.Event()
    telling = asyncio.create_task(work(stop))
    await until(lambda: listening_bot.received)
    stop.set()
    async with asyncio.timeout(2):
        assert await telling
    listening_bot.answer = status(200)
    assert not await work()
    clock.offset += timedelta(seconds=31)
    assert await work()
    first, second = listening_bot.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


class TestOutside:
    """Where private addresses are not allowed."""

    @pytest.fixture
    def settings(self):
        return load_settings({})

    @pytest.mark.promise("S12")
    @pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://[::1]/"])
    async def test_no_bot_makes_us_call_inside(self, bot, desk, work, listening_bot, address):
        await bot("handoff", serviceUrl=address.format(port=listening_bot.port))
        await taken_by_petra(desk)
        await work()
        assert listening_bot.connections == 0
