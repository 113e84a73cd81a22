"""Where everything stands in the picture of a flow: channels keep their row, and all segments have one scale; pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from service.insight.flow.model import FlowLink, FlowNode, SegmentFlow
from service.model.vocabulary import Channel

ROWS = (Channel.WEB, Channel.CHATBOT, Channel.PHONE, Channel.EMAIL, Channel.STORE, Channel.SOCIAL)
"""The channels from above to below."""
COLUMNS = 5
"""The last one holds the fifth contact and all later ones."""
WIDTH, LEFT, TOP, FOOT = 1340, 2, 44, 8
"""Pixels: of the picture, to the first column, to the first row, and below the last one."""
COLUMN, NODE, GAP, AREA = 241.2, 10, 10, 218
"""Pixels: from column to column, of a node's width, between rows, and of all rows where there is room."""
LABEL, GAVE_UP_LINE, MARK_LINE = 20, 15, 22
"""Pixels: what the lines beside a node need."""
MIN_SCALE = 96
"""Pixels of all matters of a segment, at the least."""
MIN_ENDING = 16
LABELLED, MANY_GAVE_UP, OFTEN_ASKED = 0.03, 0.12, 1 / 3
"""Shares from which a node is named (of the segment), says who gave up and who was asked again (of the node)."""
MAX_MARKS = 3
"""Nodes of a segment that say how many were asked again: those with the most of them."""


class NodeBox(Struct, frozen=True, kw_only=True):
    """A channel within a column: its box, what ended there, and which lines stand beside it."""

    step: FlowNode
    share: float
    x: float
    y: float
    height: float
    solved_height: float
    gave_up_height: float
    lines: float
    """The height of the lines beside it."""
    is_named: bool
    says_gave_up: bool
    says_asked_again: bool


class FlowRibbon(Struct, frozen=True, kw_only=True):
    """A link between the corners at the upper left and the upper right."""

    link: FlowLink
    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    is_worst: bool


class SegmentPanel(Struct, frozen=True, kw_only=True):
    """One segment: matters per column, ribbons and nodes."""

    segment: SegmentFlow
    reach: tuple[int, ...]
    nodes: tuple[NodeBox, ...]
    ribbons: tuple[FlowRibbon, ...]


class FlowLayout(Struct, frozen=True, kw_only=True):
    """All segments, each to be drawn in a box of `height`; `scale` is the height of all matters of a segment."""

    panels: tuple[SegmentPanel, ...]
    scale: float
    height: float


def column_x(step: int) -> float:
    """Where the column of a contact, counted from 1, begins."""
    return LEFT + (step - 1) * COLUMN


def place_flow(segments: Sequence[SegmentFlow]) -> FlowLayout:
    """The places of these segments above each other."""
    marked = [_marked(one) for one in segments]
    most: dict[Channel, float] = defaultdict(float)
    need: dict[Channel, float] = defaultdict(float)
    for segment, marks in zip(segments, marked, strict=True):
        for step in segment.steps:
            most[step.channel] = max(most[step.channel], _share(step.matters, segment))
            need[step.channel] = max(need[step.channel], _lines(step, segment, marks))
    rows = [channel for channel in ROWS if channel in most]
    scale = _scale(rows, most, need)
    tops, y = {}, float(TOP)
    for channel in rows:
        tops[channel] = y
        y += max(most[channel] * scale, need[channel]) + GAP
    endings = TOP + scale + 2 * (MIN_ENDING + GAP)
    panels = tuple(_panel(one, marks, tops, scale) for one, marks in zip(segments, marked, strict=True))
    return FlowLayout(panels=panels, scale=scale, height=max(y - GAP, endings) + FOOT)


