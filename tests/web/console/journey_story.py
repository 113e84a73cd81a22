"""Anna's way of five weeks, told over the API: 24 contacts on six channels, three handoffs, of which one worked."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from tests.journey.picture_examples import ROWS, made_journey
from tests.web.console.story import Call

ANNA = {"kind": "email", "value": "anna.weber@example.de", "verified": True}
SUBJECT = "Router does not connect, error E42"
CLOSED = {"title": "Support", "calendar": {"time_zone": "Europe/Berlin", "hours": "Mo 03:00-03:01"}}
FRICTIONS: dict[Any, dict[str, Any]] = {
    "asked_again": {"asks": ["address"]},
    "did_not_help": {"attempt": {"what": "Factory reset", "outcome": "failed"}},
    "dropped": {"outcome": "abandoned"},
    "may_leave": {"data": {"url": "https://shop.example/cancel", "title": "Cancel"}},
    None: {},
}
DESKS = ((11, "support", "closed"), (14, "technicians", "no answer"), (18, "technicians", "taken"))
"""After which contact a desk was asked, and what became of it."""
MOVE = """
UPDATE handoff SET created_at = $2, ended_at = $2::timestamptz + interval '48 seconds' WHERE handoff_id = $1
"""
OFFERED = """
UPDATE handoff SET offers = jsonb_build_array(jsonb_build_object(
    'to', jsonb_build_object('queue', 'technicians'), 'offered_at', created_at, 'end', $2::text,
    'ended_at', created_at + interval '40 seconds'
)), taken_by = $3, state = CASE WHEN $3::text IS NULL THEN state ELSE 'completed' END WHERE handoff_id = $1
"""
BREAK = """
UPDATE callback SET created_at = $2, ended_at = NULL, end_reason = NULL, state = 'missed', kept = false, promised_from = $2::timestamptz + interval '1 hour',
    promised_to = $2::timestamptz + interval '2 hours' WHERE handoff_id = $1
"""
NOTES = (
    ("consider", "wants", "Find a router that fits the cable line"),
    ("get_help", "wants", "Work from home again, and not explain it twice"),
    ("get_help", "owner", "Support hotline; technicians"),
    ("use", "change", "Prefill the form from the order"),
)
WRITE_NOTE = """
INSERT INTO journey_note (customer_id, note_id, phase, kind, text, written_by, key_id, written_at)
VALUES ($1, $2, $3, $4, $5, 'Petra', $2, now())
"""


async def tell_annas_way(call: Call, connection: asyncpg.Connection, now: datetime) -> str:
    """Register the way, which ended an hour before `now`; gives the customer's id."""
    for name in ("support", "technicians"):
        await call("admin", "PUT", f"/v1/queues/{name}", CLOSED | {"title": name.title()})
    last = datetime.fromisoformat(f"{ROWS[-1][0]}+00:00")
    customer_id = ""
    for number, (at, phase, *contact) in enumerate(ROWS):
        happened = now - timedelta(hours=1) - (last - datetime.fromisoformat(f"{at}+00:00"))
        customer_id = await _register(call, number, happened, phase, contact)
        for _, queue, end in (one for one in DESKS if one[0] == number):
            await _ask_desk(call, connection, customer_id, queue, end, happened)
    await call("console", "PATCH", f"/v1/customers/{customer_id}", {"name": "Anna Weber", "language": "de"})
    for phase, kind, text in NOTES:
        await connection.execute(WRITE_NOTE, customer_id, uuid4(), phase, kind, text)
    return customer_id


async def tell_contacts(call: Call, count: int) -> str:
    """Register a customer with so many contacts in bursts; gives the path of the page of the journey."""
    new = {"name": f"Customer of {count}", "identities": [{"kind": "email", "value": f"c{count}@example.de"}]}
    created = await call("console", "POST", "/v1/customers", new, idempotency_key=str(uuid4()))
    touchpoints = made_journey(count).touchpoints
    for first in range(0, count, 100):
        bodies = [
            {
                "source": "made",
                "source_event_id": f"{count}-{first + number}",
                "occurred_at": one.at.isoformat(),
                "channel": one.channel,
                "kind": "message",
                "direction": one.direction,
                "participant": {"role": "customer" if one.direction == "inbound" else "agent"},
                "identities": new["identities"],
                "text": f"Message {first + number}",
                "mood": one.mood or 0,
            }
            for number, one in enumerate(touchpoints[first : first + 100])
        ]
        answer = await call("console", "POST", "/v1/interactions/batch", bodies)
        assert answer.status_code < 300, answer.text
    return f"/console/customers/{created.json()['id']}/journey"


async def _register(call: Call, number: int, happened: datetime, phase: int, contact: list[Any]) -> str:
    channel, direction, kind, mood, friction, says = contact
    body = {
        "source": "story",
        "source_event_id": str(uuid4()),
        "occurred_at": happened.isoformat(),
        "channel": channel,
        "kind": kind,
        "direction": "inbound" if direction == "in" else "outbound",
        "participant": {"role": "customer" if direction == "in" else "agent"},
        "identities": [ANNA],
        "conversation": {"ref": f"matter-{phase}"} | ({"subject": SUBJECT} if phase == 3 else {}),
        "facts": {"address": "Hauptstr. 1"} if number == 4 else {},
        **FRICTIONS[friction],
    }
    body |= {"mood": mood} if mood is not None else {}
    body |= {"text": says} if says else {}
    answer = await call("console", "POST", "/v1/interactions", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["customer_id"]


async def _ask_desk(call: Call, connection, customer_id: str, queue: str, end: str, at: datetime) -> None:  # noqa: PLR0917
    wanted = {"customer_id": customer_id, "to": {"queue": queue}, "conversation": {"ref": "matter-3"}}
    answer = await call("console", "POST", "/v1/handoffs", wanted, idempotency_key=str(uuid4()))
    assert answer.status_code == 201, answer.text
    handoff_id = answer.json()["id"]
    await connection.execute(MOVE, handoff_id, at + timedelta(seconds=30))
    if end == "closed":
        await connection.execute(BREAK, handoff_id, at + timedelta(seconds=30))
    else:
        await connection.execute("DELETE FROM callback WHERE handoff_id = $1", handoff_id)
        await connection.execute("UPDATE handoff SET callback_id = NULL WHERE handoff_id = $1", handoff_id)
        taken_by = "petra" if end == "taken" else None
        await connection.execute(OFFERED, handoff_id, "accepted" if taken_by else "expired", taken_by)
