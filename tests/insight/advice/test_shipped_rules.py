"""What askonce advises before a company writes a rule: a table of customers, and what is said to each."""

from datetime import timedelta

import pytest
from msgspec import structs

from service.calendar.model import Calendar
from service.context.disclosure import STANDARD_CONTACT_FACTS
from service.context.model import AnsweredRule, DetailsRecord, HandoffRecord
from service.context.views import for_bots
from service.identity.preferences import ContactPurpose, DoNotContact
from service.insight.advice.advice import Advice
from service.insight.advice.compiled import compile_rule
from service.insight.advice.prepared import ClosingQueues, QueueHours
from service.insight.advice.shipped import SHIPPED_RULES
from service.model.interaction import Rating
from service.model.vocabulary import Assurance, Audience, Channel, HandoffMode, HandoffState
from tests.context.records import (
    BERLIN,
    an_id,
    attempt,
    callback,
    condition,
    context,
    conversation,
    customer,
    days_ago,
    interaction,
    json,
)
from tests.fixtures import NOW

HOURS = QueueHours(
    queue="repairs", title="Repairs", calendar=Calendar(time_zone="Europe/Berlin", hours="Mo-Sa 09:00-11:00")
)
CLOSES_AT = NOW + timedelta(minutes=30)
ADVICE = Advice(
    [compile_rule(name, rule) for name, rule in SHIPPED_RULES.items()],
    closing=ClosingQueues([HOURS]),
    zone=BERLIN,
    default_language="en",
)
FAILED_TWICE = (attempt("Restart"), attempt("New cable"))
NO_SURVEYS = (DoNotContact(channel=Channel.EMAIL, purpose=ContactPurpose.SURVEY, until=None),)


def broken(**fields):
    return callback("missed", kept=False, promised_from=NOW - timedelta(hours=2), **fields)


def waiting(queue: str = "repairs", conversation_id=None):
    return HandoffRecord(
        handoff_id=an_id(), state=HandoffState.OFFERED, mode=HandoffMode.OFFER, given_by=json({}), queue=queue,
        conversation_id=conversation_id or an_id(), agent=None, reason_code=None, reason_text=None, priority=0,
        created_at=NOW, deadline=None, taken_by=None, ended_at=None,
    )  # fmt: skip


SOLVED = conversation("resolved", last_at=NOW - timedelta(hours=3))
RATED = interaction(conversation_id=SOLVED.conversation_id, details=DetailsRecord(rating=Rating(value=4, scale=5)))
STUCK = conversation(attempts=FAILED_TWICE)
SHOWN_CARD = interaction(assurance=Assurance.POSSESSION)


