"""Who may call what, over every endpoint there is."""

import re
from uuid import uuid4

from service.model.vocabulary import Role


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
