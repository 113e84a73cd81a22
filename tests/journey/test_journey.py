"""A journey tells what happened to the customer, what went wrong, and what went on behind it."""

from datetime import timedelta

import msgspec
import pytest

from service.handoff.model import Offer, OfferEnd, OfferTarget
from service.journey.journey import anonymous_copy
from service.journey.model import DecisionKind, HandoffEnd, JourneyFriction, JourneyNote, NoteKind, Phase
from service.journey.records import ConversationInJourney, DecisionRecord
from service.model.vocabulary import CallOutcome, Channel, Direction, InteractionKind, ParticipantRole
from tests.context.records import an_id
from tests.journey.examples import ANNA, MATTER, handed_over, happened, hours, journey_of, promised, solved

OUT, INTERNAL = {"direction": Direction.OUTBOUND}, {"direction": Direction.INTERNAL}
CALL = {"channel": Channel.PHONE}
LEAVES = {"page": "https://shop.example/cancel-contract", "channel": Channel.WEB}


def decisions_of(*interactions, **records):
    """The decision points as pairs of the place and the kind."""
    return [(one.touchpoint, one.kind) for one in journey_of(interactions, **records).decisions]


def frictions_at(*interactions, **records):
    return [list(one.frictions) for one in journey_of(interactions, **records).touchpoints]


def test_what_stays_among_staff_is_no_touchpoint_and_leaves_what_went_wrong_at_the_one_before():
    journey = journey_of(
        [happened(0), happened(1, attempt="failed", **INTERNAL), happened(2, "note"), happened(3, **OUT)]
    )
    assert [(one.direction, list(one.frictions)) for one in journey.touchpoints] == [
        (Direction.INBOUND, [JourneyFriction.DID_NOT_HELP]),
        (Direction.OUTBOUND, []),
    ]


@pytest.mark.parametrize(("fields", "friction"), [
    ({"repeated_questions": 1}, JourneyFriction.ASKED_AGAIN),
    ({"attempt": "failed"}, JourneyFriction.DID_NOT_HELP),
    ({"kind": "call", "outcome": CallOutcome.MISSED}, JourneyFriction.DROPPED),
    ({"kind": "page", **LEAVES}, JourneyFriction.MAY_LEAVE),
    ({"text": "Then I will cancel my contract."}, JourneyFriction.MAY_LEAVE),
    ({"text": "Ich möchte KÜNDIGEN."}, JourneyFriction.MAY_LEAVE),
])  # fmt: skip
def test_a_touchpoint_tells_what_went_wrong_there(fields, friction):
    assert frictions_at(happened(0, **fields)) == [[friction]]


def test_an_announcement_is_no_threat_to_leave():
    assert frictions_at(happened(0, text="Sie haben das angekündigt"), happened(1, text="My flight was cancelled")) == [
        [],
        [],
    ]


def test_a_promise_that_no_call_kept_is_a_touchpoint_of_its_own():
    journey = journey_of([happened(0), happened(50)], callbacks=(promised(9),))
    assert [one.at for one in journey.touchpoints] == [hours(0), hours(10), hours(50)]
    assert journey.touchpoints[1].frictions == (JourneyFriction.PROMISE_BROKEN,)
    assert [(one.kept, one.touchpoint) for one in journey.promises] == [(False, 1)]


def test_a_call_after_its_window_was_late():
    late = promised(9, "fulfilled", kept=False, late_s=3600, called_at=(hours(11),))
    journey = journey_of([happened(0), happened(11, "call", **CALL, **OUT)], callbacks=(late,))
    assert [list(one.frictions) for one in journey.touchpoints] == [[], [JourneyFriction.LATE]]
    assert [(one.kept, one.late_s, one.touchpoint) for one in journey.promises] == [(False, 3600, 0)]


def test_a_promise_that_is_still_open_is_neither_kept_nor_broken():
    journey = journey_of([happened(0)], callbacks=(promised(9, "scheduled"),), now=hours(8))
    assert [(one.kept, one.touchpoint) for one in journey.promises] == [(None, 0)]
    assert len(journey.touchpoints) == 1


def offer(end: str | None = None) -> Offer:
    ended_at = hours(1) + timedelta(seconds=40) if end else None
    return Offer(
        to=OfferTarget(queue="tech"), offered_at=hours(1), ended_at=ended_at, end=OfferEnd(end) if end else None
    )


