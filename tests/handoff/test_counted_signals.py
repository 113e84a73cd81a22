"""The signals that rules are evaluated by, as the database counts them, are those that everybody sees."""

from datetime import timedelta
from random import Random
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from service.app.rooms import Rooms
from service.context.model import ChurnCode
from service.insight.customer_signals import read_signals
from service.insight.customer_views import read_views
from tests.handoff.conftest import MONDAY, Office

pytestmark = pytest.mark.slow

SEED = 16
PEOPLE = ("anna", "ben", "cem", "dora", "eva", "finn", "gisa")
SAID = (
    {"mood": -0.8},
    {"mood": 0.31},
    {"kind": "call", "channel": "phone", "outcome": "abandoned"},
    {"kind": "call", "channel": "phone", "direction": "outbound", "outcome": "missed"},
    {"attempt": ("Restarted", "failed")},
    {"attempt": ("Restarted", "worked")},
    {"attempt": ("Another cable", "failed"), "subject": "Cable"},
    {"rating": {"value": 1, "scale": 3}},
    {"rating": {"value": 4.5, "scale": 5}, "channel": "web"},
    {"subject": "Bill", "ref": "bill"},
)

BURDENS = (
    "UPDATE handoff SET state = 'transferred', deadline = NULL, ended_at = created_at WHERE customer_id = ANY ($1)",
    "UPDATE callback SET state = 'missed' WHERE customer_id = ANY ($1)",
    "UPDATE callback SET kept = false WHERE customer_id = ANY ($1)",
    "UPDATE interaction SET repeated_questions = 1 WHERE mood > 0 AND customer_id = ANY ($1)",
    "UPDATE customer SET repeated_questions = 3 WHERE customer_id = ANY ($1)",
    """
    UPDATE conversation SET status = 'resolved', resolved_at = last_at
    WHERE ref LIKE '%r1%' AND customer_id = ANY ($1)
    """,
)


async def talk(office: Office, random: Random) -> list[str]:
    """Customers who said this and that over 40 days, with their ids."""
    for number in range(150):
        at = MONDAY - timedelta(hours=random.uniform(0, 40 * 24))
        said = {"ref": f"r{random.randrange(30)}"} | random.choice(SAID)
        who = random.choice(PEOPLE)
        said["ref"] = f"{who}-{said['ref']}"
        answer = await office.desk.register(email=f"{who}@example.de", at=at, text=f"Word {number}", **said)
        assert answer.status_code == 201, answer.text
    looked = [await office.desk.look_up(value=f"{who}@example.de") for who in PEOPLE]
    return [one.json()["customer"]["id"] for one in looked]


async def burden(office: Office, rooms: Rooms, ids: list[str]) -> None:
    """Handoffs that went from desk to desk, promises that were broken, matters that were solved, questions asked again."""
    for one in ids:
        assert (await office.hand_off(customer_id=one)).status_code == 201
        assert (await office.promise(customer_id=one, phone="+491711234567")).status_code == 201
    async with rooms.database.transaction() as connection:
        for number, statement in enumerate(BURDENS):
            await connection.execute(statement, ids[number % 2 :: 2])
        await connection.execute("UPDATE customer SET restricted = true WHERE customer_id = $1", ids[5])
        await connection.execute("UPDATE customer SET consents = '{-profiling}' WHERE customer_id = $1", ids[6])


async def test_signals_that_are_counted_are_those_that_are_seen(office: Office, rooms: Rooms):
    ids = await talk(office, Random(SEED))
    await burden(office, rooms, ids)
    merged = await office.desk("admin", "PUT", f"/v1/customers/{ids[0]}/merges", {"other_customer_id": ids[4]})
    assert merged.status_code in {200, 201}, merged.text
    asked = [*map(UUID, ids), uuid4()]
    async with rooms.database.connection() as connection:
        counted = await read_signals(connection, asked, now=MONDAY)
        seen = await read_views(connection, asked, now=MONDAY, zone=ZoneInfo("Europe/Berlin"))
    assert counted.signals == {view.customer.id: view.signals for view in seen.views}
    assert counted.others == seen.others >= {UUID(one) for one in ids[4:]}
    codes = {reason.code for one in counted.signals.values() for reason in one.churn_risk.reason_codes}
    assert codes | {ChurnCode.MANY_TRANSFERS} >= set(ChurnCode) - {ChurnCode.LOW_MOOD}
    assert max(one.transfers for one in counted.signals.values()) == 1
    assert {one: set(members) for one, members in counted.members.items()} == {
        one: set(members) for one, members in seen.members.items()
    }
