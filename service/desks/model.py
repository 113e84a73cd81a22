"""Whom and what a desk's action is about."""

from uuid import UUID

from msgspec import Struct

from service.handoff.model import Handoff
from service.handoff.packet import last_channel
from service.identity.model import Claim
from service.model.interaction import ConversationHint
from service.model.vocabulary import Channel


class HandoffSubject(Struct, frozen=True, kw_only=True):
    """A customer and a conversation; `claims` are the identities of a customer that is not known yet.

    `customer_id` is the one that rows are written under, `survivor_id` the canonical one of its merge set.
    """

    customer_id: UUID | None = None
    survivor_id: UUID | None = None
    conversation_id: UUID | None = None
    channel: Channel | None = None
    claims: tuple[Claim, ...] = ()
    conversation_ref: str | None = None
    conversation_subject: str | None = None

    @property
    def conversation_hint(self) -> ConversationHint | None:
        """How the conversation was named, other than by its id."""
        if self.conversation_ref is None and self.conversation_subject is None:
            return None
        return ConversationHint(ref=self.conversation_ref, subject=self.conversation_subject)

    def has_same_customer(self, other: "HandoffSubject") -> bool:
        """Whether both name the same customer, or two that are merged, by id or by equal claims."""
        return self.survivor_id == other.survivor_id and self.claims == other.claims


def subject_of_handoff(handoff: Handoff) -> HandoffSubject:
    """The customer and conversation of a handoff."""
    return HandoffSubject(
        customer_id=handoff.customer_id,
        conversation_id=handoff.conversation_id,
        channel=last_channel(handoff.packet),
    )
