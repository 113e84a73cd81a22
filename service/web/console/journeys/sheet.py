"""What the page of a segment's journeys says beside the picture, in short; pure."""

from collections.abc import Sequence

from msgspec import Struct

from service.insight.flow.model import Flow, FlowDifference, FlowMatter, FlowNode, FlowWay, SegmentFlow

ENOUGH = 20
"""Matters from which a way may be called the best or the worst, if there is one with so many."""
MOST_WAYS, MOST_DIFFERENCES = 8, 6


class WaysOfSegment(Struct, frozen=True, kw_only=True):
    """The most frequent ways of a segment; `different` counts all that were gone, `share` is that of the shown ones."""

    segment: SegmentFlow
    shown: tuple[FlowWay, ...]
    different: int
    share: float


class FlowSheet(Struct, frozen=True, kw_only=True):
    """The answers of the page; what there is no answer to is None."""

    flow: Flow
    gave_up_at: FlowNode | None
    asked_again_at: FlowNode | None
    best: FlowWay | None
    worst_way: FlowWay | None
    worst: tuple[FlowMatter, ...]
    """The worst journeys of the segment."""
    differences: tuple[FlowDifference, ...]
    ways: tuple[WaysOfSegment, ...]

    @property
    def segment(self) -> SegmentFlow:
        """The segment that the page is about."""
        return self.flow.segments[0]

    @property
    def compared(self) -> SegmentFlow | None:
        """The segment below it."""
        return self.flow.segments[1] if len(self.flow.segments) > 1 else None


def flow_sheet(flow: Flow) -> FlowSheet:
    """The answers that this flow gives."""
    segment = flow.segments[0]
    ways = [way for way in flow.ways if way.segment == segment.name]
    enough = [way for way in ways if way.matters >= ENOUGH] or ways
    return FlowSheet(
        flow=flow,
        gave_up_at=_most(segment, [step.gave_up for step in segment.steps]),
        asked_again_at=_most(segment, [step.asked_again for step in segment.steps]),
        best=_best(enough),
        worst_way=_worst(enough),
        worst=tuple(one for one in flow.worst if one.segment == segment.name),
        differences=tuple(flow.differences[:MOST_DIFFERENCES]),
        ways=tuple(_ways_of(flow, one) for one in flow.segments),
    )


def _most(segment: SegmentFlow, numbers: Sequence[int]) -> FlowNode | None:
    """The first node with the highest number above 0."""
    highest = max(numbers, default=0)
    return segment.steps[list(numbers).index(highest)] if highest else None


def _best(ways: Sequence[FlowWay]) -> FlowWay | None:
    """The way on which most are solved; of several, the one that more go."""
    best = max(ways, key=lambda way: (way.solved / way.matters, way.matters), default=None)
    return best if best is not None and best.solved else None


def _worst(ways: Sequence[FlowWay]) -> FlowWay | None:
    """The way on which most give up; of several, the one with more repetition. None where all is well."""
    worst = max(ways, key=_badness, default=None)
    return worst if worst is not None and any(_badness(worst)[:2]) else None


def _badness(way: FlowWay) -> tuple[float, float, int]:
    return way.gave_up / way.matters, way.repeated_questions / way.matters, way.matters


def _ways_of(flow: Flow, segment: SegmentFlow) -> WaysOfSegment:
    ways = [way for way in flow.ways if way.segment == segment.name]
    shown = tuple(ways[:MOST_WAYS])
    together = sum(way.matters for way in shown)
    return WaysOfSegment(
        segment=segment,
        shown=shown,
        different=len(ways) + segment.hidden.ways,
        share=together / segment.matters if segment.matters else 0.0,
    )
