"""What a store's key sees of conditions that hold elsewhere: nothing, whatever it asks (promises S1, S2)."""

import msgspec
import pytest

from service.access.keys import create_key
from service.conditions.model import Scope
from service.conditions.rules import is_seen_at
from service.model.vocabulary import Channel, Role
from tests.fixtures import NOW
from tests.handoff.examples import queue_json

HERE, THERE = "DE-042", "DE-001"


@pytest.mark.parametrize(
    ("scope", "store", "seen"),
    [
        (Scope(), HERE, True),
        (Scope(stores=(THERE, HERE)), HERE, True),
        (Scope(stores=(THERE,)), HERE, False),
        (Scope(stores=(THERE,)), None, True),
        (Scope(channels=(Channel.WEB,)), HERE, False),
        (Scope(channels=(Channel.WEB,)), None, False),
        (Scope(channels=(Channel.WEB, Channel.STORE), stores=(HERE,)), HERE, True),
    ],
)
@pytest.mark.promise("S1", "S2")
def test_a_till_is_shown_what_holds_in_its_store(scope, store, seen):
    assert is_seen_at(scope, store) is seen


@pytest.fixture
async def till(desk, rooms):
    """The key of a till in the store HERE, and the customer with a condition for each place."""
    async with rooms.database.transaction() as connection:
        desk.keys[Role.STORE] = await create_key(connection, role=Role.STORE, name="till 42", store=HERE, now=NOW)
    customer_id = (await desk.register()).json()["customer_id"]
    for title, scope in (
        ("Here", {"stores": [HERE]}),
        ("There", {"stores": [THERE]}),
        ("On the web", {"channels": ["web"]}),
    ):
        wanted = {"title": title, "kind": "discount", "terms": {"percent": 5}, "scope": scope, "contract": "C-7"}
        path = f"/v1/customers/{customer_id}/conditions"
        assert (await desk("console", "POST", path, wanted, idempotency_key=title)).status_code == 201
    return desk, customer_id


@pytest.mark.promise("S1", "S2")
async def test_every_answer_to_a_till_holds_what_holds_there_without_its_contract(till):
    desk, customer_id = till
    anna = {"kind": "email", "value": "anna@example.de"}
    await desk("admin", "PUT", "/v1/queues/support", queue_json())
    handoff = {"customer_id": customer_id, "to": {"queue": "support"}, "reason": {"text": "Help"}}
    answers = [
        await desk.look_up("store"),
        await desk("store", "GET", f"/v1/customers/{customer_id}/context"),
        await desk("store", "POST", "/v1/store/lookup", {"identity": anna}),
        await desk("store", "POST", "/v1/handoffs", handoff, idempotency_key="h-1"),
    ]
    for answer in answers:
        found = answer.json()
        shown = (found.get("packet") or found)["conditions"]
        assert [one["title"] for one in shown] == ["Here"]
        assert b"C-7" not in answer.content
        assert int(answer.headers["content-length"]) == len(answer.content)


async def test_the_cached_view_of_the_console_holds_all_of_them(till):
    desk, _ = till
    await desk.look_up("store")
    shown = msgspec.json.decode((await desk.look_up("console")).content)["conditions"]
    assert sorted(one["title"] for one in shown) == ["Here", "On the web", "There"]
