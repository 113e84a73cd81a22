"""What a customer needs here and now, from the context; pure."""

from service.context.content import Context
from service.insight.content.model import ContentNeeds
from service.insight.purposes import refuses_marketing
from service.journey.model import Phase
from service.model.vocabulary import AttemptOutcome, Channel, ConversationStatus, Direction

MAX_TEXTS = 5
"""Of what the customer said last in open matters."""


def needs_of(context: Context, segments: frozenset[str], phase: Phase | None, channel: Channel | None) -> ContentNeeds:
    """The subjects of the open matters with what was said last, the phase, the segments, and what did not help."""
    open_ids = {one.id for one in context.conversations if one.status is not ConversationStatus.RESOLVED}
    subjects = [one.subject for one in context.conversations if one.id in open_ids and one.subject]
    said = [
        one.text
        for one in context.recent
        if one.direction is Direction.INBOUND and one.text and one.conversation_id in open_ids
    ]
    failed = tuple(
        attempt.what
        for conversation in context.conversations
        for attempt in conversation.attempts
        if attempt.outcome is AttemptOutcome.FAILED
    )
    return ContentNeeds(
        subjects=(*subjects, *said[:MAX_TEXTS]),
        phase=phase,
        segments=segments | frozenset(context.customer.segments),
        language=context.customer.language,
        failed=failed,
        without_marketing=refuses_marketing(context, channel),
    )
