"""What an interaction does to the conversation that it continues."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.errors import ConversationUnknown
from service.identity.customers import CustomerState
from service.model.vocabulary import Channel, ConversationStatus
from service.registration.prepare import prepare_submission
from service.registration.threads import continue_conversation
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event

ANNA = CustomerState(customer_id=UUID(int=1))
HOUR = timedelta(hours=1)


def continued(conversations, *, conversation_id=None, at=NOW, **fields):
    submission = prepare_submission(event(at=at, **fields), key_id=KEY_ID, region="DE")
    submission = submission._replace(conversation_id=conversation_id)
    return continue_conversation(submission, ANNA, conversations, at=at, reopen=timedelta(days=7))


def test_a_first_contact_opens_a_conversation_with_its_ref_and_subject():
    conversations = []
    opened = continued(conversations, ref="a", subject="Router blinks")
    assert conversations == [opened]
    assert (opened.ref, opened.subject, opened.status) == ("a", "Router blinks", ConversationStatus.OPEN)
    assert (opened.opened_at, opened.last_at, opened.interactions) == (NOW, NOW, 1)


def test_the_conversation_that_is_named_goes_on_although_another_one_would_fit():
    conversations = []
    first = continued(conversations, ref="a")
    continued(conversations, ref="b")
    assert continued(conversations, ref="b", conversation_id=first.conversation_id) is first


def test_a_named_conversation_that_the_customer_lacks_is_unknown():
    with pytest.raises(ConversationUnknown):
        continued([], conversation_id=UUID(int=7))


def test_a_conversation_lists_each_channel_once_in_the_order_of_their_coming():
    conversations = []
    for channel in ("chatbot", "phone", "chatbot"):
        conversation = continued(conversations, channel=channel)
    assert conversation.channels == [Channel.CHATBOT, Channel.PHONE]


def test_a_late_delivery_lies_within_the_conversation_and_does_not_end_it_earlier():
    conversations = []
    continued(conversations)
    conversation = continued(conversations, at=NOW - HOUR)
    assert (conversation.opened_at, conversation.last_at) == (NOW - HOUR, NOW)


def test_the_first_subject_that_is_stated_stays():
    conversations = []
    continued(conversations, ref="a")
    for subject in ("Router blinks", "Something else"):
        conversation = continued(conversations, ref="a", subject=subject)
    assert conversation.subject == "Router blinks"


@pytest.mark.parametrize(
    ("direction", "status"), [("inbound", ConversationStatus.OPEN), ("outbound", ConversationStatus.RESOLVED)]
)
def test_a_resolved_conversation_is_open_again_once_the_customer_comes_back(direction, status):
    conversations = []
    conversation = continued(conversations, ref="a", at=NOW - HOUR)
    conversation.status, conversation.resolved_at = ConversationStatus.RESOLVED, NOW - HOUR
    assert continued(conversations, ref="a", direction=direction).status is status
