"""The phases of a journey follow from rules that people can read."""

from datetime import timedelta

import pytest

from service.journey.model import Phase
from service.journey.phases import RULES, phase_at, walk_phases
from service.journey.records import BorderRecord
from service.journey.signs import phase_events
from service.journey.touchpoints import journey_touches
from service.model.interaction import Rating
from service.model.vocabulary import CallOutcome, Channel, Direction
from tests.context.records import an_id
from tests.fixtures import NOW
from tests.journey.examples import (
    MATTER,
    OTHER_MATTER,
    START,
    WORDS,
    handed_over,
    happened,
    hours,
    journey_of,
    promised,
    solved,
)

OUT = {"direction": Direction.OUTBOUND}
INTERNAL = {"direction": Direction.INTERNAL}
OTHER = {"conversation_id": OTHER_MATTER}
LEAVES = {"page": "https://shop.example/cancel-contract"}


def phases(interactions, **records):
    """The phases as one line, each with its rule and its number of touchpoints."""
    journey = journey_of(interactions, **records)
    counts = [sum(one.phase == span.index for one in journey.touchpoints) for span in journey.phases]
    return ", ".join(f"{one.name} {one.rule} {n}" for one, n in zip(journey.phases, counts, strict=True))


@pytest.mark.parametrize(("interactions", "records", "expected"), [
    ([], {}, ""),
    ([happened(0)], {}, "consider first_contact 1"),
    ([happened(0, **OUT)], {}, "consider first_contact 1"),
    ([happened(0, "purchase")], {}, "buy first_purchase 1"),
    ([happened(0, "question")], {}, "get_help first_question 1"),
    ([happened(0, "page"), happened(1, "question"), happened(2, "purchase")], {},
     "consider first_contact 2, buy first_purchase 1"),
    ([happened(0, "concern"), happened(2, "purchase"), happened(73)], {},
     "consider first_contact 1, buy first_purchase 2"),
    ([happened(0, "purchase"), happened(71), happened(72), happened(99)], {},
     "buy first_purchase 2, use in_use 2"),
    ([happened(0, "purchase"), happened(70, "purchase"), happened(100), happened(142)], {},
     "buy first_purchase 3, use in_use 1"),
    ([happened(0, "purchase"), happened(100), happened(101, attempt="failed")], {},
     "buy first_purchase 1, use in_use 1, get_help failed_attempt 1"),
    ([happened(0, "purchase"), happened(1, text="Does it work?"), happened(2)], {},
     "buy first_purchase 1, get_help first_question 2"),
    ([happened(0, "purchase"), happened(1, text="See https://x.example/?a=1 for it")], {}, "buy first_purchase 2"),
    ([happened(0, "purchase"), happened(1, "call", outcome=CallOutcome.ABANDONED)], {},
     "buy first_purchase 1, get_help first_problem 1"),
    ([happened(0, "purchase"), happened(1, mood=-0.4), happened(2, mood=0.5)], {},
     "buy first_purchase 1, get_help first_problem 2"),
    ([happened(0, "purchase"), happened(1, mood=-0.9, **OUT)], {}, "buy first_purchase 2"),
    ([happened(0, "purchase"), happened(99, "feedback", rating=Rating(scale=5, value=2))], {},
     "buy first_purchase 1, get_help first_problem 1"),
    ([happened(0, "purchase"), happened(99, "feedback", rating=Rating(scale=5, value=4))], {},
     "buy first_purchase 1, use in_use 1"),
    ([happened(0, "purchase"), happened(1, reports_error=True)], {}, "buy first_purchase 1, get_help first_problem 1"),
    ([happened(0, attempt="failed"), happened(9, "purchase"), happened(10)], {},
     "get_help failed_attempt 1, buy first_purchase 2"),
    ([happened(0), happened(1, attempt="failed"), happened(80), happened(90, "purchase")], {"conversations": (solved(5),)},
     "consider first_contact 1, get_help failed_attempt 1, consider solved 1, buy first_purchase 1"),
    ([happened(0), happened(2, **OUT)], {"handoffs": (handed_over(1),)},
     "consider first_contact 1, get_help first_handoff 1"),
    ([happened(0), happened(2), happened(3, "purchase")], {"handoffs": (handed_over(1),)},
     "consider first_contact 2, buy first_purchase 1"),
    ([happened(0, "question"), happened(1)], {"conversations": (solved(2),)}, "get_help first_question 2"),
    ([happened(0, "question"), happened(73), happened(74)], {"conversations": (solved(2),)},
     "get_help first_question 2, use solved 1"),
    ([happened(0, "question"), happened(73)], {"conversations": (solved(0),)},
     "get_help first_question 1, use solved 1"),
    ([happened(0, "question"), happened(1, attempt="worked"), happened(74)], {},
     "get_help first_question 2, use solved 1"),
    ([happened(0, attempt="failed"), happened(1, "question", **OTHER), happened(99)], {"conversations": (solved(2),)},
     "get_help failed_attempt 3"),
    ([happened(0, attempt="failed"), happened(1, "question", **OTHER), happened(99)],
     {"conversations": (solved(2), solved(3, OTHER_MATTER))}, "get_help failed_attempt 2, use solved 1"),
    ([happened(0, "question"), happened(20, "question", **OTHER), happened(99)], {"conversations": (solved(2),)},
     "get_help first_question 3"),
    ([happened(0, "question"), happened(90, "question", **OTHER)], {"conversations": (solved(2),)},
     "get_help first_question 1, get_help first_question 1"),
    ([happened(0, "purchase"), happened(99), happened(100, "page", **LEAVES), happened(101)], {},
     "buy first_purchase 1, use in_use 1, renew_or_leave cancellation_page 2"),
    ([happened(0, "purchase"), happened(99, "page", page="/ank%C3%BCndigungen")], {}, "buy first_purchase 1, use in_use 1"),
    ([happened(0, "purchase"), happened(99, "page", page="/k%C3%BCndigung")], {},
     "buy first_purchase 1, renew_or_leave cancellation_page 1"),
    ([happened(0, "purchase"), happened(99), happened(200)], {"contract_ends": (hours(150),)},
     "buy first_purchase 1, use in_use 1, renew_or_leave contract_end 1"),
    ([happened(0, "purchase"), happened(99)], {"contract_ends": (NOW + timedelta(days=9),)},
     "buy first_purchase 1, use in_use 1"),
    ([happened(0), happened(2), happened(80)],
     {"handoffs": (handed_over(1, asked_queue="retention"),), "conversations": (solved(3),)},
     "consider first_contact 1, renew_or_leave retention_queue 1, use stayed 1"),
    ([happened(0, "purchase"), happened(99, "page", **LEAVES), happened(500, "purchase"), happened(600)], {},
     "buy first_purchase 1, renew_or_leave cancellation_page 1, buy bought_again 1, use in_use 1"),
    ([happened(0, "purchase"), happened(0, attempt="failed"), happened(0)], {},
     "buy first_purchase 1, get_help failed_attempt 2"),
    ([happened(0), happened(0), happened(0)], {"handoffs": (handed_over(0),)}, "get_help first_handoff 3"),
    ([happened(0, "note", **INTERNAL), happened(1, attempt="failed", **INTERNAL), happened(2)], {},
     "get_help failed_attempt 1"),
    ([happened(0)], {"callbacks": (promised(10),)}, "consider first_contact 1, get_help first_problem 1"),
])  # fmt: skip
def test_each_phase_begins_where_its_rule_says(interactions, records, expected):
    assert phases(interactions, **records) == expected


