"""What registration works on."""

from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from service.access.model import HOUSE_SPACE
from service.errors import CustomerErased
from service.identity.model import Claim
from service.model.interaction import InteractionContent, RegistrationResult
from service.timeline.receipts import EventKey, event_digest


class Submission(NamedTuple):
    """An interaction that a key submitted, with its identities in canonical form.

    Who knows the customer names it instead of identities, and may name one of the conversations of its merge set. The
    event counts once in its space: in that of the key, of askonce and its doors, or of files. `imported` is history
    from a file: its arrival says nothing about the customer.
    """

    interaction: InteractionContent
    claims: tuple[Claim, ...]
    key_id: UUID
    customer_id: UUID | None = None
    conversation_id: UUID | None = None
    imported: bool = False
    by_person: bool = False
    """Whether the key is of the people of the company, who vouch for what they verify."""
    space_id: int = HOUSE_SPACE

    @property
    def event_key(self) -> EventKey:
        """What makes the event one, computed anew each time."""
        return event_digest(self.space_id, self.interaction.source, self.interaction.source_event_id)


class RegisteredBatch(Struct, frozen=True, kw_only=True):
    """What became of submissions registered together: answers in their order, and the customers that changed."""

    results: list[RegistrationResult | CustomerErased]
    """CustomerErased for an event from before its customer was erased: nothing is stored of it."""
    changed: dict[UUID, int]
    """Canonical customer -> version."""
