"""What bots and tills learn of handoffs and callbacks, of those in a queue of theirs too."""

from datetime import timedelta

import pytest

from service.access.keys import create_key
from service.model.vocabulary import Role
from service.settings.environment import load_settings
from tests.fixtures import NOW
from tests.handoff.examples import MONDAY, queue_json

ANNA = {"kind": "email", "value": "anna@example.de"}
CHAT = ("username", "chat:anna")
REASON = {"reason": {"text": "Help"}, "to": {"queue": "repairs"}}
EARLIER = MONDAY - timedelta(hours=1)
PHONE = "+49711123456"


@pytest.fixture
def settings():
    """A company of members, whose numbers are contact facts to it."""
    return load_settings({"ASKONCE_CONTACT_FACTS": "member_number"})


@pytest.fixture
async def served(desk, rooms, clock):
    """The desk on a Monday morning, where bots and tills serve the queue repairs like the partner does."""
    clock.offset = MONDAY - NOW
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())
    async with rooms.database.transaction() as connection:
        for role in (Role.BOT, Role.STORE):
            desk.keys[role] = await create_key(connection, role=role, name=f"my {role}", now=NOW, queue="repairs")
    return desk


async def hand_off(desk, role, **who):
    given = await desk(role, "POST", "/v1/handoffs", who | REASON, idempotency_key=f"{role}{who}")
    assert given.status_code == 201, given.text
    return given.json()


async def promise(desk, role, **fields):
    asked = {"identity": ANNA, "queue": "repairs", "reason": "Help"} | fields
    made = await desk(role, "POST", "/v1/callbacks", asked, idempotency_key=f"{role}{fields}")
    assert made.status_code == 201, made.text
    return made.json()


async def test_the_names_of_the_setting_are_contact_facts_of_packets_and_briefs_too(served):
    await served.register(facts={"member_number": "M-1", "order_number": "A-1"}, subject="Another matter", at=EARLIER)
    await served.register(subject="Router", at=MONDAY)
    given = await hand_off(served, "console", identity=ANNA)
    for path in ("", "/brief"):
        seen = await served("partner", "GET", f"/v1/handoffs/{given['id']}{path}")
        assert "A-1" in seen.text
        assert ("M-1" in seen.text, '"member_number":{"withheld":"assurance"}' in seen.text) == (False, True)


async def test_by_a_claimed_identity_a_bot_hands_off_a_conversation_in_which_that_took_part(served):
    """S25: the packet of a handoff tells nothing of a matter of which the claimed identity was no part."""
    both = [(*CHAT,), (*ANNA.values(), True)]
    await served.register(identities=both, ref="chat", at=EARLIER, facts={"error_code": "E42"})
    await served.register(identities=[(*ANNA.values(), True)], ref="mail", at=MONDAY, facts={"order_number": "A-1"})
    claimed, proven = {"kind": CHAT[0], "value": CHAT[1]}, ANNA
    for identity, facts in ((claimed, ["error_code"]), (proven, ["order_number"])):
        assert list((await hand_off(served, "bot", identity=identity))["packet"]["facts"]) == facts
    console = await hand_off(served, "console", identity=claimed)
    assert list(console["packet"]["said_here"]) == ["order_number"]


@pytest.mark.parametrize("role", ["bot", "store"])
async def test_a_machine_that_promises_a_call_in_its_own_queue_is_not_told_the_number_on_record(served, role):
    await served.register(identities=[(*ANNA.values(), True), ("phone", PHONE)])
    mine = await promise(served, role)
    path = f"/v1/callbacks/{mine['id']}"
    claimed = await served(role, "POST", f"{path}/claim", {"agent": "ada"})
    assert (claimed.status_code, claimed.json()["phone"]) == (200, None)
    assert (await served(role, "GET", path)).json()["phone"] is None
    assert PHONE[-4:] not in claimed.text


@pytest.mark.parametrize("role", ["bot", "store"])
async def test_a_machine_that_another_desk_asks_to_call_is_told_the_number_with_the_claim(served, role):
    await served.register(identities=[(*ANNA.values(), True), ("phone", PHONE)])
    path = f"/v1/callbacks/{(await promise(served, 'console'))['id']}"
    assert (await served(role, "GET", path)).json()["phone"] == "+49 ••• 56"
    assert (await served(role, "POST", f"{path}/claim", {"agent": "ada"})).json()["phone"] == PHONE
