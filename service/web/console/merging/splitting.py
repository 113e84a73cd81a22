"""What is ticked to become a customer of its own, and how much of what that is; pure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct

from service.registration.split import SplitInput
from service.timeline.history import TimelineItem
from service.web.console.customer.sheet import CustomerSheet
from service.web.console.desk_forms import as_request


class SplitForm(Struct, kw_only=True):
    """The ticks: ids of interactions, and identities as `kind value`. `event_id` lets the form count once."""

    interactions: str | list[str] = ""
    identities: str | list[str] = ""
    event_id: str = ""
    csrf_token: str = ""

    @property
    def going(self) -> list[str]:
        """The ids of the interactions that are ticked."""
        return _ticked(self.interactions)

    @property
    def going_identities(self) -> list[str]:
        """The identities that are ticked."""
        return _ticked(self.identities)


class SplitEffect(Struct, frozen=True, kw_only=True):
    """How many interactions and identities go, and how many stay."""

    interactions: int
    identities: int
    staying_interactions: int
    staying_identities: int

    @property
    def is_possible(self) -> bool:
        """Whether something goes, and something stays."""
        return bool(self.interactions or self.identities) and bool(self.staying_interactions or self.staying_identities)


class MatterGroup(Struct, frozen=True, kw_only=True):
    """Interactions of one conversation, the newest first; `subject` is None if it is not known."""

    conversation_id: UUID
    subject: str | None
    items: tuple[TimelineItem, ...]


def split_input(form: SplitForm) -> SplitInput:
    """The ticks as the API takes them. InvalidInput for what is none."""
    identities = [dict(zip(("kind", "value"), one.split(" ", 1), strict=False)) for one in form.going_identities]
    return as_request({"interactions": form.going, "identities": identities}, SplitInput)


def split_effect(form: SplitForm, interactions: int, identities: int) -> SplitEffect:
    """What the ticks do to a customer with so many interactions and identities."""
    going, going_identities = len(set(form.going)), len(set(form.going_identities))
    return SplitEffect(
        interactions=going,
        identities=going_identities,
        staying_interactions=max(interactions - going, 0),
        staying_identities=max(identities - going_identities, 0),
    )


def matter_groups(sheet: CustomerSheet, items: Sequence[TimelineItem]) -> Iterable[MatterGroup]:
    """The interactions by their conversations, the one with the newest interaction first."""
    subjects = {one.id: one.subject for one in sheet.view.conversations}
    for conversation_id in dict.fromkeys(item.conversation_id for item in items):
        yield MatterGroup(
            conversation_id=conversation_id,
            subject=subjects.get(conversation_id),
            items=tuple(one for one in items if one.conversation_id == conversation_id),
        )


def _ticked(given: str | list[str]) -> list[str]:
    """A form sends one tick as a text, and several as a list."""
    if isinstance(given, list):
        return given
    return [given] if given else []
