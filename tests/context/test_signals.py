"""What the touchpoints say together."""

from datetime import timedelta

import pytest

from service.context.signals import churn_risk
from service.model.interaction import Rating
from tests.context.records import attempt, callback, context, conversation, customer, days_ago, interaction
from tests.fixtures import NOW

CONTENT = {
    "contacts": 0,
    "repeated_questions": 0,
    "failed_attempts": 0,
    "dropped_calls": 0,
    "mood": None,
    "rating": None,
}


def test_contacts_and_dropped_calls_count_for_thirty_days():
    just_within, just_out = days_ago(30) + timedelta(seconds=1), days_ago(30)
    signals = context(contacts=(NOW, just_within, just_out), dropped_calls=(just_within, just_out)).signals
    assert (signals.contacts_30d, signals.dropped_calls) == (2, 1)


def test_repeated_questions_count_over_the_whole_merge_set():
    assert (
        context(customers=(customer(repeated_questions=2), customer(repeated_questions=3))).signals.repeated_questions
        == 5
    )


def test_failed_attempts_count_over_the_conversations_shown():
    tried = (attempt("Restart"), attempt("New firmware", "worked"), attempt("New cable", "pending"))
    two = (conversation(attempts=tried), conversation("resolved", attempts=(attempt("Restart"),)))
    assert context(conversations=two).signals.failed_attempts == 2


def test_a_newer_mood_weighs_more():
    newest_first = (interaction(mood=-1.0), interaction(), interaction(mood=1.0))
    assert context(recent=newest_first).signals.mood == round((-1 + 0.8) / 1.8, 2)


def test_there_is_no_mood_where_nobody_told_of_one():
    assert context(recent=(interaction(),)).signals.mood is None


@pytest.mark.parametrize(
    ("burdens", "level", "reasons"),
    [
        ({}, "low", ()),
        ({"contacts": 3, "mood": 0.5, "rating": 1.0}, "low", ()),
        ({"failed_attempts": 1}, "low", ("1 failed attempt",)),
        ({"failed_attempts": 2}, "medium", ("2 failed attempts",)),
        ({"contacts": 4, "dropped_calls": 1}, "medium", ("4 contacts in 30 days", "1 dropped call in 30 days")),
        ({"repeated_questions": 1}, "low", ("asked once for what was known",)),
        ({"repeated_questions": 3, "mood": -0.6}, "high", ("asked 3 times for what was known", "low mood (-0.6)")),
        ({"mood": -0.3, "rating": 0.4}, "medium", ("low mood (-0.3)", "last rating 40% of the scale")),
    ],
)
def test_the_risk_to_lose_a_customer_grows_with_the_burdens_and_names_them(burdens, level, reasons):
    risk = churn_risk(**CONTENT | burdens)
    assert (risk.level, risk.reasons) == (level, reasons)


def test_the_newest_rating_counts():
    newest_first = (
        interaction(),
        interaction(rating=Rating(scale=5, value=1)),
        interaction(rating=Rating(scale=5, value=5)),
    )
    assert context(recent=newest_first).signals.churn_risk.reasons == ("last rating 20% of the scale",)


def test_the_most_transfers_of_one_conversation_count():
    passed_on = (conversation(transfers=2), conversation(transfers=3), conversation())
    assert context(conversations=passed_on).signals.transfers == 3


@pytest.mark.parametrize(("transfers", "level", "reasons"), [
    (3, "low", ()),
    (4, "low", ("transferred 4 times",)),
    (8, "medium", ("transferred 8 times",)),
])  # fmt: skip
def test_more_than_three_transfers_are_a_burden(transfers, level, reasons):
    risk = churn_risk(**CONTENT | {"transfers": transfers})
    assert (risk.level, risk.reasons) == (level, reasons)


def test_each_reason_has_a_code_and_its_number_for_programs_with_words_of_their_own():
    burdens = {"repeated_questions": 3, "mood": -0.6, "rating": 0.2, "broken_promises": 1, "transfers": 5}
    risk = churn_risk(**CONTENT | burdens)
    assert [(one.code, one.value) for one in risk.reason_codes] == [
        ("broken_promises", 1),
        ("repeated_questions", 3),
        ("many_transfers", 5),
        ("low_mood", -0.6),
        ("low_rating", 0.2),
    ]
    assert len(risk.reasons) == len(risk.reason_codes)


def test_promises_to_call_that_were_broken_are_a_burden():
    calls = (callback("missed"), callback("scheduled"))
    assert context(callbacks=calls).signals.churn_risk.reasons == ("1 broken promise to call back",)
