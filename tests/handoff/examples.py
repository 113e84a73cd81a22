"""Queues and handoffs for tests, with everything that a test does not speak of filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from service.calendar.model import Calendar
from service.handoff.callbacks.model import Callback
from service.handoff.model import Handoff, HandoffGiver, Offer, OfferTarget
from service.handoff.queues.model import Queue, QueueFallback
from service.model.ids import new_id
from service.model.vocabulary import CallbackState, HandoffMode, HandoffState, Role
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
        fallback=QueueFallback(queue=fallback) if fallback else QueueFallback(callback=True),
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
        "given_by": HandoffGiver(role=Role.BOT, name="the bot"),
        "queue": "support",
        "asked_queue": "support",
        "created_at": MONDAY,
        "offers": (Offer(to=OfferTarget(queue="support"), offered_at=MONDAY, ended_at=None if waits else MONDAY),),
        "taken_by": None if waits else "Anna",
        "token": None if waits else TOKEN,
    }
    return Handoff(**given | changes)


def callback(state: CallbackState = CallbackState.SCHEDULED, **changes: Any) -> Callback:
    """A callback promised for Monday 10:00 to 12:00 in Berlin that has come to this state; Anna claimed it if somebody did."""
    claimed = state is CallbackState.CLAIMED
    given: dict[str, Any] = {
        "callback_id": new_id(),
        "customer_id": new_id(),
        "queue": "support",
        "state": state,
        "key_id": KEY_ID,
        "phone": "+491711234567",
        "reason": "Router",
        "promised_from": MONDAY,
        "promised_to": MONDAY + timedelta(hours=2),
        "due_at": MONDAY,
        "created_at": MONDAY - timedelta(days=2),
        "claimed_by": "Anna" if claimed else None,
        "claimed_at": MONDAY if claimed else None,
        "claim_until": MONDAY + timedelta(seconds=300) if claimed else None,
        "token": TOKEN if claimed else None,
    }
    return Callback(**given | changes)
