"""Facts that are prepared for rules, because a condition cannot ask a calendar or would be long; pure.

Each is a list, empty if there is nothing, and each says when time alone changes it, so that no cached view outlives it:

- `closing_queues`: queues that are open and close within the hour: `queue`, `title`, `closes_at`.
- `solved_lately`: matters solved whose last contact is less than 48 hours old, and which the customer has not rated:
  `conversation_id`, `subject`, `last_at`, `until`.
- `stuck_matters`: unsolved matters in which two attempts or more failed, none worked, and which are not being handed
  over: `conversation_id`, `subject`, `failed`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from service.calendar import rules
from service.calendar.model import Calendar
from service.calendar.public_holidays import load_countries
from service.context.content import Context, ContextConversation
from service.model.vocabulary import AttemptOutcome, ConversationStatus

CLOSING_QUEUES, SOLVED_LATELY, STUCK_MATTERS = "closing_queues", "solved_lately", "stuck_matters"
PREPARED = frozenset({CLOSING_QUEUES, SOLVED_LATELY, STUCK_MATTERS})
CLOSING_SOON = timedelta(hours=1)
SOLVED_WINDOW = timedelta(hours=48)
MANY_FAILED = 2

PreparedFact = list[dict[str, Any]]


class QueueHours(Struct, frozen=True, kw_only=True):
    """When a queue is open."""

    queue: str
    title: str
    calendar: Calendar


class _Closing(Struct, frozen=True, kw_only=True):
    """What closes soon, from a moment on until it changes."""

    since: datetime
    until: datetime | None
    queues: PreparedFact


class ClosingQueues:
    """Which queues close soon; what was found is kept for as long as it holds, since calendars cost much to read."""

    def __init__(self, hours: Sequence[QueueHours]) -> None:
        load_countries({one.calendar.country for one in hours})
        self._hours = hours
        self._found: _Closing | None = None

    def at(self, now: datetime) -> PreparedFact:
        """The queues that close within the hour, the next one first."""
        return self._find(now).queues

    def next_change(self, now: datetime) -> datetime | None:
        """When these are others."""
        return self._find(now).until

    def _find(self, now: datetime) -> _Closing:
        found = self._found
        if found is None or now < found.since or (found.until is not None and now >= found.until):
            found = self._found = self._look(now)
        return found

    def _look(self, now: datetime) -> _Closing:
        closing: PreparedFact = []
        changes: list[datetime] = []
        for one in self._hours:
            status = rules.open_status(one.calendar, now)
            if status.until is not None and status.until - now <= CLOSING_SOON:
                closing.append({"queue": one.queue, "title": one.title, "closes_at": status.until})
            soon = status.until and status.until - CLOSING_SOON
            changes += [at for at in (soon, status.until, status.next_open) if at is not None and at > now]
        closing.sort(key=lambda one: (one["closes_at"], one["queue"]))
        return _Closing(since=now, until=min(changes, default=None), queues=closing)


def solved_lately(context: Context) -> PreparedFact:
    """The matters solved lately and not rated, the latest first."""
    rated = {one.conversation_id for one in context.recent if one.rating is not None}
    return [
        {
            "conversation_id": str(one.id),
            "subject": one.subject,
            "last_at": one.last_at,
            "until": one.last_at + SOLVED_WINDOW,
        }
        for one in sorted(_solved_after(context, context.as_of - SOLVED_WINDOW), key=lambda one: one.last_at)[::-1]
        if one.id not in rated
    ]


def _solved_after(context: Context, since: datetime) -> Iterator[ContextConversation]:
    for one in context.conversations:
        if one.status is ConversationStatus.RESOLVED and one.last_at > since:
            yield one


def next_solved_change(context: Context) -> datetime | None:
    """When the first of the matters solved lately is none any more."""
    ends = (one.last_at + SOLVED_WINDOW for one in _solved_after(context, context.as_of - SOLVED_WINDOW))
    return min(ends, default=None)


def stuck_matters(context: Context) -> PreparedFact:
    """The matters that nothing has helped in, the latest activity first."""
    handed = {one.conversation_id for one in context.handoffs}
    return [
        {"conversation_id": str(one.id), "subject": one.subject, "failed": _failed(one)}
        for one in context.conversations
        if one.status is not ConversationStatus.RESOLVED and one.id not in handed and _failed(one) >= MANY_FAILED
    ]


def _failed(matter: ContextConversation) -> int:
    """How many attempts failed in it; 0 once one worked."""
    outcomes = [one.outcome for one in matter.attempts]
    return 0 if AttemptOutcome.WORKED in outcomes else outcomes.count(AttemptOutcome.FAILED)
