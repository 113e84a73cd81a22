"""Records of journeys for tests, with everything that a test does not speak of filled in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.journey.journey import draw_up_journey
from service.journey.model import Journey
from service.journey.records import (
    CallbackInJourney,
    ConversationInJourney,
    HandoffInJourney,
    InteractionInJourney,
    JourneyRecords,
)
from service.journey.words import journey_words
from service.model.interaction import AttemptReport
from service.model.vocabulary import (
    AttemptOutcome,
    CallbackState,
    Channel,
    Direction,
    HandoffState,
    InteractionKind,
)
from service.settings.model import Settings
from tests.context.records import an_id
from tests.fixtures import NOW

WORDS = journey_words(Settings())
ANNA, MATTER, OTHER_MATTER = UUID(int=1), UUID(int=2), UUID(int=3)
START = NOW - timedelta(days=60)


def hours(number: float) -> datetime:
    """So many hours after the start."""
    return START + timedelta(hours=number)


def happened(at: float, kind: str = "message", *, attempt: str | None = None, **fields: Any) -> InteractionInJourney:
    """An interaction so many hours after the start: a message of the customer by chat."""
    given = {"channel": Channel.CHATBOT, "direction": Direction.INBOUND, "conversation_id": MATTER, "source": "x"}
    tried = AttemptReport(what="Restart", outcome=AttemptOutcome(attempt)) if attempt else None
    return InteractionInJourney(
        **given
        | {"interaction_id": an_id(), "occurred_at": hours(at), "kind": InteractionKind(kind), "attempt": tried}
        | fields
    )


def solved(at: float, matter: UUID = MATTER) -> ConversationInJourney:
    """A conversation that was resolved so many hours after the start."""
    return ConversationInJourney(conversation_id=matter, subject="Router", resolved_at=hours(at))


def handed_over(at: float, state: str = "completed", **fields: Any) -> HandoffInJourney:
    """A handoff to the technicians so many hours after the start, taken and completed within a minute."""
    given = {"conversation_id": MATTER, "asked_queue": "tech", "queue_title": "Technicians", "offers": ()}
    given |= {"was_taken": state in {"completed", "active"}, "callback_id": None, "handoff_id": an_id()}
    return HandoffInJourney(
        **given | {"state": HandoffState(state), "created_at": hours(at), "ended_at": hours(at + 1 / 60)} | fields
    )


def promised(at: float, state: str = "missed", **fields: Any) -> CallbackInJourney:
    """A call that was promised for the hour from so many hours after the start."""
    given = {"callback_id": an_id(), "conversation_id": MATTER, "kept": None, "late_s": None, "called_at": ()}
    return CallbackInJourney(
        **given
        | {"state": CallbackState(state), "created_at": hours(at - 5)}
        | {"promised_from": hours(at), "promised_to": hours(at + 1)}
        | fields
    )


def journey_of(
    interactions: Iterable[InteractionInJourney] = (), *, language: str = "en", now: datetime = NOW, **records: Any
) -> Journey:
    """The journey of these records."""
    newest = tuple(interactions)
    given = {"customer_id": ANNA, "version": 1, "total": len(newest)} | records
    return draw_up_journey(JourneyRecords(interactions=newest, **given), WORDS, language=language, now=now)
