"""Which conversation an interaction continues, and what it does to that; pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from service.errors import ConversationUnknown
from service.identity.customers import CustomerState
from service.model.ids import new_id
from service.model.vocabulary import ConversationStatus
from service.registration.model import Submission
from service.timeline.model import Conversation
from service.timeline.rules import (
    answers_pending_conversation,
    choose_conversation,
    is_of_customer_alone,
    reopens_conversation,
)


def continue_conversation(
    submission: Submission,
    customer: CustomerState,
    conversations: list[Conversation],
    *,
    at: datetime,
    reopen: timedelta,
) -> Conversation:
    """The conversation of the customer's `known` ones that goes on, one interaction longer; a new one joins them."""
    interaction = submission.interaction
    back_at = _back_at(submission, customer, conversations, at)
    conversation = _choose_conversation(submission, conversations, at=back_at, reopen=reopen)
    if conversation is None:
        conversation = _new_conversation(customer, submission, at)
        conversations.append(conversation)
    answers = answers_pending_conversation(conversation, interaction) and not submission.imported
    if answers or reopens_conversation(conversation, interaction, at=back_at):
        conversation.status, conversation.resolved_at = ConversationStatus.OPEN, None
    if conversation.subject is None and interaction.conversation is not None:
        conversation.subject = interaction.conversation.subject
    if interaction.channel not in conversation.channels:
        conversation.channels.append(interaction.channel)
    conversation.opened_at = min(conversation.opened_at, at)
    conversation.last_at = max(conversation.last_at, at)
    conversation.interactions += 1
    return conversation


def _back_at(
    submission: Submission, customer: CustomerState, conversations: Iterable[Conversation], at: datetime
) -> datetime:
    """When the customer came back with this interaction: what crossed with "resolved" was not known to the resolver.

    So arrival counts, and what is resolved was resolved before it, whatever the clocks of two processes say. History
    from a file, and what one of us took part in, counts by its own time.
    """
    if submission.imported or not is_of_customer_alone(submission.interaction):
        return at
    return max([customer.last_registered_at, at, *(one.resolved_at for one in conversations if one.resolved_at)])


def _choose_conversation(
    submission: Submission, conversations: list[Conversation], *, at: datetime, reopen: timedelta
) -> Conversation | None:
    """The one that is named by id, else the one that fits. ConversationUnknown if the customer lacks that id."""
    if submission.conversation_id is None:
        space_id = submission.space_id
        return choose_conversation(submission.interaction, conversations, at=at, reopen=reopen, space_id=space_id)
    for conversation in conversations:
        if conversation.conversation_id == submission.conversation_id:
            return conversation
    raise ConversationUnknown


def _new_conversation(customer: CustomerState, submission: Submission, at: datetime) -> Conversation:
    interaction = submission.interaction
    hint = interaction.conversation
    return Conversation(
        customer_id=customer.customer_id,
        conversation_id=new_id(),
        source=interaction.source,
        ref=hint.ref if hint else None,
        subject=hint.subject if hint else None,
        status=ConversationStatus.OPEN,
        channels=[],
        opened_at=at,
        last_at=at,
        resolved_at=None,
        interactions=0,
        facts={},
        space_id=submission.space_id,
    )
