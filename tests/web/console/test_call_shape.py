"""What is said of a call before it is answered; pure."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from service.context.model import AttemptRecord
from service.inbound.calls.ringing import CallInProgress, NamedCustomer
from service.inbound.calls.state import Call, CallLeg
from service.model.vocabulary import AttemptOutcome, CallPhase, Channel
from service.web.console.calls.shape import TriedLine, grouped_number, split_calls, tried_lines

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def call(number: int, *, answered: bool = False) -> Call:
    phase = CallPhase.ANSWERED if answered else CallPhase.RINGING
    return Call(
        call_ref="c",
        source="cti:pbx",
        call_id=UUID(int=number),
        key_id=UUID(int=0),
        started_at=NOW,
        legs={"c": CallLeg(phase=phase, answered_at=NOW if answered else None)},
    )


def in_progress(one: Call) -> CallInProgress:
    return CallInProgress(call=one, customer=NamedCustomer(customer_id=uuid4(), name=None), queue_title=None)


def test_calls_that_the_agent_left_to_others_are_hidden_while_they_ring():
    first, second, answered = call(1), call(2), call(3, answered=True)
    passed = [first.call_id.hex, answered.call_id.hex]
    shown = split_calls([in_progress(one) for one in (first, second, answered)], passed)
    assert [one.call.call_id for one in shown.ringing] == [second.call_id]
    assert [one.call.call_id for one in shown.answered] == [answered.call_id]
    assert split_calls([], []).ringing == ()


def tried(*outcomes: str) -> list[AttemptRecord]:
    return [
        AttemptRecord(
            what=f"{number}. try",
            outcome=AttemptOutcome(outcome),
            channel=Channel.PHONE,
            by=None,
            at=NOW + timedelta(minutes=number),
        )
        for number, outcome in enumerate(outcomes, 1)
    ]


@pytest.mark.parametrize(
    ("outcomes", "lines"),
    [
        ((), []),
        (("failed",), [("failed", ("1. try",), 0, False)]),
        (("failed", "failed"), [("failed", ("1. try", "2. try"), 0, True)]),
        (("failed",) * 5, [("failed", ("3. try", "4. try", "5. try"), 2, True)]),
        (
            ("worked", "pending", "failed"),
            [
                ("failed", ("3. try",), 0, False),
                ("pending", ("2. try",), 0, False),
                ("worked", ("1. try",), 0, False),
            ],
        ),
        (("unknown",), [("unknown", ("1. try",), 0, False)]),
    ],
)
def test_what_was_tried_is_told_by_its_outcome_what_failed_first(outcomes, lines):
    assert tried_lines(tried(*outcomes)) == [
        TriedLine(outcome=AttemptOutcome(outcome), names=names, more=more, all=alone)
        for outcome, names, more, alone in lines
    ]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+491711234567", "+49 171 1234567"),
        ("4930901820", "+49 30 901820"),
        ("0171 1234567", "0171 1234567"),
        ("12", "12"),
        ("sip:anna@example.de", "sip:anna@example.de"),
        ("", ""),
    ],
)
def test_a_number_is_grouped_as_it_is_read_out(number, shown):
    assert grouped_number(number) == shown