@pytest.mark.parametrize(
    ("known", "advised"),
    [
        ({}, []),
        ({"callbacks": (callback(),)}, []),
        ({"callbacks": (broken(),)}, ["keep_promise"]),
        ({"conversations": (conversation(attempts=FAILED_TWICE[:1]),)}, []),
        ({"conversations": (STUCK,)}, ["hand_over"]),
        ({"conversations": (conversation(attempts=(*FAILED_TWICE, attempt("Reset", "worked"))),)}, []),
        ({"conversations": (conversation("resolved", attempts=FAILED_TWICE, last_at=days_ago(9)),)}, []),
        ({"conversations": (STUCK,), "handoffs": (waiting("sales", STUCK.conversation_id),)}, []),
        ({"handoffs": (waiting(),)}, ["offer_callback"]),
        ({"handoffs": (waiting(),), "callbacks": (callback(),)}, []),
        ({"handoffs": (waiting("sales"),)}, []),
        ({"conversations": (SOLVED,)}, ["ask_rating"]),
        ({"conversations": (conversation("resolved", last_at=days_ago(2)),)}, []),
        ({"conversations": (SOLVED,), "recent": (RATED,)}, []),
        ({"conversations": (SOLVED,), "customers": (customer(do_not_contact=NO_SURVEYS),)}, []),
        ({"conditions": (condition(),)}, []),
        ({"conditions": (condition(max_uses=2, uses=1),)}, []),
        ({"conditions": (condition(max_uses=2, uses=1),), "recent": (SHOWN_CARD,)}, ["name_condition"]),
        ({"conditions": (condition(max_uses=2, uses=2),), "recent": (SHOWN_CARD,)}, []),
        ({"callbacks": (broken(),), "answered_rules": (AnsweredRule(rule="keep_promise", at=NOW),)}, []),
        (
            {
                "callbacks": (broken(),),
                "conversations": (STUCK, SOLVED),
                "conditions": (condition(max_uses=2, uses=1),),
            },
            ["keep_promise", "hand_over", "ask_rating"],
        ),
    ],
)
def test_each_customer_is_advised_by_the_rules_that_hold(known, advised):
    assert [one.rule for one in ADVICE.advise(context(**known), Audience.CONSOLE).next] == advised


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de-AT", "Das steht Ihnen zu: Brand ambassador. Möchten Sie es nutzen?"),
        ("en", "You are entitled to this: Brand ambassador. Would you like to use it?"),
        ("fr", "You are entitled to this: Brand ambassador. Would you like to use it?"),
        (None, "You are entitled to this: Brand ambassador. Would you like to use it?"),
    ],
)
def test_words_are_in_the_language_of_the_customer_else_of_the_company(language, words):
    known = context(customers=(customer(language=language),), conditions=(condition(max_uses=3),), recent=(SHOWN_CARD,))
    (action,) = ADVICE.advise(known, Audience.CONSOLE).next
    assert action.words == words
    assert [(one.name, one.value) for one in action.because] == [("condition", "Brand ambassador"), ("uses_left", "3")]


def test_words_name_the_time_of_the_promise_where_the_company_is():
    known = context(customers=(customer(language="de"),), callbacks=(broken(),))
    assert "für den 21.11.2026 08:30 einen Anruf versprochen" in ADVICE.advise(known, Audience.CONSOLE).next[0].words


def test_an_offer_of_a_call_holds_until_the_queue_closes():
    guidance = ADVICE.advise(context(handoffs=(waiting(),)), Audience.CONSOLE)
    assert (guidance.next[0].until, guidance.changes_at) == (CLOSES_AT, CLOSES_AT)


def test_a_queue_that_is_to_close_ends_a_view_an_hour_before_it_does():
    early = NOW - timedelta(hours=1)
    guidance = ADVICE.advise(context(early, handoffs=(waiting(),)), Audience.CONSOLE)
    assert (guidance.next, guidance.changes_at) == ((), CLOSES_AT - timedelta(hours=1))


def test_a_rating_is_asked_for_within_two_days():
    guidance = ADVICE.advise(context(conversations=(SOLVED,)), Audience.CONSOLE)
    assert guidance.next[0].until == SOLVED.last_at + timedelta(hours=48)


def test_a_bot_is_not_told_of_conditions_that_it_may_not_see():
    known = context(conditions=(condition(max_uses=2, audiences=(Audience.CONSOLE,)),), callbacks=(broken(),))
    told = for_bots(known, STANDARD_CONTACT_FACTS)
    assert [one.rule for one in ADVICE.advise(told, Audience.BOT).next] == ["keep_promise"]


def test_a_bot_is_advised_by_what_it_may_know_right_after_people_were_by_all_that_is_known():
    known = context(callbacks=(broken(),), conditions=(condition(max_uses=2, uses=1),), recent=(SHOWN_CARD,))
    told = structs.replace(for_bots(known, STANDARD_CONTACT_FACTS), callbacks=())
    advised = [ADVICE.advise(*one).next for one in ((known, Audience.CONSOLE), (told, Audience.BOT))]
    assert [[one.rule for one in each] for each in advised] == [["keep_promise", "name_condition"], []]


def test_every_shipped_rule_speaks_english_and_german():
    assert {tuple(sorted(rule.words)) for rule in SHIPPED_RULES.values()} == {("de", "en")}