def test_every_rule_has_a_code_of_its_own_and_says_what_it_means():
    assert len({one.code for one in RULES}) == len(RULES)
    assert all(one.means.endswith(".") for one in RULES)
    assert {one.to for one in RULES} == set(Phase)


def test_what_lies_in_the_future_counts_once_its_time_has_come():
    interactions = (happened(0, "purchase"), happened(1, "question"))
    assert phases(interactions, now=hours(0.5), contract_ends=(hours(1),)) == (
        "buy first_purchase 1, get_help first_question 1"
    )


def test_the_phase_of_a_time_is_known_without_a_touchpoint_in_it():
    records = journey_records(happened(0, "purchase"))
    turns = walk_phases(phase_events(records, touches_of(records), WORDS), now=NOW).turns
    assert [phase_at(turns, at) for at in (START - timedelta(hours=1), hours(1), NOW)] == [None, Phase.BUY, Phase.USE]


@pytest.mark.parametrize(("was_at", "at", "phase", "expected"), [
    (10, 5, "buy", "consider first_contact 1, buy moved_by_hand 2, use in_use 1"),
    (10, 100, "buy", "consider first_contact 3, buy moved_by_hand 1"),
    (82, 10, "use", "consider first_contact 2, use moved_by_hand 2"),
    (0, 0, "use", "use moved_by_hand 2, buy first_purchase 1, use in_use 1"),
])  # fmt: skip
def test_a_border_that_a_person_moved_passes_over_those_between(was_at, at, phase, expected):
    border = BorderRecord(
        border_id=an_id(), phase=Phase(phase), was_at=hours(was_at), at=hours(at), moved_by="Petra", moved_at=NOW
    )
    interactions = (happened(0), happened(5), happened(10, "purchase"), happened(100))
    assert phases(interactions, borders=(border,)) == expected


def journey_records(*interactions):
    from service.journey.records import JourneyRecords

    return JourneyRecords(customer_id=MATTER, version=1, total=len(interactions), interactions=interactions)


def touches_of(records):
    return journey_touches(records.interactions, records.callbacks, WORDS, now=NOW)


def test_a_customer_of_the_store_alone_has_phases_as_well():
    assert phases([happened(0, "visit", channel=Channel.STORE), happened(1, "purchase", channel=Channel.STORE)]) == (
        "consider first_contact 1, buy first_purchase 1"
    )
