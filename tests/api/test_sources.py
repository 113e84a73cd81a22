"""S24: nobody can register under the house's, a door's or another key's source."""

import asyncio

import pytest

from service.access.keys import create_key
from service.channels.registry import ADAPTERS
from service.inbound import accounts
from service.model.vocabulary import Role
from service.registration.sources import HouseSource
from tests.channels.vendors import QUEUE, RECORDED
from tests.fixtures import NOW, Desk
from tests.handoff.conftest import Office
from tests.registration.events import event_json

pytestmark = [pytest.mark.promise("S24"), pytest.mark.slow]
WRITERS = [Role.CHANNEL, Role.BOT, Role.STORE, Role.CONSOLE, Role.ADMIN]
RESERVED = [
    *(one.of("the bot") if one.endswith(":") else str(one) for one in HouseSource),
    *(f"{adapter}:{name}" for adapter in ADAPTERS for name in ("shop", "no-such-door")),
]
LOOK_ALIKES = [
    "Forms",
    "forms ",
    "ｆｏｒｍｓ",
    "HANDOFF:the bot",
    "hand\u00adoff:the bot",
    "chatwoot：shop",
    "chatwoot",
]


@pytest.fixture
async def office(desk: Desk) -> Office:
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    return Office(desk)


@pytest.fixture
async def chatwoot(desk: Desk, rooms):
    """A function that has Chatwoot deliver a visitor's message; gives the answer's status."""
    from service.channels.chatbot.chatwoot import signature

    async with rooms.database.transaction() as connection:
        account = await accounts.add_account(
            connection, ADAPTERS["chatwoot"], name="shop", values={"secret": "hook-secret"}, now=NOW
        )

    async def deliver() -> int:
        raw, stamp = (RECORDED / "chatwoot" / "incoming.json").read_bytes(), str(int(NOW.timestamp()))
        headers = {"x-chatwoot-timestamp": stamp, "x-chatwoot-signature": signature(stamp, raw, "hook-secret")}
        path = accounts.delivery_path(ADAPTERS["chatwoot"], account)
        return (await desk.http.post(path, content=raw, headers=headers)).status_code

    return deliver


@pytest.fixture
def another(desk: Desk, rooms):
    """A function that makes one more key and gives the service as its caller."""

    async def make(role: Role = Role.BOT, name: str = "another", **options: str) -> Desk:
        async with rooms.database.connection() as connection:
            key = await create_key(connection, role=role, name=name, now=NOW, **options)
        return Desk(desk.http, {role: key})

    return make


async def rows(rooms, query: str) -> list[tuple]:
    async with rooms.database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query)]


async def register_everything_of_the_house(office: Office, chatwoot) -> None:
    """The events of desks, a form and a door."""
    assert await chatwoot() == 200
    handoff = (await office.hand_off(summary="Help")).json()
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    await office.step(handoff, "complete", token=taken["token"], summary="Helped")
    await save_draft(office.desk, "name")
    callback = (await office.promise()).json()
    claimed = (await office.call(callback, "claim", agent="Ben")).json()
    tried = await office.call(callback, "attempts", token=claimed["token"], outcome="no_answer")
    assert tried.status_code == 200


async def draft_token(desk: Desk) -> str:
    """A token for Anna's draft D3 of form f1."""
    asked = {"fields": ["name"], "identity": {"kind": "email", "value": "anna@example.de"}, "draft": "D3"}
    return (await desk("channel", "POST", "/v1/forms/f1/tokens", asked)).json()["token"]


async def save_draft(desk: Desk, value: str) -> dict:
    """Save 1 of Anna's draft D3 of form f1."""
    body = {"token": await draft_token(desk), "save": "1", "values": {"name": value}}
    return (await desk.http.post("/v1/forms/f1/draft", json=body)).json()


async def attempts(desk: Desk, role: Role, source: str, event_id: str) -> list[tuple]:
    """The problem that each way to register answers with: alone, in a batch, as CloudEvents."""
    told = event_json(id=event_id, source=source)
    event = {"specversion": "1.0", "id": event_id, "source": source, "type": "message", "data": told}
    bodies = {
        "/v1/interactions": [("application/json", told), ("application/cloudevents+json", event)],
        "/v1/interactions/batch": [("application/json", [told]), ("application/cloudevents-batch+json", [event])],
    }
    answers = []
    for path, ways in bodies.items():
        for media_type, body in ways:
            answer = await desk(role, "POST", path, body, content_type=media_type)
            problem = answer.json()[0] if path.endswith("batch") else answer.json()
            answers.append((problem["status"], problem.get("type"), problem.get("detail")))
    return answers


@pytest.mark.parametrize("role", WRITERS)
async def test_a_key_is_refused_under_every_source_of_the_house_and_its_doors(rooms, desk, role):
    for source in RESERVED:
        answers = set(await attempts(desk, role, source, "1"))
        assert [(status, problem) for status, problem, _ in answers] == [(403, "/problems/source-reserved")], source
    assert await rows(rooms, "SELECT FROM interaction") == await rows(rooms, "SELECT FROM identity") == []


@pytest.mark.parametrize("role", WRITERS)
async def test_an_event_of_the_house_or_a_door_that_is_on_record_is_refused_like_one_that_is_not(
    rooms, office, chatwoot, role
):
    await register_everything_of_the_house(office, chatwoot)
    known = await rows(rooms, "SELECT source, source_event_id FROM interaction")
    assert {source.partition(":")[0] for source, _ in known} == {"chatwoot", "handoff", "forms", "callback"}
    for source, event_id in known:
        existing = await attempts(office.desk, role, source, event_id)
        assert existing == await attempts(office.desk, role, source, "absent"), source
        assert {status for status, _, _ in existing} == {403}


