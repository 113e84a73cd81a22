"""Which conversation an interaction continues, and which value of a fact is known."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.model.vocabulary import Channel, ConversationStatus
from service.timeline.model import Conversation, FactRow
from service.timeline.rules import choose_conversation, reopens_conversation, supersedes
from tests.fixtures import NOW
from tests.registration.events import event

WEEK = timedelta(days=7)
MOMENT = timedelta(seconds=1)


def conversation(number=1, *, ref=None, subject=None, source="shop-bot", resolved_at=None, opened_at=NOW):
    return Conversation(
        customer_id=UUID(int=9),
        conversation_id=UUID(int=number),
        source=source,
        ref=ref,
        subject=subject,
        status=ConversationStatus.RESOLVED if resolved_at else ConversationStatus.OPEN,
        channels=[Channel.CHATBOT],
        opened_at=opened_at,
        last_at=opened_at,
        resolved_at=resolved_at,
        interactions=1,
        facts={},
    )


def chosen(interaction, *known, at=NOW):
    found = choose_conversation(interaction, known, at=at, reopen=WEEK)
    return found and found.conversation_id.int


def fact(value="1", *, at=NOW, verified=False):
    customer, matter = UUID(int=9), UUID(int=1)
    return FactRow(customer, "order_number", value, "shop-bot", Channel.CHATBOT, at, verified, matter, 1)


def test_a_ref_continues_the_conversation_of_that_ref():
    assert chosen(event(ref="b"), conversation(1, ref="a"), conversation(2, ref="b")) == 2


def test_the_same_ref_of_another_source_is_another_conversation():
    assert chosen(event(ref="a"), conversation(1, ref="a", source="hotline")) is None


def test_of_several_of_one_ref_the_latest_goes_on():
    earlier, later = conversation(2, ref="a", opened_at=NOW - WEEK), conversation(1, ref="a")
    assert chosen(event(ref="a"), later, earlier) == 1


@pytest.mark.parametrize(
    ("direction", "since", "continues"),
    [
        ("inbound", WEEK, True),
        ("inbound", WEEK + MOMENT, False),
        ("outbound", WEEK + MOMENT, True),
        ("internal", WEEK + MOMENT, True),
    ],
)
def test_a_customer_who_comes_back_late_opens_a_new_conversation_and_nobody_else_does(direction, since, continues):
    resolved = conversation(ref="a", resolved_at=NOW - since)
    assert (chosen(event(ref="a", direction=direction), resolved) == 1) is continues


@pytest.mark.parametrize("subject", ["Router blinks", "  router   BLINKS ", "ROUTER blinks"])
def test_without_a_ref_the_open_conversation_of_the_same_subject_goes_on(subject):
    assert chosen(event(subject=subject), conversation(subject="Router blinks")) == 1


def test_without_a_ref_a_resolved_conversation_is_over():
    assert chosen(event(subject="Router"), conversation(subject="Router", resolved_at=NOW)) is None


def test_without_ref_and_subject_the_open_conversation_without_a_subject_goes_on():
    assert chosen(event(), conversation(1, subject="Router"), conversation(2)) == 2


@pytest.mark.parametrize(
    ("direction", "after", "reopens"),
    [
        ("inbound", timedelta(0), True),
        ("inbound", MOMENT, True),
        ("inbound", -MOMENT, False),
        ("outbound", MOMENT, False),
        ("internal", MOMENT, False),
    ],
)
def test_only_a_customer_who_comes_back_reopens_what_was_resolved(direction, after, reopens):
    resolved = conversation(resolved_at=NOW)
    assert reopens_conversation(resolved, event(direction=direction), at=NOW + after) is reopens


def test_what_is_open_cannot_be_reopened():
    assert not reopens_conversation(conversation(), event(), at=NOW)


@pytest.mark.parametrize(("later", "replaces"), [(MOMENT, True), (timedelta(0), True), (-MOMENT, False)])
def test_what_was_said_later_or_at_the_same_time_replaces_what_is_known(later, replaces):
    assert supersedes(fact(at=NOW + later), fact()) is replaces


def test_a_rating_asks_for_nothing_and_a_word_without_one_does():
    resolved = conversation(resolved_at=NOW)
    assert not reopens_conversation(resolved, event(kind="feedback", rating={"scale": 5, "value": 2}), at=NOW)
    assert reopens_conversation(resolved, event(kind="feedback", text="It blinks again."), at=NOW)
