"""What the context says, given the records."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Raw

from service.model.interaction import Participant
from service.model.vocabulary import Assurance, Direction, ParticipantRole, UsePeriod
from tests.context.records import (
    attempt,
    condition,
    context,
    conversation,
    customer,
    days_ago,
    fact,
    identity,
    interaction,
    json,
)
from tests.fixtures import NOW

SOON = NOW + timedelta(minutes=1)


def test_a_condition_is_shown_from_its_first_moment_until_before_its_last():
    one = condition(valid_from=NOW, valid_until=SOON)
    shown = [bool(context(at, conditions=(one,)).conditions) for at in (NOW - timedelta(seconds=1), NOW, SOON)]
    assert shown == [False, True, False]


def test_a_revoked_condition_is_not_shown():
    assert context(conditions=(condition(revoked_at=NOW),)).conditions == ()


def test_the_condition_of_the_highest_priority_comes_first():
    some = (condition(title="low", priority=1), condition(title="high", priority=9), condition(title="none"))
    assert [one.title for one in context(conditions=some).conditions] == ["high", "low", "none"]


@pytest.mark.parametrize(("limit", "uses", "left"), [(None, 0, None), (3, 1, 2), (3, 3, 0), (3, 4, 0)])
def test_a_condition_says_how_often_it_can_still_be_used(limit, uses, left):
    (shown,) = context(conditions=(condition(max_uses=limit, uses=uses),)).conditions
    assert shown.uses_left == left


def test_the_content_ends_with_the_next_condition():
    some = (condition(valid_until=SOON), condition(valid_until=SOON + timedelta(days=1)))
    assert context(conditions=some).valid_until == SOON


def test_the_content_ends_when_a_condition_begins():
    assert context(conditions=(condition(valid_from=SOON),)).valid_until == SOON


def test_the_content_ends_when_a_used_up_condition_may_be_used_again():
    monthly = condition(max_uses=1, max_uses_per=UsePeriod.MONTH, uses=1)
    midnight_in_berlin = datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert context(conditions=(monthly,)).valid_until == midnight_in_berlin


def test_the_content_ends_when_a_contact_or_a_dropped_call_is_thirty_days_old():
    assert context(contacts=(days_ago(29),), dropped_calls=(days_ago(28),)).valid_until == NOW + timedelta(days=1)


def test_content_that_time_does_not_change_has_no_end():
    assert context(conditions=(condition(),)).valid_until is None


def test_the_newest_value_of_a_fact_counts_over_the_whole_merge_set():
    facts = (fact("city", "Ulm", days_ago(1)), fact("city", "Bonn", NOW), fact("city", "Jena", days_ago(2)))
    assert context(facts=facts).known["city"].value == json("Bonn")


def test_what_is_known_says_where_it_comes_from():
    known = context(facts=(fact("order_number", "A-1", verified=True),)).known["order_number"]
    assert (known.source, known.channel, known.at, known.verified) == ("shop-bot", "chatbot", NOW, True)


def test_a_number_too_large_for_a_computer_stays_as_it_was_said():
    huge = Raw(b"123456789012345678901234567890.5")
    assert bytes(context(facts=(fact("meter", huge),)).known["meter"].value) == bytes(huge)


def test_the_survivor_of_a_merge_gets_from_the_others_what_it_lacks():
    survivor = customer(name=None, language="de", segments=("vip",), since=days_ago(5), interactions=3)
    other = customer(name="Anna", language="fr", segments=("b2b", "vip"), since=days_ago(9), interactions=4)
    merged = context(customers=(survivor, other))
    assert (merged.customer.id, merged.version, merged.included.of) == (survivor.customer_id, survivor.version, 7)
    assert (merged.customer.name, merged.customer.language) == ("Anna", "de")
    assert (merged.customer.segments, merged.customer.since) == (("vip", "b2b"), days_ago(9))


def test_verified_identities_come_first_and_then_the_stronger_kind():
    some = (identity("phone", "+491"), identity("email", "a@b.de"), identity("device", "d", verified=True))
    assert [one.kind for one in context(identities=some).identities] == ["device", "email", "phone"]


def test_unresolved_conversations_come_first_then_the_five_resolved_last():
    resolved = [conversation("resolved", last_at=days_ago(day), subject=f"old {day}") for day in range(1, 8)]
    waiting = [conversation("pending", last_at=days_ago(50)), conversation("open", last_at=days_ago(40))]
    shown = context(conversations=(*resolved, *waiting)).conversations
    assert [one.status for one in shown] == ["open", "pending"] + ["resolved"] * 5
    assert [one.subject for one in shown[2:]] == [f"old {day}" for day in range(1, 6)]


def test_twenty_unresolved_conversations_are_shown_those_with_the_latest_activity():
    many = tuple(conversation(last_at=days_ago(day), subject=str(day)) for day in range(30))
    assert [one.subject for one in context(conversations=many).conversations] == [str(day) for day in range(20)]


def test_attempts_are_told_in_the_order_they_were_made():
    tried = (attempt("New firmware", at=NOW), attempt("Restart", at=days_ago(1)))
    (shown,) = context(conversations=(conversation(attempts=tried),)).conversations
    assert [one.what for one in shown.attempts] == ["Restart", "New firmware"]


def test_goods_wait_in_a_shop_until_their_conversation_is_resolved():
    facts = {"pickup_store": "DE-042", "order_number": "A-1"}
    there = context(conversations=(conversation(facts=facts), conversation("resolved", facts=facts)))
    (waiting,) = there.pick_ups
    assert (waiting.store, waiting.order_number) == (json("DE-042"), json("A-1"))


def test_goods_may_wait_without_an_order_number():
    (waiting,) = context(conversations=(conversation(facts={"pickup_store": "DE-042"}),)).pick_ups
    assert waiting.order_number == json(None)


@pytest.mark.parametrize(("length", "shown", "cut"), [(1000, 1000, False), (1001, 1000, True)])
def test_a_long_text_is_cut_and_says_so(length, shown, cut):
    (recent,) = context(recent=(interaction(text="x" * length),)).recent
    assert (len(recent.text), recent.text_cut) == (shown, cut)


def test_a_touchpoint_says_who_spoke():
    anna = Participant(role=ParticipantRole.CUSTOMER, name="Anna")
    (recent,) = context(recent=(interaction(participant=anna, asks=("city",)),)).recent
    assert (recent.participant, recent.asks) == (anna, ("city",))


def test_the_assurance_is_that_of_the_customers_newest_touchpoint():
    newest_first = (
        interaction(direction=Direction.OUTBOUND, assurance=Assurance.VERIFIED),
        interaction(assurance=Assurance.POSSESSION),
        interaction(assurance=Assurance.CLAIMED),
    )
    assert context(recent=newest_first).customer.assurance is Assurance.POSSESSION


def test_nobody_is_assured_who_did_not_turn_to_us_lately():
    ours = (interaction(direction=Direction.OUTBOUND, assurance=Assurance.VERIFIED),)
    assert context(recent=ours).customer.assurance is Assurance.NONE