def _scale(rows: Sequence[Channel], most: Mapping[Channel, float], need: Mapping[Channel, float]) -> float:
    """The largest scale at which all rows have room; rows whose lines need more than their nodes get what they need."""
    room = AREA - GAP * max(len(rows) - 1, 0)
    scale = float(room)
    for _ in rows:
        small = [channel for channel in rows if most[channel] * scale < need[channel]]
        large = sum(most[channel] for channel in rows if channel not in small)
        scale = min(scale, (room - sum(need[channel] for channel in small)) / large) if large else MIN_SCALE
    return max(scale, MIN_SCALE)


def _marked(segment: SegmentFlow) -> set[tuple[int, Channel]]:
    often = [
        step
        for step in segment.steps
        if step.asked_again and step.asked_again >= OFTEN_ASKED * step.matters and _is_named(step, segment)
    ]
    often.sort(key=lambda step: (-step.asked_again, step.step))
    return {(step.step, step.channel) for step in often[:MAX_MARKS]}


def _lines(step: FlowNode, segment: SegmentFlow, marked: set[tuple[int, Channel]]) -> float:
    """The height of the lines beside a node."""
    mark = MARK_LINE if (step.step, step.channel) in marked else 0
    return LABEL + (GAVE_UP_LINE if _says_gave_up(step, segment) else 0) + mark


def _is_named(step: FlowNode, segment: SegmentFlow) -> bool:
    return _share(step.matters, segment) >= LABELLED


def _says_gave_up(step: FlowNode, segment: SegmentFlow) -> bool:
    many = step.gave_up >= MANY_GAVE_UP * step.matters
    return many and _share(step.gave_up, segment) >= LABELLED


def _share(matters: int, segment: SegmentFlow) -> float:
    return matters / segment.matters if segment.matters else 0.0


def _panel(
    segment: SegmentFlow, marked: set[tuple[int, Channel]], tops: Mapping[Channel, float], scale: float
) -> SegmentPanel:
    nodes = tuple(_nodes(segment, marked, tops, scale))
    reach = tuple(
        sum(step.matters for step in segment.steps if step.step == column) for column in range(1, COLUMNS + 1)
    )
    return SegmentPanel(segment=segment, reach=reach, nodes=nodes, ribbons=tuple(_ribbons(segment, tops, scale)))


def _nodes(
    segment: SegmentFlow, marked: set[tuple[int, Channel]], tops: Mapping[Channel, float], scale: float
) -> Iterator[NodeBox]:
    for step in segment.steps:
        yield NodeBox(
            step=step,
            share=_share(step.matters, segment),
            x=column_x(step.step),
            y=tops[step.channel],
            height=_share(step.matters, segment) * scale,
            solved_height=_share(step.solved, segment) * scale,
            gave_up_height=_share(step.gave_up, segment) * scale,
            lines=_lines(step, segment, marked),
            is_named=_is_named(step, segment),
            says_gave_up=_says_gave_up(step, segment),
            says_asked_again=(step.step, step.channel) in marked,
        )


def _ribbons(segment: SegmentFlow, tops: Mapping[Channel, float], scale: float) -> Iterator[FlowRibbon]:
    """The links from above to below, so that those of one node do not cross where they leave it."""
    left: dict[tuple[int, Channel], float] = defaultdict(float)
    came: dict[tuple[int, Channel], float] = defaultdict(float)
    worst = max(segment.links, key=lambda link: link.asked_again, default=None)
    for link in sorted(segment.links, key=_from_above):
        width = _share(link.matters, segment) * scale
        start, end = (link.start.step, link.start.channel), (link.start.step + 1, link.end.channel)
        yield FlowRibbon(
            link=link,
            x0=column_x(link.start.step) + NODE,
            y0=tops[link.start.channel] + left[start],
            x1=column_x(link.start.step + 1),
            y1=tops[link.end.channel] + came[end],
            width=width,
            is_worst=link is worst and link.asked_again > 0,
        )
        left[start] += width
        came[end] += width


def _from_above(link: FlowLink) -> tuple[int, int, int]:
    return link.start.step, ROWS.index(link.start.channel), ROWS.index(link.end.channel)
