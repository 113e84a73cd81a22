"""What holds for every door, shown on one whose vendor sends `id|phone|text` and signs nothing but a secret."""

from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from service.app.arrivals import create_deliveries, create_registrar
from service.app.rooms import Rooms
from service.channels.base import (
    Adapter,
    AdapterSettings,
    ChannelAccount,
    Delivery,
    DeliveryReply,
    DeliveryResult,
    DoorOutput,
    HandoffOrder,
    check_secret,
)
from service.errors import InvalidInput
from service.handoff.model import HandoffRequest, HandoffTarget
from service.inbound import accounts, payloads
from service.inbound.accounts import ChannelAccounts
from service.model.interaction import ConversationHint, IdentityClaim, Interaction
from service.model.vocabulary import Channel, Direction, IdentityKind, InteractionKind
from service.web import application
from service.web.routes.channels.deliveries import channel_routes
from tests.fixtures import NOW, Desk


class PlainSettings(AdapterSettings, frozen=True, kw_only=True):
    shop: str = "main"
    colours: tuple[str, ...] = ()


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    check_secret(delivery.header("x-secret"), account.secret)


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    if delivery.raw == b"bug":
        raise ZeroDivisionError
    if b"|" not in delivery.raw:
        raise InvalidInput("Lines of id|phone|text are expected.")
    return [one for line in delivery.raw.decode().splitlines() for one in events(line, account)]


def events(line: str, account: ChannelAccount) -> list[DoorOutput]:
    event_id, phone, text = line.split("|")
    who = IdentityClaim(kind=IdentityKind.PHONE, value=phone)
    if text == "HANDOFF":
        return [
            HandoffOrder(event_id=event_id, request=HandoffRequest(to=HandoffTarget(queue="support"), identity=who))
        ]
    return [
        Interaction(
            source=account.source,
            source_event_id=event_id,
            occurred_at=NOW,
            channel=Channel.CHATBOT,
            kind=InteractionKind.MESSAGE,
            direction=Direction.INBOUND,
            identities=(who,),
            conversation=ConversationHint(ref=f"chat-{phone}"),
            text=text,
        )
    ]


def answer(_delivery: Delivery, _instance: ChannelAccount, taken: DeliveryResult) -> DeliveryReply:
    return DeliveryReply(
        body=f"{taken.registered} {taken.duplicates} {len(taken.handoffs)} {len(taken.refused)}".encode()
    )


PLAIN = Adapter(
    name="plain",
    title="Plain",
    verify=verify,
    parse=parse,
    answer=answer,
    settings=PlainSettings,
    below=frozenset({"voice"}),
)
IN_PATH = Adapter(
    name="in-path", title="Secret in the path", verify=lambda _d, _i: None, parse=parse, answer=answer, in_path=True
)
ADAPTERS = {one.name: one for one in (PLAIN, IN_PATH)}