@pytest.mark.parametrize(("state", "fields", "end", "seconds"), [
    ("completed", {"offers": (offer("accepted"),)}, HandoffEnd.TAKEN, 40),
    ("active", {"offers": (offer("expired"), offer("taken_over"))}, HandoffEnd.TAKEN, 40),
    ("fell_back", {}, HandoffEnd.CLOSED, 60),
    ("fell_back", {"offers": (offer("expired"),)}, HandoffEnd.NO_ANSWER, 60),
    ("failed", {"offers": (offer("failed"),)}, HandoffEnd.FAILED, 60),
    ("returned", {"offers": (offer("accepted"),)}, HandoffEnd.RETURNED, 60),
    ("withdrawn", {"offers": (offer("withdrawn"),)}, HandoffEnd.RETURNED, 60),
    ("offered", {"offers": (offer(),)}, HandoffEnd.OPEN, None),
])  # fmt: skip
def test_what_happened_behind_the_line_of_visibility(state, fields, end, seconds):
    (handoff,) = journey_of([happened(0), happened(5)], handoffs=(handed_over(1, state, **fields),)).handoffs
    assert (handoff.end, handoff.touchpoint, handoff.queue_title) == (end, 0, "Technicians")
    assert handoff.seconds == pytest.approx(seconds, abs=0.01)


def test_a_handoff_to_a_closed_desk_names_the_callback_that_was_promised():
    call = promised(9, "scheduled")
    fell_back = handed_over(1, "fell_back", callback_id=call.callback_id)
    (handoff,) = journey_of([happened(0)], handoffs=(fell_back,), callbacks=(call,), now=hours(2)).handoffs
    assert handoff.promised_from == hours(9)


def test_times_from_22_hours_on_are_waits():
    journey = journey_of([happened(0), happened(21.9), happened(43.9), happened(100)])
    assert [(one.before, one.seconds / 3600) for one in journey.waits] == [
        (2, pytest.approx(22)),
        (3, pytest.approx(56.1)),
    ]
    assert journey.totals.longest_wait_s == journey.waits[1].seconds


def test_a_purchase_that_begins_a_phase_is_a_decision():
    assert decisions_of(happened(0), happened(1, "purchase"), happened(2, "purchase")) == [(1, DecisionKind.BUYS)]


def test_a_form_about_leaving_cancels_and_what_came_before_was_one_threat():
    page, form = happened(5, "page", **LEAVES), happened(9, "form", **LEAVES)
    assert decisions_of(happened(0), page, happened(6, "page", **LEAVES), form) == [
        (1, DecisionKind.THREATENS_TO_LEAVE),
        (3, DecisionKind.CANCELS),
    ]


def test_who_buys_after_a_threat_or_whose_matter_is_resolved_stays():
    threat = happened(5, text="I cancel my contract")
    assert decisions_of(happened(0), threat, happened(9, "purchase")) == [
        (1, DecisionKind.THREATENS_TO_LEAVE),
        (2, DecisionKind.BUYS),
        (2, DecisionKind.STAYS),
    ]
    resolved = decisions_of(threat, happened(6, **OUT), happened(9), conversations=(solved(7),))
    assert resolved == [(0, DecisionKind.THREATENS_TO_LEAVE), (1, DecisionKind.STAYS)]


def test_a_decision_set_by_hand_stands_at_its_touchpoint():
    first, second = happened(0), happened(1)
    by_hand = DecisionRecord(decision_id=an_id(), interaction_id=second.interaction_id, text="Called the owner")
    elsewhere = DecisionRecord(decision_id=an_id(), interaction_id=an_id(), text="Left out")
    (decision,) = journey_of([first, second], decisions=(by_hand, elsewhere)).decisions
    assert (decision.touchpoint, decision.kind, decision.text) == (1, DecisionKind.SET_BY_HAND, "Called the owner")


@pytest.mark.parametrize(("fields", "says"), [
    ({"text": " It shows\n E42 "}, "It shows E42"),
    ({"text": "x" * 301}, "x" * 299 + "…"),
    ({"text": "x" * 300}, "x" * 300),
    ({"text": "Opening hours", "direction": Direction.OUTBOUND}, None),
    ({"text": "Anna says it blinks", "kind": "call"}, None),
    ({"text": "It blinks", "kind": "call", "by": ParticipantRole.CUSTOMER}, "It blinks"),
    ({"text": "Which router?", "by": ParticipantRole.BOT}, None),
    ({"text": "Returns", "kind": "page"}, None),
    ({"text": None}, None),
])  # fmt: skip
def test_what_the_customer_says_is_quoted_and_nothing_else_is(fields, says):
    assert journey_of([happened(0, **fields)]).touchpoints[0].says == says


