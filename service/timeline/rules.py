"""Pure decisions about conversations and facts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from service.model.interaction import InteractionContent
from service.model.vocabulary import ConversationStatus, Direction
from service.timeline.model import Conversation, FactRow, subject_key


def choose_conversation(
    interaction: InteractionContent, conversations: Iterable[Conversation], *, at: datetime, reopen: timedelta
) -> Conversation | None:
    """The conversation this interaction continues, or None if it opens one.

    With a ref: the latest conversation of that source and ref, unless it was resolved longer than `reopen` ago and the
    customer now comes back. Without: the latest unresolved one of the same subject.
    """
    hint = interaction.conversation
    if hint is not None and hint.ref is not None:
        same = [one for one in conversations if one.ref == hint.ref and one.source == interaction.source]
        latest = max(same, key=_opening_order, default=None)
        return None if latest is None or _is_past_reopening(latest, interaction, at=at, reopen=reopen) else latest
    key = subject_key(hint.subject if hint else None)
    matching = [one for one in conversations if _unresolved(one) and one.subject_key == key]
    return max(matching, key=_opening_order, default=None)


def reopens_conversation(conversation: Conversation, interaction: InteractionContent, *, at: datetime) -> bool:
    """Whether this interaction reopens a resolved conversation: the customer came back after it was resolved."""
    return (
        conversation.resolved_at is not None
        and interaction.direction is Direction.INBOUND
        and at >= conversation.resolved_at
    )


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


def _opening_order(conversation: Conversation) -> tuple[datetime, int]:
    return (conversation.opened_at, conversation.conversation_id.int)


def supersedes(new: FactRow, old: FactRow) -> bool:
    """Whether a newly registered value replaces the known one: its time is later or the same."""
    return new.at >= old.at