@pytest.fixture
async def doors(rooms: Rooms, desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """A service whose only routes are two doors."""
    routes = channel_routes(
        ADAPTERS.values(),
        ChannelAccounts(rooms.database, ADAPTERS),
        create_deliveries(rooms, create_registrar(rooms)),
        public_url="https://askonce.example",
    )
    app = application.create_application(routes, principals=None, settings=rooms.settings, clock=rooms.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://askonce.test") as http:
        yield http


async def add(rooms: Rooms, adapter: Adapter = PLAIN, name: str = "first", **values: str) -> ChannelAccount:
    async with rooms.database.transaction() as connection:
        return await accounts.add_account(
            connection, adapter, name=name, values={"secret": "s3cret", **values}, now=NOW
        )


async def send(http: httpx.AsyncClient, body: str, path: str = "plain/first", secret: str = "s3cret") -> httpx.Response:
    return await http.post(f"/v1/channels/{path}", content=body, headers={"x-secret": secret})


async def test_a_delivery_is_registered_once_however_often_it_comes(rooms: Rooms, doors, desk: Desk) -> None:
    await add(rooms)
    assert (await send(doors, "m1|0171 1234567|Hello\nm2|+49 171 1234567|Router is dead")).text == "2 0 0 0"
    assert (await send(doors, "m2|+49 171 1234567|Router is dead")).text == "0 1 0 0"
    view = (await desk.look_up(kind="phone", value="+491711234567")).json()
    assert [one["text"] for one in view["recent"]] == ["Router is dead", "Hello"]


async def test_a_delivery_of_thousands_of_events_is_taken_whole(rooms: Rooms, doors) -> None:
    await add(rooms)
    many = "\n".join(f"m{number}|0171 1234567|Hello" for number in range(rooms.settings.registration_waiting + 1))
    assert (await send(doors, many)).text == f"{rooms.settings.registration_waiting + 1} 0 0 0"


@pytest.mark.promise("S11")
async def test_a_door_without_the_right_secret_stays_closed(rooms: Rooms, doors) -> None:
    await add(rooms)
    refused = await send(doors, "m1|0171 1234567|Hello", secret="guess")
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/delivery-refused")


async def test_a_single_instance_needs_no_name_and_two_do(rooms: Rooms, doors) -> None:
    await add(rooms)
    assert (await send(doors, "m1|0171 1234567|Hello", path="plain")).text == "1 0 0 0"
    assert (await send(doors, "m1|0171 1234567|Hello", path="plain/voice")).text == "0 1 0 0"
    await add(rooms, name="second")
    assert (await send(doors, "m1|0171 1234567|Hello", path="plain/first")).text == "0 1 0 0"
    unknown = await send(doors, "m3|0171 1234567|Hello", path="plain/third")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/channel-unknown")


@pytest.mark.parametrize(
    ("path", "authorization"),
    [
        ("in-path/s3cret/deeper", ""),
        ("in-path", "Bearer s3cret"),
        ("in-path", "Basic YW55Ym9keTpzM2NyZXQ="),
        ("in-path?token=s3cret", ""),
    ],
)
async def test_a_secret_may_stand_wherever_a_vendor_can_put_it(
    rooms: Rooms, doors, path: str, authorization: str
) -> None:
    await add(rooms, IN_PATH)
    headers = {"authorization": authorization} if authorization else {}
    answered = await doors.post(f"/v1/channels/{path}", content="m1|0171 1234567|Hi", headers=headers)
    assert answered.text == "1 0 0 0"


@pytest.mark.parametrize("path", ["in-path/guess", "in-path", "in-path/first"])
async def test_whoever_does_not_know_the_path_is_refused(rooms: Rooms, doors, path: str) -> None:
    await add(rooms, IN_PATH)
    assert (await doors.post(f"/v1/channels/{path}", content="m1|0171 1234567|Hi")).status_code == 401


async def test_a_handoff_is_made_once_with_what_was_said_before(rooms: Rooms, doors, desk: Desk) -> None:
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    await add(rooms)
    body = "m1|0171 1234567|My router is dead\nh1|0171 1234567|HANDOFF"
    assert (await send(doors, body)).text == "1 0 1 0"
    assert (await send(doors, body)).text == "0 1 1 0"
    (handoff,) = (await desk("console", "GET", "/v1/handoffs")).json()["items"]
    whole = (await desk("console", "GET", f"/v1/handoffs/{handoff['id']}")).json()
    assert "My router is dead" in [line["text"] for line in whole["packet"]["transcript"]]


async def test_a_handoff_to_a_queue_that_is_missing_loses_nothing(rooms: Rooms, doors, desk: Desk) -> None:
    await add(rooms)
    assert (await send(doors, "m1|0171 1234567|Help\nh1|0171 1234567|HANDOFF")).text == "1 0 0 1"
    assert (await desk.look_up(kind="phone", value="0171 1234567")).status_code == 200


async def test_an_identity_that_cannot_be_is_left_out_and_nothing_is_lost(rooms: Rooms, doors, desk: Desk) -> None:
    await add(rooms)
    assert (await send(doors, "m1|anonymous|Who am I?")).text == "1 0 0 0"
    found = await desk.look_up(kind="external", value="plain:first:chat-anonymous")
    assert found.json()["recent"][0]["text"] == "Who am I?"


async def test_a_body_the_sender_must_change_is_a_400_that_says_how(rooms: Rooms, doors) -> None:
    await add(rooms)
    refused = await send(doors, "nonsense")
    assert (refused.status_code, refused.json()["detail"]) == (400, "Lines of id|phone|text are expected.")


async def test_a_mistake_of_our_parser_is_kept_and_not_sent_again(rooms: Rooms, doors) -> None:
    account = await add(rooms)
    assert (await send(doors, "bug")).status_code == 200
    kept = [
        delivery.raw async for _, delivery in payloads.read_payloads(rooms.database, account.account_id, untaken=True)
    ]
    assert kept == [b"bug"]


async def test_a_better_parser_reads_what_is_kept_once_more(rooms: Rooms, doors, desk: Desk) -> None:
    account = await add(rooms)
    await send(doors, "bug")
    await send(doors, "m1|0171 1234567|Hello")

    def better(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
        return events("m0|0171 1234567|It was a bug", account) if delivery.raw == b"bug" else parse(delivery, account)

    deliveries = create_deliveries(rooms, create_registrar(rooms))
    adapter = Adapter(name="plain", title="Plain", verify=verify, parse=better)
    assert await deliveries.reparse_payloads(adapter, account, untaken=False) == (2, 1, 0)
    assert await deliveries.reparse_payloads(adapter, account, untaken=True) == (0, 0, 0)


async def test_no_payload_holds_the_secret_of_its_sender(rooms: Rooms, doors) -> None:
    account = await add(rooms, IN_PATH)
    headers = {"authorization": "Bearer s3cret", "cookie": "a=b"}
    await doors.post("/v1/channels/in-path", content="m1|0171 1234567|Hi", headers=headers)
    ((_, kept),) = [one async for one in payloads.read_payloads(rooms.database, account.account_id)]
    assert not {"authorization", "cookie"} & kept.headers.keys()


@pytest.mark.parametrize(
    ("values", "named"),
    [({"shops": "x"}, "shop, colours"), ({"name": "first"}, "exists already"), ({"name": "no/slash"}, "letters")],
)
async def test_a_setting_that_cannot_be_is_named(rooms: Rooms, values: dict[str, str], named: str) -> None:
    await add(rooms)
    with pytest.raises(InvalidInput, match=named):
        await add(rooms, **{"name": "second", **values})


QUEUE = {
    "title": "Support",
    "calendar": {"time_zone": "Europe/Berlin", "country": "DE", "subdivision": "BW", "hours": "Mo-Su 00:00-24:00"},
    "offer_timeout_s": 60,
    "max_offers": 3,
    "fallback": {"callback": True},
}
