"""Queues and handoffs for tests, with everything that a test does not speak of filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from service.calendar.model import Calendar
from service.handoff.model import Desk, Giver, Handoff, Offer
from service.handoff.queues import Fallback, Queue
from service.model.ids import new_id
from service.model.vocabulary import HandoffMode, HandoffState, Role
from tests.fixtures import KEY_ID

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday 10:00 in Berlin, when every desk of these tests is open."""
TOKEN = UUID("7d444840-9dc0-41d1-b245-5ffdce74fad2")
OFFICE_HOURS = {"time_zone": "Europe/Berlin", "country": "DE", "hours": "Mo-Fr 09:00-18:00"}


def queue_json(**changes: Any) -> dict[str, Any]:
    """A queue as JSON, open Monday to Friday from nine to six in Berlin."""
    return {"title": "Support", "calendar": OFFICE_HOURS, **changes}


def queue(name: str = "support", *, hours: str | None = None, fallback: str | None = None, **changes: Any) -> Queue:
    """The same as a Queue."""
    calendar = OFFICE_HOURS if hours is None else {**OFFICE_HOURS, "hours": hours}
    given: dict[str, Any] = {"offer_timeout_s": 60, "max_offers": 3, "partner": None} | changes
    return Queue(
        name=name,
        title=name.title(),
        calendar=msgspec.convert(calendar, Calendar),
        fallback=Fallback(queue=fallback) if fallback else Fallback(callback=True),
        **given,
    )


def handoff(state: HandoffState = HandoffState.OFFERED, **changes: Any) -> Handoff:
    """A handoff from a bot to the queue support that has come to this state; Anna took it if somebody did."""
    waits = state is HandoffState.OFFERED
    given: dict[str, Any] = {
        "handoff_id": new_id(),
        "customer_id": new_id(),
        "conversation_id": new_id(),
        "state": state,
        "mode": HandoffMode.OFFER,
        "key_id": KEY_ID,
        "given_by": Giver(role=Role.BOT, name="the bot"),
        "queue": "support",
        "asked_queue": "support",
        "created_at": MONDAY,
        "offers": (Offer(to=Desk(queue="support"), offered_at=MONDAY, ended_at=None if waits else MONDAY),),
        "taken_by": None if waits else "Anna",
        "token": None if waits else TOKEN,
    }
    return Handoff(**given | changes)
