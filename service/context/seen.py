"""The parts of views that several audiences see alike; `audiences.py` says who sees which of them."""

from datetime import datetime
from uuid import UUID

from msgspec import Raw, Struct

from service.model.vocabulary import (
    ConditionKind,
    Stacking,
)


class ViewPart(Struct, frozen=True, kw_only=True):
    """A part of a view."""


class VisibleCondition(ViewPart, frozen=True):
    """A condition in force, as every audience it is meant for sees it."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Raw
    scope: Raw
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    uses_left: int | None
