"""The strip shows how a customer came here: what they turned to us for, what we did, and what went wrong."""

from uuid import UUID

import pytest

from service.journey.model import JourneyFriction
from service.model.interaction import AttemptReport
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    CallOutcome,
    Channel,
    Direction,
    InteractionKind,
)
from service.timeline.history import TimelineItem
from service.web.console.customer.strip import journey_strip
from tests.context.records import an_id, callback, context, days_ago
from tests.fixtures import NOW

ANNA = UUID(int=1)
FAILED = {"attempt": AttemptReport(what="Restart", outcome=AttemptOutcome.FAILED)}
INTERNAL, OUTBOUND = {"direction": Direction.INTERNAL}, {"direction": Direction.OUTBOUND}


def touch(days: float, **fields) -> TimelineItem:
    """An interaction of so many days ago."""
    fields = {"kind": InteractionKind.MESSAGE, "channel": Channel.EMAIL, "direction": Direction.INBOUND} | fields
    return TimelineItem(
        id=an_id(),
        customer_id=ANNA,
        conversation_id=an_id(),
        version=1,
        occurred_at=days_ago(days),
        registered_at=days_ago(days),
        source="x",
        source_event_id="1",
        assurance=Assurance.CLAIMED,
        **fields,
    )


def strip(*newest_first, callbacks=(), total=None):
    return journey_strip(newest_first, callbacks, total=total or len(newest_first), now=NOW)


def test_contacts_stand_in_the_order_in_which_they_happened_and_days_between_them_are_folded():
    marks = strip(touch(0), touch(0.5), touch(9), touch(12)).marks
    assert [one.contact.at for one in marks] == [days_ago(days) for days in (12, 9, 0.5, 0)]
    assert [one.fold_x is not None for one in marks] == [False, True, True, False]
    assert [one.names_day for one in marks] == [True, True, True, False]
    assert sorted(x for one in marks for x in (one.x, one.fold_x) if x) == [24, 62, 100, 138, 176, 228]


def test_notes_and_what_stays_among_staff_are_no_contacts():
    shown = strip(touch(0, kind=InteractionKind.NOTE), touch(1, **INTERNAL), touch(2, **OUTBOUND), touch(3))
    assert [one.contact.inbound for one in shown.marks] == [True, False]
    assert strip(touch(0, **INTERNAL)) is None
    assert strip() is None


@pytest.mark.parametrize(("fields", "frictions"), [
    ({}, []),
    ({"repeated_questions": 2}, [JourneyFriction.ASKED_AGAIN]),
    (FAILED, [JourneyFriction.DID_NOT_HELP]),
    ({"outcome": CallOutcome.ABANDONED}, [JourneyFriction.DROPPED]),
    ({"outcome": CallOutcome.MISSED}, [JourneyFriction.DROPPED]),
    ({"outcome": CallOutcome.MISSED} | OUTBOUND, []),
    ({"outcome": CallOutcome.ANSWERED}, []),
    ({"repeated_questions": 1, "outcome": CallOutcome.FAILED} | FAILED,
     [JourneyFriction.ASKED_AGAIN, JourneyFriction.DID_NOT_HELP, JourneyFriction.DROPPED]),
])  # fmt: skip
def test_a_contact_tells_what_went_wrong_there(fields, frictions):
    (mark,) = strip(touch(0, **fields)).marks
    assert mark.contact.frictions == frictions
    assert mark.worst == (frictions[-1] if frictions else None)


def test_what_went_wrong_among_staff_stands_at_the_contact_before_or_at_the_first():
    shown = strip(touch(0, **FAILED, **INTERNAL), touch(1), touch(2), touch(3, **FAILED, **INTERNAL))
    assert [one.contact.frictions for one in shown.marks] == [
        [JourneyFriction.DID_NOT_HELP],
        [JourneyFriction.DID_NOT_HELP],
    ]
    assert shown.frictions == 2


def test_a_promised_call_that_was_not_made_is_a_mark_of_its_own():
    calls = (callback("missed", promised_to=days_ago(1)), callback(), callback("missed", promised_to=days_ago(9)))
    marks = strip(touch(0), touch(2), callbacks=context(callbacks=calls).callbacks).marks
    assert [one.contact.callback_id is not None for one in marks] == [False, True, False]
    assert marks[1].worst is JourneyFriction.PROMISE_BROKEN


def test_what_came_before_the_newest_is_counted():
    shown = strip(touch(0), touch(24.3), total=812)
    assert (shown.earlier, shown.days) == (810, 24)
    assert strip(touch(0)).days == 1
