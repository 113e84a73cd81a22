"""Sums up the matters by way into the nodes, links, ways and endings of a flow; pure, so that they add up by design."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from service.insight.flow.differences import find_differences
from service.insight.flow.filters import FlowFilter
from service.insight.flow.model import (
    Flow,
    FlowEnding,
    FlowEndings,
    FlowLink,
    FlowNode,
    FlowPlace,
    FlowWay,
    HiddenWays,
    SegmentFlow,
)
from service.insight.flow.records import FlowRecords, LinkRecord, WayRecord
from service.model.vocabulary import Channel

MAX_EXAMPLES = 5
Place = FlowPlace
Way = tuple[Channel, ...]


def count_flow(records: FlowRecords, wanted: FlowFilter) -> Flow:
    """The flow of the segments that are wanted, in their order."""
    segments, ways = [], []
    for name in wanted.segments:
        counted = [record for record in records.ways if record.segment == name]
        listed, hidden = list_ways([record for record in counted if record.way], wanted.threshold)
        segments.append(_count_segment(name, counted, hidden, records))
        ways += listed
    return Flow(
        start=wanted.opened_from,
        end=wanted.opened_to,
        as_of=wanted.now,
        gave_up_days=wanted.gave_up_days,
        threshold=wanted.threshold,
        segments=segments,
        ways=ways,
        differences=find_differences(*segments) if len(segments) > 1 else [],
        worst=[matter for name in wanted.segments for matter in records.worst if matter.segment == name],
    )


def list_ways(records: Iterable[WayRecord], threshold: float) -> tuple[list[FlowWay], HiddenWays]:
    """The ways with at least that share, the most frequent first, and how many others there are."""
    by_way: dict[Way, list[WayRecord]] = defaultdict(list)
    for record in records:
        by_way[record.way].append(record)
    matters = {way: _matters(group) for way, group in by_way.items()}
    total = sum(matters.values())
    frequent = sorted((-count, way) for way, count in matters.items() if count >= threshold * total)
    listed = [_sum_way(by_way[way], total) for _, way in frequent]
    hidden = total - sum(way.matters for way in listed)
    return listed, HiddenWays(ways=len(by_way) - len(listed), matters=hidden)


def _sum_way(group: Sequence[WayRecord], total: int) -> FlowWay:
    endings = _count_endings(group)
    examples = sorted({example for record in group for example in record.examples}, reverse=True)
    solved = next((record for record in group if record.ending is FlowEnding.SOLVED), None)
    return FlowWay(
        segment=group[0].segment,
        way=group[0].way,
        matters=_matters(group),
        share=_matters(group) / total,
        solved=endings.solved,
        gave_up=endings.gave_up,
        open=endings.open,
        median_solution_s=solved.median_solution_s if solved else None,
        repeated_questions=sum(record.repeated_questions for record in group),
        examples=examples[:MAX_EXAMPLES],
    )


def _count_segment(name: str, counted: Sequence[WayRecord], hidden: HiddenWays, records: FlowRecords) -> SegmentFlow:
    on_ways = [record for record in counted if record.way]
    return SegmentFlow(
        name=name,
        members=records.members.get(name, 0),
        matters=_matters(on_ways),
        without_own_contact=_matters(counted) - _matters(on_ways),
        median_solution_s=records.solutions.get(name),
        repeated_questions=sum(record.repeated_questions for record in on_ways),
        steps=count_nodes(on_ways),
        links=count_links(on_ways, [link for link in records.links if link.segment == name]),
        hidden=hidden,
        endings=_count_endings(on_ways),
    )


def count_nodes(records: Iterable[WayRecord]) -> list[FlowNode]:
    """Every channel of every column to which a matter came."""
    came: Counter[Place] = Counter()
    asked: Counter[Place] = Counter()
    ended: Counter[tuple[Place, FlowEnding]] = Counter()
    for record in records:
        places = _places(record.way)
        ended[places[-1], record.ending] += record.matters
        for place in places:
            came[place] += record.matters
            asked[place] += record.asked_again[place.step - 1]
    return [
        FlowNode(
            step=place.step,
            channel=place.channel,
            matters=came[place],
            solved=ended[place, FlowEnding.SOLVED],
            gave_up=ended[place, FlowEnding.GAVE_UP],
            open=ended[place, FlowEnding.OPEN],
            asked_again=asked[place],
        )
        for place in sorted(came)
    ]


def count_links(records: Sequence[WayRecord], waits: Iterable[LinkRecord]) -> list[FlowLink]:
    """Every pair of neighbouring contacts that a matter had."""
    came: Counter[tuple[Place, Place]] = Counter()
    asked: Counter[tuple[Place, Place]] = Counter()
    for record in records:
        places = _places(record.way)
        for link in pairwise(places):
            came[link] += record.matters
            asked[link] += record.asked_again[link[1].step - 1]
    total = _matters(records)
    median_wait_s = {(one.step, one.came_from, one.channel): one.median_wait_s for one in waits}
    return [
        FlowLink(
            start=start,
            end=end,
            matters=came[start, end],
            share=came[start, end] / total,
            median_wait_s=median_wait_s[end.step, start.channel, end.channel],
            asked_again=asked[start, end],
        )
        for start, end in sorted(came)
    ]


def _places(way: Way) -> list[Place]:
    return [FlowPlace(step=step, channel=channel) for step, channel in enumerate(way, start=1)]


def _matters(records: Iterable[WayRecord]) -> int:
    return sum(record.matters for record in records)


def _count_endings(records: Iterable[WayRecord]) -> FlowEndings:
    counted: Counter[FlowEnding] = Counter()
    for record in records:
        counted[record.ending] += record.matters
    return FlowEndings(
        solved=counted[FlowEnding.SOLVED], gave_up=counted[FlowEnding.GAVE_UP], open=counted[FlowEnding.OPEN]
    )
