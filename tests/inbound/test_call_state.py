"""What events make of a call, whatever their order."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from service.inbound.calls.record import call_interaction, has_no_customer
from service.inbound.calls.state import MAX_LEGS, Call, apply_event, event_types
from service.model.call import CallEvent
from service.model.interaction import IdentityClaim
from service.model.vocabulary import CallOutcome, CallPhase, Direction, IdentityKind
from tests.fixtures import KEY_ID, NOW

ANNA = (IdentityClaim(kind=IdentityKind.PHONE, value="+4917112345678"),)
NOBODY = Call(call_ref="1", source="cti:office", call_id=UUID(int=1), key_id=KEY_ID, started_at=NOW)


def told(leg, phase, after_s=0, **fields):
    at = NOW + timedelta(seconds=after_s)
    return CallEvent(source="cti:office", call_ref="1", leg_ref=leg, phase=CallPhase(phase), occurred_at=at, **fields)


def rings(leg="1", after_s=0, **fields):
    return told(leg, "ringing", after_s, direction=Direction.INBOUND, identities=ANNA, **fields)


def of(*events, call=NOBODY):
    for event in events:
        call = apply_event(call, event)
    return call


TRANSFER = [
    rings(agents=("Bob", "Cem")),
    told("1", "answered", 10, agents=("Bob",)),
    rings("2", 60, agents=("Dora",)),
    told("1", "ended", 61),
    told("2", "answered", 70, agents=("Dora",)),
    told("2", "ended", 130),
]
RING_GROUP = [
    rings(),
    told("1", "ringing", 1, outcome=CallOutcome.ANSWERED),
    told("a", "ringing", 2, dialled=True, agents=("Bob",)),
    told("b", "ringing", 2, dialled=True, agents=("Cem",)),
    told("a", "ended", 20, dialled=True, outcome=CallOutcome.BUSY),
    told("b", "ended", 22, dialled=True, outcome=CallOutcome.ABANDONED),
    told("1", "ended", 22),
]


@given(order=some.permutations(TRANSFER), again=some.lists(some.sampled_from(TRANSFER), max_size=4))
def test_a_call_that_was_passed_on_is_the_same_in_every_order(order, again):
    call = of(*order, *again)
    assert (call.phase, call.outcome, call.agent, call.is_settled) == ("ended", "answered", "Dora", True)
    assert (call.started_at, call.answered_at) == (NOW, NOW + timedelta(seconds=10))
    assert call.identities == ANNA
    assert call_interaction(call).data == {
        "answered_at": "2026-11-21T09:30:10Z",
        "ended_at": "2026-11-21T09:32:10Z",
        "waited_s": 10,
        "duration_s": 120,
        "legs": 2,
    }


@given(order=some.permutations(RING_GROUP), again=some.lists(some.sampled_from(RING_GROUP), max_size=4))
def test_a_caller_who_gave_up_while_telephones_rang_has_gone_in_vain_though_a_machine_answered(order, again):
    call = of(*order, *again)
    assert (call.phase, call.outcome, call.agent, call.is_settled) == ("ended", "abandoned", None, True)


@given(order=some.permutations(TRANSFER), before=some.integers(0, 5))
def test_a_later_phase_of_a_leg_is_never_undone(order, before):
    earlier, later = of(*order[: before + 1]), of(*order)
    assert all(later.legs[ref].phase.rank >= leg.phase.rank for ref, leg in earlier.legs.items())


def test_a_call_is_not_settled_while_something_may_be_on_its_way():
    assert not of(rings(), told("1", "ended")).is_settled  # was it answered?
    assert not of(told("1", "ended", outcome=CallOutcome.BUSY)).is_settled  # who called?
    assert not of(rings(), told("1", "ended", outcome=CallOutcome.FORWARDED)).is_settled  # where does it go on?
    assert not of(rings("2"), told("2", "ended", outcome=CallOutcome.BUSY)).is_settled  # what was it passed on from?
    assert of(rings(), told("1", "ended", outcome=CallOutcome.BUSY)).is_settled


@pytest.mark.parametrize(
    ("tries", "outcome"),
    [
        (["busy", "missed"], "missed"),
        (["failed", "busy"], "busy"),
        (["failed", "answered"], "answered"),
        (["missed", "voicemail"], "voicemail"),
        ([], "missed"),
    ],
)
def test_the_best_of_several_tries_is_how_the_call_ended(tries, outcome):
    legs = [told(f"leg {number}", "ended", dialled=True, outcome=CallOutcome(one)) for number, one in enumerate(tries)]
    assert call_interaction(of(rings(), *legs, told("1", "ended"))).outcome == outcome


def test_the_only_one_whose_telephone_rang_has_answered_if_nobody_says_who():
    assert of(rings(agents=("Bob",)), told("1", "answered", 5)).agent == "Bob"
    assert of(rings(agents=("Bob", "Cem")), told("1", "answered", 5)).agent is None


def test_others_hear_once_of_a_ring_and_once_of_an_answer():
    known = UUID(int=2)
    rang = of(rings(), call=NOBODY)
    recognised = Call(**{name: getattr(rang, name) for name in rang.__struct_fields__} | {"customer_id": known})
    dialled = of(told("a", "ringing", dialled=True), call=recognised)
    answered = of(told("a", "answered", dialled=True), call=dialled)
    assert event_types(NOBODY, rang) == []  # nobody knows yet who it is
    assert event_types(NOBODY, recognised) == ["call.ringing"]
    assert event_types(recognised, dialled) == []
    assert event_types(dialled, answered) == ["call.answered"]
    assert event_types(answered, of(rings("2", 60), call=answered)) == ["call.ringing"]
    assert event_types(answered, of(told("a", "ended"), told("1", "ended"), call=answered)) == []


def test_each_agent_hears_that_the_own_telephone_begins_to_ring():
    waits = replace(of(rings()), customer_id=UUID(int=2))
    at_bob = of(told("a", "ringing", 1, dialled=True, agents=("Bob",)), call=waits)
    at_both = of(told("b", "ringing", 2, dialled=True, agents=("Cem",)), call=at_bob)
    assert event_types(waits, at_bob) == event_types(at_bob, at_both) == ["call.ringing"]
    assert event_types(at_both, of(told("b", "ended", 9, dialled=True), call=at_both)) == []


BOB_ANSWERS = [rings(), told("a", "ringing", 1, dialled=True), told("a", "answered", 10, dialled=True)]


@pytest.mark.parametrize(
    ("events", "since_s"),
    [
        ([rings()], 0),
        (
            [rings(), told("a", "ringing", 1, dialled=True), told("a", "ended", 20, dialled=True)],
            0,
        ),  # the caller waits on
        ([rings(), told("1", "answered", 10)], None),
        (BOB_ANSWERS, None),
        ([*BOB_ANSWERS, told("b", "ringing", 1, dialled=True)], None),  # Cem's telephone has rung with Bob's
        ([*BOB_ANSWERS, told("b", "ringing", 60, dialled=True)], 60),  # passed on to Cem
        ([*BOB_ANSWERS, told("b", "ringing", 60, dialled=True), told("a", "ended", 61, dialled=True)], 60),
        ([*BOB_ANSWERS, told("b", "ringing", 60, dialled=True), told("b", "answered", 70, dialled=True)], None),
        ([rings(), told("1", "answered", 10), rings("2", 60), told("1", "ended", 61)], 60),
        ([rings(), told("1", "ended", 5)], None),
    ],
)
def test_a_call_rings_until_it_is_answered_and_again_when_it_is_passed_on(events, since_s):
    expected = None if since_s is None else NOW + timedelta(seconds=since_s)
    assert of(*events).rings_since == expected
    assert of(*reversed(events)).rings_since == expected


def test_a_call_among_our_own_people_is_no_touchpoint():
    ours = told("1", "ringing", direction=Direction.INTERNAL)
    assert has_no_customer(of(ours, told("1", "ended")))
    assert has_no_customer(of(told("1", "ended")))
    assert not has_no_customer(of(rings(), told("1", "ended")))


def test_a_telephone_system_that_makes_up_legs_for_ever_fills_no_row():
    call = of(*[told(f"leg {number}", "ringing") for number in range(3 * MAX_LEGS)])
    assert len(call.legs) == MAX_LEGS
