"""Pure decisions about conversations and facts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from service.model.interaction import InteractionContent
from service.model.vocabulary import CallOutcome, ConversationStatus, Direction, InteractionKind, ParticipantRole
from service.timeline.model import Conversation, FactRow, subject_key


def choose_conversation(
    interaction: InteractionContent,
    conversations: Iterable[Conversation],
    *,
    at: datetime,
    reopen: timedelta,
    space_id: int = 0,
) -> Conversation | None:
    """The conversation this interaction continues, or None if it opens one.

    With a ref: of the conversations of that space, source and ref the unresolved one, else that resolved last, unless
    that was longer than `reopen` ago and the customer now comes back. Without: the latest unresolved one of the same
    subject.
    """
    hint = interaction.conversation
    if hint is not None and hint.ref is not None:
        wanted = (space_id, interaction.source, hint.ref)
        same = [one for one in conversations if (one.space_id, one.source, one.ref) == wanted]
        latest = max(same, key=_resolution_order, default=None)
        return None if latest is None or _is_past_reopening(latest, interaction, at=at, reopen=reopen) else latest
    key = subject_key(hint.subject if hint else None)
    matching = [one for one in conversations if _unresolved(one) and one.subject_key == key]
    return max(matching, key=_opening_order, default=None)


def reopens_conversation(conversation: Conversation, interaction: InteractionContent, *, at: datetime) -> bool:
    """Whether this interaction reopens a resolved conversation: the customer came back after it was resolved."""
    return (
        conversation.resolved_at is not None
        and interaction.direction is Direction.INBOUND
        and not _is_rating(interaction)
        and at >= conversation.resolved_at
    )


def answers_pending_conversation(conversation: Conversation, interaction: InteractionContent) -> bool:
    """Whether a conversation waited for the customer, and this interaction is what it waited for."""
    came = interaction.direction is Direction.INBOUND and not _is_rating(interaction)
    return conversation.status is ConversationStatus.PENDING and came


def is_of_customer_alone(interaction: InteractionContent) -> bool:
    """Whether none of us took part in it: a call was not answered, anything else is not said by one of us."""
    if interaction.outcome is not None:
        return interaction.outcome is not CallOutcome.ANSWERED  # the agent of a missed call is the one who was rung
    return interaction.participant is None or interaction.participant.role is ParticipantRole.CUSTOMER


def _is_rating(interaction: InteractionContent) -> bool:
    """Whether the customer says how it was: that asks for nothing."""
    return interaction.kind is InteractionKind.FEEDBACK and interaction.rating is not None


def _is_past_reopening(
    conversation: Conversation, interaction: InteractionContent, *, at: datetime, reopen: timedelta
) -> bool:
    return (
        conversation.resolved_at is not None
        and interaction.direction is Direction.INBOUND
        and at > conversation.resolved_at + reopen
    )


def _unresolved(conversation: Conversation) -> bool:
    return conversation.status is not ConversationStatus.RESOLVED


def _resolution_order(conversation: Conversation) -> tuple[bool, datetime, datetime, int]:
    """Unresolved ones after all others: when one was resolved says our clock, when it was opened a sender's."""
    resolved_at = conversation.resolved_at
    return (resolved_at is None, resolved_at or conversation.opened_at, *_opening_order(conversation))


def _opening_order(conversation: Conversation) -> tuple[datetime, int]:
    return (conversation.opened_at, conversation.conversation_id.int)


def fact_order(fact: FactRow) -> tuple[bool, datetime]:
    """The order in which values count: what a person vouched for above all others, and then the later time."""
    return (fact.vouched, fact.at)


def supersedes(new: FactRow, old: FactRow) -> bool:
    """Whether a newly registered value replaces the known one: it stands above it, or equal."""
    return fact_order(new) >= fact_order(old)
