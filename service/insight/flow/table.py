"""A flow as a table: one row for each number of matters, and what they add up to; pure."""

import csv
from collections.abc import Iterator
from io import StringIO

from service.insight.flow.model import Flow, FlowLink, FlowNode, FlowWay, SegmentFlow
from service.model.vocabulary import Channel

COLUMNS = (
    "segment", "part", "step", "came_from", "channel", "way", "ways", "matters", "share", "solved", "gave_up", "open",
    "asked_again", "repeated_questions", "median_wait_s", "median_solution_s",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Cells = dict[str, object]


def flow_as_csv(flow: Flow) -> str:
    """The flow as CSV (RFC 4180); a name that a spreadsheet would take for a formula gets an apostrophe."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for segment in flow.segments:
        name = f"'{segment.name}" if segment.name.startswith(_FORMULA_STARTS) else segment.name
        ways = [way for way in flow.ways if way.segment == segment.name]
        writer.writerows({"segment": name} | cells for cells in _rows(segment, ways))
    return text.getvalue()


def way_text(way: tuple[Channel, ...]) -> str:
    """A way as it is written in tables and queries, such as `chatbot>phone`."""
    return ">".join(way)


def _rows(segment: SegmentFlow, ways: list[FlowWay]) -> Iterator[Cells]:
    yield _total(segment)
    yield {"part": "without_own_contact", "matters": segment.without_own_contact}
    for node in segment.steps:
        yield _node(node, segment.matters)
    for link in segment.links:
        yield _link(link)
    for way in ways:
        yield _way(way)
    yield {"part": "hidden", "ways": segment.hidden.ways, "matters": segment.hidden.matters}


def _total(segment: SegmentFlow) -> Cells:
    return {
        "part": "total",
        "matters": segment.matters,
        "solved": segment.endings.solved,
        "gave_up": segment.endings.gave_up,
        "open": segment.endings.open,
        "repeated_questions": segment.repeated_questions,
        "median_solution_s": segment.median_solution_s,
    }


def _node(node: FlowNode, total: int) -> Cells:
    return {
        "part": "step",
        "step": node.step,
        "channel": node.channel,
        "matters": node.matters,
        "share": node.matters / total,
        "solved": node.solved,
        "gave_up": node.gave_up,
        "open": node.open,
        "asked_again": node.asked_again,
    }


def _link(link: FlowLink) -> Cells:
    return {
        "part": "link",
        "step": link.end.step,
        "came_from": link.start.channel,
        "channel": link.end.channel,
        "matters": link.matters,
        "share": link.share,
        "asked_again": link.asked_again,
        "median_wait_s": link.median_wait_s,
    }


def _way(way: FlowWay) -> Cells:
    return {
        "part": "way",
        "way": way_text(way.way),
        "ways": 1,
        "matters": way.matters,
        "share": way.share,
        "solved": way.solved,
        "gave_up": way.gave_up,
        "open": way.open,
        "repeated_questions": way.repeated_questions,
        "median_solution_s": way.median_solution_s,
    }
