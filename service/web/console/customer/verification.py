"""What the record says of an answer by which an agent checked who was there; pure."""

from typing import Any

import msgspec
from msgspec import ValidationError

from service.desks.verify import IdentityCheck
from service.model.vocabulary import InteractionKind
from service.timeline.history import TimelineItem


def check_of(item: TimelineItem) -> IdentityCheck | None:
    """The check that this interaction was; None if it was none. Its data may be anything that a channel sent."""
    stated: Any = (item.data or {}).get("verification")
    if item.kind is not InteractionKind.NOTE or stated is None:
        return None
    try:
        return msgspec.convert(stated, IdentityCheck)
    except ValidationError:
        return None
