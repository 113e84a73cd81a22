"""What is suggested follows from the record by a plain rule; where none holds, nothing is."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import Raw

from service.context.model import CallbackRecord
from service.context.views import console_view
from service.model.vocabulary import CallbackState
from service.web.console.customer.sheet import customer_sheet, shown_value
from tests.context.records import an_id, attempt, context, conversation, interaction
from tests.fixtures import NOW


def sheet(**fields: Any):
    """The sheet of such records."""
    return customer_sheet(console_view(context(**fields)), NOW)


def callback(state: str, *, kept: bool | None = None, due: timedelta = timedelta(hours=1)) -> CallbackRecord:
    """A promise of a call."""
    return CallbackRecord(
        callback_id=an_id(),
        state=CallbackState(state),
        conversation_id=None,
        handoff_id=None,
        queue="support",
        phone=None,
        reason="Router",
        promised_from=NOW + due,
        promised_to=NOW + due + timedelta(hours=1),
        due_at=NOW + due,
        attempts=0,
        kept=kept,
        priority=0,
        preferred_agent=None,
        ended_at=None,
    )


@pytest.mark.parametrize(
    ("callbacks", "attempts", "rule"),
    [
        ([], [], None),
        ([], ["failed"], None),
        ([], ["failed", "failed"], "nothing_helped"),
        ([], ["failed", "failed", "worked"], None),
        ([], ["failed", "failed", "pending"], "attempt_pending"),
        ([("scheduled", None)], [], None),
        ([("due", None)], ["pending"], "call_due"),
        ([("due", None), ("missed", False)], [], "missed_callback"),
        ([("scheduled", False)], [], "missed_callback"),
        ([("uncallable", None)], ["failed", "failed"], "number_needed"),
    ],
)
def test_the_most_urgent_rule_that_holds_is_suggested(callbacks, attempts, rule):
    tried = tuple(attempt(f"Way {number}", outcome) for number, outcome in enumerate(attempts))
    promised = tuple(callback(state, kept=kept) for state, kept in callbacks)
    step = sheet(callbacks=promised, conversations=(conversation(attempts=tried),)).step
    assert (step and step.rule) == rule


def test_what_a_resolved_matter_tried_is_not_among_what_was_tried():
    done = conversation("resolved", attempts=(attempt("Restart", "worked"),))
    assert sheet(conversations=(done,)).attempts == ()


def test_the_last_words_are_of_the_matter_that_is_open():
    matter = conversation()
    said = interaction(text="It blinks.", conversation_id=matter.conversation_id)
    later = interaction(text="And my invoice?")
    assert sheet(conversations=(matter,), recent=(later, said)).last_words.text == "It blinks."


def test_a_mood_is_a_line_from_two_touchpoints_on():
    assert sheet(recent=(interaction(mood=0.5),)).mood is None
    line = sheet(recent=(interaction(mood=-1.0), interaction(mood=1.0))).mood
    assert (line.path, line.last, line.zero) == ("M6.0 6.0L122.0 46.0", (122.0, 46.0), 26.0)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(b'"E42"', "E42"), (b"12.50", "12.5"), (b"true", "✓"), (b'["a",1]', "a, 1"), (b'{"city":"Ulm"}', "city: Ulm")],
)
def test_a_value_is_shown_as_people_write_it(value, shown):
    assert shown_value(Raw(value)) == shown
