"""Where two segments differ most; pure."""

from collections.abc import Iterator

from service.insight.flow.model import DifferenceKind, FlowDifference, FlowRatio, SegmentFlow
from service.model.vocabulary import Channel

MIN_MATTERS = 20
"""A share of fewer matters says nothing."""
MAX_DIFFERENCES = 10
Measure = tuple[DifferenceKind, int | None, Channel | None, Channel | None]
"""What is compared, at which contact, in which channel, after which one."""


def find_differences(a: SegmentFlow, b: SegmentFlow) -> list[FlowDifference]:
    """The largest differences first; none where a share of either segment is of fewer than 20 matters."""
    ratios_a, ratios_b = dict(_measure(a)), dict(_measure(b))
    found = [
        _difference(measure, ratio_a, ratio_b)
        for measure in ratios_a | ratios_b
        if (ratio_a := ratios_a.get(measure) or _nothing(measure, a))
        and (ratio_b := ratios_b.get(measure) or _nothing(measure, b))
        and ratio_a.share != ratio_b.share
        and min(ratio_a.of, ratio_b.of) >= MIN_MATTERS
    ]
    return sorted(found, key=lambda one: -abs(one.difference))[:MAX_DIFFERENCES]


def _measure(flow: SegmentFlow) -> Iterator[tuple[Measure, FlowRatio]]:
    """All shares of a segment that can be compared, the most general first."""
    if flow.matters:
        yield (DifferenceKind.SOLVED, None, None, None), _ratio(flow.endings.solved, flow.matters)
        yield (DifferenceKind.GAVE_UP, None, None, None), _ratio(flow.endings.gave_up, flow.matters)
    for node in flow.steps:
        at = (node.step, node.channel, None)
        yield (DifferenceKind.CAME, *at), _ratio(node.matters, flow.matters)
        yield (DifferenceKind.SOLVED, *at), _ratio(node.solved, node.matters)
        yield (DifferenceKind.GAVE_UP, *at), _ratio(node.gave_up, node.matters)
        yield (DifferenceKind.ASKED_AGAIN, *at), _ratio(node.asked_again, node.matters)
    for link in flow.links:
        by = (link.end.step, link.end.channel, link.start.channel)
        yield (DifferenceKind.ASKED_AGAIN, *by), _ratio(link.asked_again, link.matters)


def _nothing(measure: Measure, flow: SegmentFlow) -> FlowRatio | None:
    """A channel that no matter of a segment came to has the share 0; what became of those that came there has none."""
    return _ratio(0, flow.matters) if measure[0] is DifferenceKind.CAME and flow.matters else None


def _ratio(matters: int, of: int) -> FlowRatio:
    return FlowRatio(matters=matters, of=of, share=matters / of)


def _difference(measure: Measure, a: FlowRatio, b: FlowRatio) -> FlowDifference:
    what, step, channel, came_from = measure
    return FlowDifference(
        what=what, step=step, channel=channel, came_from=came_from, a=a, b=b, difference=a.share - b.share
    )
