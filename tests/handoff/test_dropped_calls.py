"""Which calls ended in vain, and which open handoffs such a call was about."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.handoff.dropped_calls import MAX_CALL_DURATION, DroppedCall, find_affected_handoffs, is_dropped_call
from service.handoff.repository import OpenHandoff
from service.model.vocabulary import CallOutcome
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event

IN_VAIN = {CallOutcome.MISSED, CallOutcome.ABANDONED, CallOutcome.FAILED}
ROUTER, INVOICE = UUID(int=1), UUID(int=2)
MOMENT = timedelta(seconds=1)


def call(conversation_id=ROUTER, *, subject="", names=True, at=NOW) -> DroppedCall:
    return DroppedCall(
        customer_id=UUID(int=9),
        conversation_id=conversation_id,
        subject_key=subject,
        names_conversation=names,
        occurred_at=at,
        key_id=KEY_ID,
    )


def handoff(conversation_id, *, subject="", created_at=NOW) -> OpenHandoff:
    return OpenHandoff(
        handoff_id=conversation_id, conversation_id=conversation_id, subject_key=subject, created_at=created_at
    )


def affected(call, *handoffs):
    return [one.conversation_id for one in find_affected_handoffs(call, handoffs)]


@pytest.mark.parametrize("outcome", CallOutcome)
def test_a_call_of_the_customer_was_dropped_if_nobody_spoke_with_them(outcome):
    assert is_dropped_call(event(channel="phone", kind="call", outcome=outcome)) is (outcome in IN_VAIN)


def test_our_own_call_that_nobody_answers_is_no_dropped_call():
    assert not is_dropped_call(event(channel="phone", kind="call", outcome="missed", direction="outbound"))


def test_another_channel_has_no_dropped_calls():
    assert not is_dropped_call(event(channel="chatbot", outcome="missed"))


def test_a_call_that_names_its_conversation_is_about_that_handoff_alone():
    assert affected(call(), handoff(ROUTER), handoff(INVOICE)) == [ROUTER]


def test_a_call_of_another_conversation_is_about_the_handoff_of_the_same_subject():
    dropped = call(UUID(int=3), subject="router")
    assert affected(dropped, handoff(ROUTER, subject="router"), handoff(INVOICE, subject="invoice")) == [ROUTER]


@pytest.mark.parametrize("dropped", [call(names=False), call(UUID(int=3), names=True)])
def test_a_call_that_names_no_matter_is_about_every_open_handoff(dropped):
    assert affected(dropped, handoff(ROUTER), handoff(INVOICE)) == [ROUTER, INVOICE]


@pytest.mark.parametrize(("later", "is_affected"), [(MAX_CALL_DURATION, True), (MAX_CALL_DURATION + MOMENT, False)])
def test_a_call_that_began_long_before_the_handoff_was_not_about_it(later, is_affected):
    assert bool(affected(call(), handoff(ROUTER, created_at=NOW + later))) is is_affected