async def test_an_item_under_a_reserved_source_fails_alone_in_its_batch(desk):
    batch = [event_json(), event_json(source="forms"), event_json()]
    answer = await desk("bot", "POST", "/v1/interactions/batch", batch)
    assert [one["status"] for one in answer.json()] == [201, 403, 201]


@pytest.mark.parametrize("source", LOOK_ALIKES)
async def test_a_spelling_that_looks_like_a_reserved_source_is_a_source_of_the_key(rooms, desk, office, source):
    assert (await desk.register("bot", id="f1:D3:1", source=source)).status_code == 201
    assert not (await save_draft(desk, "Anna"))["duplicate"]
    assert await rows(rooms, "SELECT count(DISTINCT conversation_id) FROM interaction WHERE source = 'forms'") == [(1,)]


async def test_no_bot_can_stop_a_handoff_from_being_completed(office):
    handoff = (await office.hand_off()).json()
    poison = await office.desk.register("bot", source="handoff:the console", id=f"{handoff['id']}:end")
    assert poison.status_code == 403
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    done = await office.step(handoff, "complete", token=taken["token"], summary="Helped")
    assert (done.status_code, done.json()["state"]) == (200, "completed")


async def test_no_till_can_make_the_message_of_a_door_vanish_or_join_its_conversation(desk, chatwoot):
    poison = await desk.register("store", source="chatwoot:shop", id="message:6", ref="conversation:5")
    assert poison.status_code == 403
    assert await chatwoot() == 200
    assert (await desk.look_up()).json()["recent"][0]["text"] == "Where is my parcel?"


async def test_no_site_can_make_what_another_one_was_typed_vanish(desk, rooms, another):
    await save_draft(await another(Role.CHANNEL), "Mallory")
    assert not (await save_draft(desk, "Anna"))["duplicate"]
    assert (await save_draft(desk, "Anna"))["duplicate"]
    assert await rows(rooms, "SELECT details ->> 'facts' FROM interaction WHERE source = 'forms' ORDER BY version") == [
        ('{"name": "Mallory"}',),
        ('{"name": "Anna"}',),
    ]


async def test_no_key_joins_the_conversation_of_another_by_its_source_and_ref(desk, another):
    """S24: nor does a site read what was typed in the draft of another one."""
    first, again = [(await desk.register("bot", ref="4711")).json() for _ in range(2)]
    stranger = (await (await another()).register("bot", ref="4711")).json()
    assert stranger["customer_id"] == first["customer_id"]
    assert again["conversation_id"] == first["conversation_id"] != stranger["conversation_id"]
    await save_draft(desk, "Anna")
    site = await another(Role.CHANNEL)
    token = await draft_token(site)
    prefill = await site.http.get("/v1/forms/f1/prefill", params={"token": token})
    assert (prefill.json()["known"], prefill.json()["ask"]) == ({}, ["name"])


@pytest.mark.parametrize("role", WRITERS)
@pytest.mark.parametrize("other", WRITERS)
async def test_an_event_of_another_key_counts_apart_and_looks_like_an_absent_one(desk, another, role, other):
    first = (await desk.register(role, id="m-17")).json()
    stranger = await another(other)
    for event_id in ("m-17", "absent"):
        answer = await stranger.register(other, id=event_id, email="mallory@example.de")
        assert (answer.status_code, answer.json()["duplicate"]) == (201, False)
        assert not {first[name] for name in ("interaction_id", "customer_id")} & {*map(str, answer.json().values())}
    again = await desk.register(role, id="m-17")
    assert (again.status_code, again.json()) == (200, first | {"duplicate": True})


async def test_a_rotated_key_of_the_same_name_and_keys_of_one_space_go_on_counting_once(another):
    keys = [
        await another(name="shop-bot"),
        await another(name="shop-bot"),
        await another(Role.CHANNEL, name="shop-bot-2", space="shop-bot"),
    ]
    first, rotated, third = [(await key.register(*key.keys, id="m-17")).json() for key in keys]
    assert rotated == third == first | {"duplicate": True}


async def test_parallel_copies_of_two_keys_of_a_space_and_of_a_stranger_make_one_row_for_each_space(rooms, another):
    keys = [await another(name="a", space="one"), await another(name="b", space="one"), await another(name="c")]
    answers = await asyncio.gather(*(key.register("bot", id="m-17") for key in keys for _ in range(25)))
    assert sorted(answer.status_code for answer in answers) == [200] * 73 + [201] * 2
    assert len({answer.json()["interaction_id"] for answer in answers[:50]}) == 1
    assert await rows(rooms, "SELECT count(*) FROM interaction") == [(2,)]


async def test_the_house_and_its_doors_share_no_space_with_any_key(rooms, another, office, chatwoot):
    await another(name="0")
    await another(name="forms", space="chatwoot:shop")
    await register_everything_of_the_house(office, chatwoot)
    of_the_house = "SELECT FROM interaction JOIN receipt ON digest = event_digest(0, source, source_event_id)"
    assert len(await rows(rooms, of_the_house)) == 5
    assert (
        await rows(
            rooms, "SELECT FROM source_space WHERE space_id < 2 UNION ALL SELECT FROM api_key WHERE space_id < 2"
        )
        == []
    )