def test_a_concern_is_answered_once_one_of_its_conversation_is():
    concern = {"kind": "concern", "text": "Too expensive"}
    asked = happened(0, **concern, answered=False)
    assert [one.answered for one in journey_of([asked, happened(1)]).touchpoints] == [False, None]
    told = journey_of([asked, happened(1, **concern, answered=True), happened(2, "purchase")])
    assert [(one.answered, one.phase_name) for one in told.touchpoints] == [
        (True, Phase.CONSIDER),
        (True, Phase.CONSIDER),
        (None, Phase.BUY),
    ]


def test_the_numbers_of_a_journey():
    journey = journey_of(
        [happened(0, mood=0.4), happened(48, attempt="failed", mood=-0.6, repeated_questions=2), happened(50)],
        conversations=(solved(52),),
        handoffs=(handed_over(49), handed_over(51, "failed"), handed_over(52, "offered", ended_at=None)),
    )
    totals = journey.totals
    assert (totals.days, totals.contacts, totals.frictions, totals.asked_again) == (2, 3, 2, 1)
    assert (totals.handoffs, totals.handoffs_worked, totals.lowest) == (2, 1, 1)
    assert totals.until_solved_s == timedelta(hours=4).total_seconds()


def test_what_broke_again_within_three_days_was_not_solved_before():
    failed = [happened(0, attempt="failed"), happened(5, attempt="worked"), happened(9, attempt="failed")]
    assert journey_of(failed).totals.until_solved_s is None
    worked = journey_of([*failed, happened(10, attempt="worked")])
    assert worked.totals.until_solved_s == timedelta(hours=10).total_seconds()


@pytest.mark.parametrize(("interactions", "english", "german"), [
    ([], "No contact yet", "Noch kein Kontakt"),
    ([happened(0)], "One day with us: 1 contact, no friction", "Ein Tag mit uns: 1 Kontakt, keine Reibung"),
    ([happened(0), happened(35 * 24, attempt="failed")], "Five weeks with us: 2 contacts, 1 friction",
     "Fünf Wochen mit uns: 2 Kontakte, 1 Reibung"),
    ([happened(0), happened(13 * 24, "page", **LEAVES)],
     "13 days with us: 2 contacts, 1 friction, and the customer may leave",
     "13 Tage mit uns: 2 Kontakte, 1 Reibung, und die Kündigung droht"),
    ([happened(-800 * 24), happened(0, "page", **LEAVES), happened(1, "purchase")],
     "Two years with us: 3 contacts, 1 friction, and the customer stayed",
     "Zwei Jahre mit uns: 3 Kontakte, 1 Reibung, und am Ende geblieben"),
    ([happened(-100 * 24), happened(0, "form", **LEAVES)],
     "Three months with us: 2 contacts, 1 friction, and the customer cancelled",
     "Drei Monate mit uns: 2 Kontakte, 1 Reibung, und am Ende gekündigt"),
])  # fmt: skip
def test_the_title_is_a_sentence_of_numbers(interactions, english, german):
    assert journey_of(interactions).title == english
    assert journey_of(interactions, language="de-AT").title == german


def test_a_journey_without_a_contact_is_empty():
    journey = journey_of([], callbacks=(promised(1),), handoffs=(handed_over(0),))
    assert (journey.phases, journey.touchpoints, journey.handoffs, journey.promises) == ((), (), (), ())
    assert (journey.totals.contacts, journey.totals.lowest, journey.earlier) == (0, None, 0)


def test_what_was_left_out_is_counted():
    assert journey_of([happened(0)], total=9).earlier == 8


def test_an_anonymous_copy_holds_no_id_and_nothing_that_a_person_wrote():
    secret = "Weber"
    mine = happened(0, text=f"I am {secret}")
    journey = journey_of(
        [mine, happened(1, "purchase")],
        conversations=(ConversationInJourney(conversation_id=MATTER, subject=f"Of {secret}", resolved_at=None),),
        handoffs=(handed_over(2),),
        callbacks=(promised(4),),
        notes=(JourneyNote(id=an_id(), phase=Phase.BUY, kind=NoteKind.WANTS, text=secret, written_by=secret),),
        decisions=(DecisionRecord(decision_id=an_id(), interaction_id=mine.interaction_id, text=secret),),
    )
    assert secret in msgspec.json.encode(journey).decode()
    copy = msgspec.json.encode(anonymous_copy(journey)).decode()
    assert secret not in copy
    assert not any(str(one.id) in copy for one in journey.touchpoints)
    assert str(ANNA) not in copy
    assert str(MATTER) not in copy
    assert "Technicians" in copy


def test_the_json_names_the_phase_and_its_index():
    (touchpoint,) = msgspec.to_builtins(journey_of([happened(0)]))["touchpoints"]
    assert (touchpoint["phase"], touchpoint["phase_index"]) == ("consider", 0)
    assert touchpoint["kind"] == InteractionKind.MESSAGE
