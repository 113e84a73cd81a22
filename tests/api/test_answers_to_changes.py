"""The answer to a change shows no more than the key may read (promises S1, S2)."""

import pytest

pytestmark = pytest.mark.promise("S1", "S2")

CANARY = "Kanarienvogel"
ADDRESS = f"{CANARY.lower()}@example.de"


@pytest.fixture
async def anna(desk) -> dict[str, str]:
    """The ids of a customer whose every field says the canary, and of her conversation."""
    registered = (
        await desk.register(email=ADDRESS, conversation={"ref": "c-1", "subject": CANARY}, text=CANARY)
    ).json()
    patch = {"name": CANARY, "communication_style": CANARY, "segments": [CANARY]}
    assert (await desk("console", "PATCH", f"/v1/customers/{registered['customer_id']}", patch)).status_code == 200
    return registered


def changes(ids: dict[str, str]) -> list[tuple[str, str, str, object]]:
    """Role, method, path and body of each change by a key that may not read what it changes."""
    customer, conversation = f"/v1/customers/{ids['customer_id']}", f"/v1/conversations/{ids['conversation_id']}"
    return [
        ("channel", "PATCH", customer, {}),
        ("channel", "PATCH", customer, {"language": "de"}),
        ("channel", "PUT", f"{customer}/identities", {"kind": "device", "value": "tablet"}),
        *[(role, "PATCH", conversation, body) for role in ("bot", "channel") for body in ({}, {"status": "resolved"})],
    ]


async def test_a_key_that_may_not_read_the_record_gets_its_id_and_version(desk, anna):
    for role, method, path, body in changes(anna):
        answer = await desk(role, method, path, body)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.json().keys() == {"id", "version"}
        assert answer.json()["id"] in path
        assert answer.headers["context-version"] == str(answer.json()["version"])


async def test_a_repeated_creation_does_not_show_what_became_of_the_customer(desk):
    new = {"identities": [{"kind": "email", "value": ADDRESS}]}
    made = await desk("channel", "POST", "/v1/customers", new, idempotency_key="k-1")
    await desk("console", "PATCH", f"/v1/customers/{made.json()['id']}", {"name": CANARY})
    again = await desk("channel", "POST", "/v1/customers", new, idempotency_key="k-1")
    assert (made.status_code, again.status_code) == (201, 201)
    assert again.json() == {"id": made.json()["id"], "version": 2}


async def test_a_key_that_may_read_the_record_gets_it(desk, anna):
    for _, method, path, body in changes(anna):
        assert CANARY in (await desk("console", method, path, body)).text
