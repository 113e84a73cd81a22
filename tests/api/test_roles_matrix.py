"""Who may call what, over every endpoint there is."""

import asyncio
import re
from itertools import cycle
from uuid import uuid4

import pytest

from service.app.web import web_application
from service.model.vocabulary import Role
from tests.api.foreign import CANARIES, OUT_OF_SCOPE, SHOWN, absent, bodies, foreign, stand_in_a_shop
from tests.fixtures import NOW
from tests.handoff.examples import MONDAY, queue_json


async def operations(desk) -> list[tuple[str, str, list[str]]]:
    """(method, path with made-up ids, roles) of every endpoint that the description lists."""
    description = (await desk("admin", "GET", "/openapi.json")).json()
    return [
        (method.upper(), re.sub(r"\{[^}]+\}", str(uuid4()), path), operation["x-roles"])
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.promise("S3")
async def test_every_endpoint_that_is_not_public_wants_a_key(desk):
    for method, path, roles in await operations(desk):
        answer = await desk.http.request(method, path)
        asked = answer.content.startswith(b'{"type":"/problems/unauthenticated"')
        assert asked is (roles != ["public"]), (method, path, answer.status_code)


@pytest.mark.promise("S3")
async def test_a_key_of_another_role_is_refused_before_anything_is_read(desk):
    for method, path, roles in await operations(desk):
        for role in Role:
            if role not in roles and not {"public", "any key"} & set(roles):
                answer = await desk(role, method, path, {"no": "such body"})
                assert answer.status_code == 403, (method, path, role)
                assert answer.json()["type"] == "/problems/role-not-allowed"


@pytest.mark.promise("S1")
async def test_what_a_partner_may_not_see_looks_exactly_like_what_is_absent(desk):
    customer_id = (await desk.register()).json()["customer_id"]
    foreign = await desk("partner", "GET", f"/v1/customers/{customer_id}/context")
    absent = await desk("partner", "GET", f"/v1/customers/{uuid4()}/context")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content
    by_identity = await desk.look_up("partner")
    unknown = await desk.look_up("partner", value="nobody@example.de")
    assert by_identity.status_code == unknown.status_code == 404
    assert by_identity.content == unknown.content


@pytest.mark.promise("S2")
async def test_no_view_shows_more_than_its_desk_may_know(desk):
    await desk.register(participant={"role": "agent", "name": "Ada Agent"}, direction="outbound", text="called back")
    await desk.register(participant={"role": "customer", "name": "Anna Muster"}, facts={"city": "Ulm"})
    bot = (await desk.look_up("bot")).text
    assert "Ada Agent" not in bot
    assert "anna@example.de" not in bot
    store = (await desk.look_up("store")).json()
    assert store["customer"]["name"] == "A. M."
    assert "known" not in store
    assert "recent" not in store


NOT_ASKED = {"streamEvents", "registerInteractions", "putRecords"}
"""A stream without an end, which has a test of its own, and what is many of what is asked."""
ACCEPT = "application/json, text/event-stream"


async def asked_by(desk, role, named) -> dict[tuple, tuple[int, bytes, set[str]]]:
    """What a key is told of these ids by each operation that names one: status, body, and which of its names it takes."""
    paths = (await desk("admin", "GET", "/openapi.json")).json()["paths"]
    answers, given = {}, {key.replace("_", ""): body for key, body in bodies(named).items()}
    for path, methods in paths.items():
        for method, operation in methods.items():
            name = operation["operationId"]
            if name in NOT_ASKED or not {role, "any key"} & {*operation["x-roles"]}:
                continue
            names = set(re.findall(r"\{([^}]+)\}", path)) & named.ids.keys()
            for number, body in enumerate(given.get(name.lower(), [None] if names else [])):
                url = path.format_map(named.ids)
                headers = {"idempotency_key": str(uuid4())} | (
                    {"host": "127.0.0.1", "accept": ACCEPT} if name == "callMcp" else {}
                )
                answer = await desk(role, method.upper(), url, body, **headers)
                told = names | _named_in(body or {})
                answers[name, number] = (answer.status_code, answer.content + str(answer.headers).encode(), told)
    return answers


def _named_in(body: dict) -> set[str]:
    """The names by which a body, or the call of a tool, names what may be in other hands."""
    return {*body.get("params", {}).get("arguments", body)}


def leaked(content: bytes) -> set[str]:
    """The canaries in an answer."""
    return {name for name, canary in CANARIES.items() if canary.encode() in content}


SERVING = [*((role, None) for role in SHOWN), (Role.BOT, "repairs"), (Role.STORE, "repairs")]
"""Keys of each role, and those that take what they hand over themselves."""


@pytest.mark.parametrize(("role", "serving"), SERVING)
@pytest.mark.promise("S1", "S2")
async def test_what_is_in_other_hands_looks_absent_and_tells_nothing(desk, rooms, clock, measured, *, role, serving):
    """S1 and S2: route x role x {foreign, absent}, with a canary in every field."""
    clock.offset = MONDAY - NOW
    there = await foreign(desk)
    async with rooms.database.transaction() as connection:
        await stand_in_a_shop(desk, connection, serving=serving)
    found, missing = await asked_by(desk, role, there), await asked_by(desk, role, absent())
    assert len(found) > 10
    measured("S1", f"questions of a {role} about what is not its own", len(found))
    beyond = [name for name, canary in CANARIES.items() if name not in SHOWN[role]]
    shown = b"".join(content for _, content, _ in found.values())
    measured("S2", f"canaries kept from a {role}", len(beyond))
    measured("S2", "canaries found", sum(CANARIES[name].encode() in shown for name in beyond))
    for operation, (status, content, told) in found.items():
        assert leaked(content) <= SHOWN[role], operation
        if told & OUT_OF_SCOPE[role]:
            assert (status, _without_ids(content)) == (missing[operation][0], _without_ids(missing[operation][1]))
            assert operation[0] == "callMcp" or status in {403, 404}, operation


@pytest.mark.parametrize("role", [Role.BOT, Role.CHANNEL, Role.STORE])
@pytest.mark.parametrize("serving", [None, "repairs"])
async def test_what_a_machine_hands_over_tells_it_no_more_than_its_view(desk, rooms, clock, role, serving):
    """S1 and S2: neither the packet, nor the brief, nor a claim of what it gave, to a queue of its own too."""
    clock.offset = MONDAY - NOW
    there = await foreign(desk)
    async with rooms.database.transaction() as connection:
        await stand_in_a_shop(desk, connection, serving=serving)
    asked = bodies(there)
    joining = await desk(role, "POST", "/v1/callbacks", asked["create_callback"][1], idempotency_key=str(uuid4()))
    assert (joining.status_code, joining.json()["joined"]) == (200, True)
    assert leaked(joining.content) <= SHOWN[role]
    await desk("console", "POST", f"/v1/callbacks/{there.ids['callback_id']}/cancel", {})
    for handed, promised in zip(cycle(asked["create_handoff"]), asked["create_callback"], strict=False):
        given = await desk(role, "POST", "/v1/handoffs", handed, idempotency_key=str(uuid4()))
        called = await desk(role, "POST", "/v1/callbacks", promised, idempotency_key=str(uuid4()))
        assert (given.status_code, called.status_code) == (201, 201), (given.text, called.text)
        handoff, callback = f"/v1/handoffs/{given.json()['id']}", f"/v1/callbacks/{called.json()['id']}"
        answers = {
            path: await desk(role, "POST" if path.endswith(("accept", "claim")) else "GET", path, {"agent": "ada"})
            for path in (f"{handoff}/accept", f"{callback}/claim", handoff, callback, "/v1/handoffs", "/v1/callbacks")
        }
        briefs = {path: await desk(role, "GET", f"{path}/brief") for path in (handoff, callback)}
        taken = serving is not None and role is not Role.CHANNEL
        assert {one.status_code for one in answers.values()} == {200} if taken else {200, 403}
        assert {one.status_code for one in briefs.values()} == {200 if taken else 403}
        for answer in (given, called, *answers.values(), *briefs.values()):
            assert leaked(answer.content) <= SHOWN[role], answer.url
        await desk("console", "POST", f"{callback}/cancel", {})


async def stream_begins(app, key: str, customer_id: str) -> tuple[int, bytes]:
    """How a stream of events begins: its status, and its body if that ends at once."""
    said: list = []
    heard = asyncio.Event()

    async def receive():
        await heard.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        said.append(message)
        heard.set()

    headers = [(b"authorization", f"Bearer {key}".encode()), (b"host", b"127.0.0.1")]
    query = f"customer={customer_id}".encode()
    await app(
        {"type": "http", "method": "GET", "path": "/v1/events", "query_string": query, "headers": headers},
        receive,
        send,
    )
    return said[0]["status"], b"".join(one.get("body", b"") for one in said[1:])


async def test_a_stream_of_events_of_a_customer_in_other_hands_is_silent_and_looks_absent(desk, rooms):
    """S1 and S2 of live events: to a partner who does not serve them, and to keys that may name any customer."""
    there = await foreign(desk)
    async with web_application(rooms) as app:
        for role in (Role.BOT, Role.STORE, Role.PARTNER):
            found = await stream_begins(app, desk.keys[role], there.ids["customer_id"])
            missing = await stream_begins(app, desk.keys[role], absent().ids["customer_id"])
            assert not any(canary.encode() in found[1] for canary in CANARIES.values())
            assert (found == missing) is (role is Role.PARTNER)


def _without_ids(content: bytes) -> bytes:
    """An answer without what differs between any two: the id of the request."""
    return re.sub(rb"'x-request-id': '[^']*'", b"", content)


@pytest.mark.parametrize("role", SHOWN)
@pytest.mark.promise("S1")
async def test_what_is_in_ones_own_hands_is_seen(desk, role):
    """The matrix above hides from no key what is its own: what it gave, and for a partner what its queue has."""
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())
    anna = {"identity": {"kind": "email", "value": "anna@example.de"}}
    giver = "console" if role is Role.PARTNER else role
    handoff = anna | {"to": {"queue": "repairs"}, "reason": {"text": "Help"}}
    given = (await desk(giver, "POST", "/v1/handoffs", handoff, idempotency_key="own-1")).json()
    callback = anna | {"queue": "repairs", "reason": "Help", "phone": "+49711123456"}
    promised = (await desk(giver, "POST", "/v1/callbacks", callback, idempotency_key="own-2")).json()
    customer = f"/v1/customers/{given['customer_id']}"
    paths = [f"/v1/handoffs/{given['id']}", f"/v1/callbacks/{promised['id']}"]
    if role is Role.PARTNER:
        paths += [f"{customer}/context", *(f"{path}/brief" for path in paths)]
    for path in paths:
        assert (await desk(role, "GET", path)).status_code == 200, path
