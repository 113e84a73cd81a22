"""Who may call what, over every endpoint there is."""

import re
from uuid import uuid4

import pytest

from service.model.vocabulary import Role
from tests.api.foreign import CANARIES, OUT_OF_SCOPE, SHOWN, absent, bodies, foreign, stand_in_a_shop
from tests.handoff.examples import queue_json


async def operations(desk) -> list[tuple[str, str, list[str]]]:
    """(method, path with made-up ids, roles) of every endpoint that the description lists."""
    description = (await desk("admin", "GET", "/openapi.json")).json()
    return [
        (method.upper(), re.sub(r"\{[^}]+\}", str(uuid4()), path), operation["x-roles"])
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


async def test_every_endpoint_that_is_not_public_wants_a_key(desk):
    for method, path, roles in await operations(desk):
        answer = await desk.http.request(method, path)
        asked = answer.content.startswith(b'{"type":"/problems/unauthenticated"')
        assert asked is (roles != ["public"]), (method, path, answer.status_code)


async def test_a_key_of_another_role_is_refused_before_anything_is_read(desk):
    for method, path, roles in await operations(desk):
        for role in Role:
            if role not in roles and not {"public", "any key"} & set(roles):
                answer = await desk(role, method, path, {"no": "such body"})
                assert answer.status_code == 403, (method, path, role)
                assert answer.json()["type"] == "/problems/role-not-allowed"


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


NOT_ASKED = {"streamEvents", "callMcp", "registerInteraction", "registerInteractions"}
"""A stream without an end, the tools, which are routes of this table, and what names nothing that is there."""


async def asked_by(desk, role, named) -> dict[tuple, tuple[int, bytes, set[str]]]:
    """What a key is told of these ids by each operation that names one: status, body, and which of its names it takes."""
    paths = (await desk("admin", "GET", "/openapi.json")).json()["paths"]
    answers, given = {}, {key.replace("_", ""): body for key, body in bodies(named).items()}
    for path, methods in paths.items():
        for method, operation in methods.items():
            name = operation["operationId"]
            if role not in operation["x-roles"] or name in NOT_ASKED:
                continue
            names = set(re.findall(r"\{([^}]+)\}", path)) & named.ids.keys()
            for number, body in enumerate(given.get(name.lower(), [None] if names else [])):
                url = path.format_map(named.ids)
                answer = await desk(role, method.upper(), url, body, idempotency_key=str(uuid4()))
                told = names | (body or {}).keys()
                answers[name, number] = (answer.status_code, answer.content + str(answer.headers).encode(), told)
    return answers


@pytest.mark.parametrize("role", SHOWN)
async def test_what_is_in_other_hands_looks_absent_and_tells_nothing(desk, rooms, role):
    """S1 and S2: route x role x {foreign, absent}, with a canary in every field."""
    there = await foreign(desk)
    async with rooms.database.transaction() as connection:
        await stand_in_a_shop(desk, connection)
    found, missing = await asked_by(desk, role, there), await asked_by(desk, role, absent())
    assert len(found) > 10
    for operation, (status, content, told) in found.items():
        leaks = {name for name, canary in CANARIES.items() if canary.encode() in content}
        assert leaks <= SHOWN[role], (operation, status)
        if told & OUT_OF_SCOPE[role]:
            assert (status, _without_ids(content)) == (missing[operation][0], _without_ids(missing[operation][1]))
            assert status in {403, 404}, operation


def _without_ids(content: bytes) -> bytes:
    """An answer without what differs between any two: the id of the request."""
    return re.sub(rb"'x-request-id': '[^']*'", b"", content)


@pytest.mark.parametrize("role", SHOWN)
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
