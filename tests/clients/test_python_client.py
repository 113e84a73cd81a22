"""The Python client speaks with the service as it is described, and repeats what may be repeated."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from uuid import UUID

import httpx
import msgspec
import pytest
from askonce_client import (
    AskonceError,
    AsyncClient,
    Client,
    Retries,
    every,
    every_async,
    problem_types,
    read_webhook,
    shapes,
)
from standardwebhooks import Webhook

from service.events.model import Event
from service.events.payload import cloud_event_json, sse_frame
from tests.fixtures import NOW

AT_ONCE = Retries(first_wait_s=0)
ALWAYS = shapes.Calendar(time_zone="Europe/Berlin", hours="24/7")
MESSAGE = shapes.Interaction(
    source="shop-bot",
    source_event_id="m-1",
    occurred_at=NOW,
    channel=shapes.Channel.CHATBOT,
    kind=shapes.InteractionKind.MESSAGE,
    direction=shapes.Direction.INBOUND,
    identities=[shapes.IdentityClaim(kind=shapes.IdentityKind.EMAIL, value="anna@example.de")],
    text="My order 1234 did not arrive.",
)


def handoff_event(number: int) -> Event:
    """An event as the service tells it."""
    return Event(
        event_id=number,
        type="handoff.offered",
        customer_id=UUID(int=5),
        version=2,
        subject_id=UUID(int=6),
        state="offered",
        queue="support",
        created_at=NOW,
    )


@pytest.fixture
def client_of(desk):
    def client_of(role: str) -> AsyncClient:
        transport = desk.http._transport
        return AsyncClient("http://askonce.test", desk.keys[role], transport=transport, retries=AT_ONCE)

    return client_of


@pytest.fixture
def answers():
    """A client of a service that answers what it is told, one after the other, and the requests it was sent."""
    asked: list[httpx.Request] = []

    def client(*planned: httpx.Response | Exception) -> Client:
        left = list(planned)

        def handle(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            answer = left.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return Client("http://askonce.test", "key", transport=httpx.MockTransport(handle), retries=AT_ONCE)

    return client, asked


async def test_a_conversation_from_the_first_message_to_the_end_of_its_handoff(client_of):
    async with client_of("admin") as admin, client_of("bot") as bot, client_of("console") as agent:
        await admin.define_queue("support", shapes.QueueInput(title="Support", calendar=ALWAYS))
        registered = await bot.register_interaction(MESSAGE)
        handoff = await bot.create_handoff(
            shapes.HandoffRequest(
                customer_id=registered.customer_id,
                to=shapes.HandoffTarget(queue="support"),
                reason=shapes.HandoffReason(code="order"),
                mode=shapes.HandoffMode.OFFER,
            )
        )
        taken = await agent.accept_handoff(handoff.id, shapes.AcceptRequest(agent="kim"))
        assert taken.token is not None
        done = await agent.complete_handoff(handoff.id, shapes.HandoffEnding(token=taken.token, summary="Sent again."))
        view = await agent.read_context(registered.customer_id)
    assert done.state is shapes.HandoffState.COMPLETED
    assert isinstance(view, shapes.ConsoleView)
    assert [one.id for one in view.conversations] == [registered.conversation_id]


def test_money_is_sent_and_read_as_exactly_as_it_is(answers):
    client, asked = answers
    redeemed = {"amount": 0, "currency": "EUR", "receipt": "R-1", "store": "DE-042", "voided_at": None} | dict.fromkeys(
        ("late", "over_limit", "not_valid"), False
    )
    told = redeemed | {"condition_id": str(UUID(int=1)), "redeemed_at": NOW, "recorded_at": NOW}
    text = msgspec.json.encode(told).replace(b'"amount":0', b'"amount":999999999999.90')
    till = client(httpx.Response(201, content=text))
    use = shapes.RedemptionInput(receipt="R-1", amount=Decimal("0.10"), currency="EUR")
    assert str(till.redeem_condition(UUID(int=1), use).amount) == "999999999999.90"
    assert b'"amount":0.10,' in asked[0].content


async def test_a_problem_is_an_exception_of_its_branch(client_of):
    async with client_of("console") as agent:
        with pytest.raises(problem_types.CustomerUnknown) as unknown:
            await agent.read_context(UUID(int=1))
    assert (unknown.value.status, unknown.value.type) == (404, "/problems/customer-unknown")
    assert isinstance(unknown.value, AskonceError)
    assert unknown.value.request_id


async def test_a_list_goes_on_to_its_last_page(client_of):
    async with client_of("admin") as admin:
        for name in ("a", "b", "c"):
            await admin.define_queue(name, shapes.QueueInput(title=name, calendar=ALWAYS))
        names = [queue.name async for queue in every_async(admin.list_queues, limit=1)]
    assert names == ["a", "b", "c"]


def test_a_request_that_is_refused_for_now_is_repeated_with_the_same_key(answers):
    client, asked = answers
    busy = httpx.Response(503, headers={"retry-after": "0"})
    done = httpx.Response(200, json={"items": [], "next": None})
    with client(busy, httpx.ConnectError("gone"), done) as askonce:
        assert list(every(askonce.list_handoffs)) == []
    assert len(asked) == 3

    unknown = httpx.Response(404, json={"type": "/problems/handoff-unknown"})
    with client(busy, busy, unknown) as askonce, pytest.raises(problem_types.HandoffUnknown):
        askonce.accept_handoff(UUID(int=2), shapes.AcceptRequest(agent="kim"))
    assert len({request.headers["idempotency-key"] for request in asked[3:]}) == 1


def test_what_may_count_twice_is_not_repeated_when_nobody_knows_whether_it_arrived(answers):
    client, asked = answers
    with client(httpx.ReadTimeout("silence")) as askonce, pytest.raises(httpx.ReadTimeout):
        askonce.create_event_ticket()
    assert len(asked) == 1


def test_a_wait_that_is_too_long_is_left_to_the_caller(answers):
    client, asked = answers
    with client(httpx.Response(429, headers={"retry-after": "3600"})) as askonce, pytest.raises(AskonceError) as told:
        askonce.list_queues()
    assert (told.value.status, told.value.retry_after_s, len(asked)) == (429, 3600.0, 1)


def test_a_word_that_a_newer_service_says_is_taken_as_it_is():
    assert shapes.HandoffState("parked") == "parked"


def test_a_stream_that_breaks_goes_on_after_the_last_event(answers):
    client, asked = answers
    frames = [sse_frame(handoff_event(number)).decode() for number in (7, 8)]
    opening = ": open\nretry: 2000\nid: 6\n\n"
    half = frames[1].removesuffix("\n")
    parts = [httpx.Response(200, text=opening + frames[0] + half), httpx.ReadError("cut")]
    with client(*parts, httpx.Response(200, text=frames[1])) as askonce:
        events = askonce.follow_events(queue="support")
        told = [next(events) for _ in range(3)]
    assert [(one.id, one.type) for one in told] == [("6", "reset"), ("7", "handoff.offered"), ("8", "handoff.offered")]
    assert [request.headers.get("last-event-id") for request in asked] == [None, "7", "7"]
    assert (told[1].customer_id, told[1].data["state"]) == (UUID(int=5), "offered")


def test_a_place_that_is_lost_says_that_what_is_shown_must_be_loaded_anew(answers):
    client, _ = answers
    lost = ": open\nretry: 2000\nevent: reset\ndata: {}\nid: 9\n\n"
    with client(httpx.Response(200, text=lost)) as askonce:
        (told,) = islice(askonce.follow_events(last_event_id="3"), 1)
    assert (told.id, told.type, told.data) == ("9", "reset", {})


def test_a_webhook_tells_of_an_event_by_the_word_of_the_catalogue():
    secret, now = "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", datetime.now(UTC)
    body = cloud_event_json(handoff_event(7), source="https://askonce.example")
    headers = {"Webhook-Id": "7", "Webhook-Timestamp": str(int(now.timestamp()))}
    headers["Webhook-Signature"] = Webhook(secret).sign("7", now, body.decode())
    told = read_webhook(body, headers, secret)
    assert (told.id, told.type, told.customer_id, told.time) == ("7", "handoff.offered", UUID(int=5), NOW)
