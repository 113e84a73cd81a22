"""The parts of views that several audiences see alike; `audiences.py` says who sees which of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Raw, Struct

from service.model.vocabulary import (
    ConditionKind,
    Stacking,
)


class ViewPart(Struct, frozen=True, kw_only=True):
    """A part of a view."""


class VisibleCondition(ViewPart, frozen=True):
    """A condition in force, as every audience it is meant for sees it."""

    id: Annotated[UUID, Meta(description="The condition's id.")]
    title: Annotated[str, Meta(description="What the customer is entitled to, in words.")]
    kind: Annotated[ConditionKind, Meta(description="What sort of entitlement it is.")]
    terms: Annotated[
        Raw, Meta(description="What is granted, as JSON of the kind's own shape, byte for byte as it was stated.")
    ]
    scope: Annotated[
        Raw,
        Meta(description="What it applies to (products, channels, shops), as JSON, byte for byte as it was stated."),
    ]
    valid_from: Annotated[datetime, Meta(description="From when it is in force.")]
    valid_until: Annotated[datetime | None, Meta(description="When it ends; null if it has no end.")]
    priority: Annotated[int, Meta(description="Its rank among conditions: the higher number comes first.")]
    stacking: Annotated[Stacking, Meta(description="Whether it may be used together with others.")]
    uses_left: Annotated[
        int | None, Meta(description="The uses left in the present period; 0 when used up, null without a limit.")
    ]
