"""What the database counts for a flow: matters by way and ending, of which everything else is the sum."""

from uuid import UUID

from msgspec import Struct

from service.insight.flow.model import FlowEnding, FlowMatter
from service.model.vocabulary import Channel


class WayRecord(Struct, frozen=True, kw_only=True):
    """Matters of a segment that had the same way and ending; the way is empty without an own contact."""

    segment: str
    way: tuple[Channel, ...]
    ending: FlowEnding
    matters: int
    repeated_questions: int
    asked_again: tuple[int, int, int, int, int]
    """In how many of them the customer was asked again, at each contact."""
    median_solution_s: float | None
    examples: list[UUID]
    """At most five of the conversations."""


class LinkRecord(Struct, frozen=True, kw_only=True):
    """How long the matters of a segment took from one channel to contact `step` in another."""

    segment: str
    step: int
    came_from: Channel
    channel: Channel
    median_wait_s: float


class FlowRecords(Struct, frozen=True, kw_only=True):
    """All that is counted, in any order."""

    members: dict[str, int]
    """Of segments that have any."""
    ways: list[WayRecord]
    links: list[LinkRecord]
    solutions: dict[str, float]
    """Segment -> median of the seconds until a solution, if there was one."""
    worst: list[FlowMatter]
