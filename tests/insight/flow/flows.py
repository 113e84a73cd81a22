"""Flows for tests of the picture, made of ways: the channels of the contacts, and how the matters on it ended."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from service.insight.flow.model import Flow, FlowEndings, FlowLink, FlowNode, FlowPlace, HiddenWays, SegmentFlow
from service.model.vocabulary import Channel

LAST = 5
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NUMBERS = ("matters", "solved", "gave_up", "open", "asked_again")
LETTERS = {
    "w": Channel.WEB,
    "b": Channel.CHATBOT,
    "p": Channel.PHONE,
    "e": Channel.EMAIL,
    "s": Channel.STORE,
    "m": Channel.SOCIAL,
}
NEW = (
    ("bp", 190, 78, 90, 133),
    ("wbp", 110, 32, 60, 80),
    ("p", 160, 141, 10, 0),
    ("bppe", 70, 13, 50, 68),
    ("ep", 60, 33, 15, 20),
    ("b", 90, 36, 50, 0),
    ("wpp", 80, 50, 20, 40),
    ("we", 60, 40, 15, 5),
    ("s", 34, 30, 2, 0),
    ("ppppp", 60, 20, 35, 60),
    ("m", 5, 2, 2, 0),
)
"""Ways of new customers: letters, matters, solved, gave up, and how many were asked again at the second contact."""
KNOWN = (
    ("p", 1500, 1400, 60, 0),
    ("pp", 600, 500, 60, 230),
    ("bp", 500, 430, 60, 100),
    ("ep", 300, 260, 30, 40),
    ("e", 420, 400, 10, 0),
    ("w", 300, 270, 20, 0),
    ("s", 230, 220, 5, 0),
    ("pes", 20, 18, 1, 4),
)


def segment_of(title: str, ways: Sequence[tuple[str, int, int, int, int]]) -> SegmentFlow:
    """A segment in which these ways were gone."""
    nodes: Counter[tuple[int, Channel, str]] = Counter()
    links: Counter[tuple[int, Channel, Channel]] = Counter()
    for letters, matters, solved, gave_up, asked_again in ways:
        path = [LETTERS[letter] for letter in letters[:LAST]]
        for step, channel in enumerate(path, 1):
            nodes[step, channel, "matters"] += matters
        nodes[len(path), path[-1], "solved"] += solved
        nodes[len(path), path[-1], "gave_up"] += gave_up
        nodes[len(path), path[-1], "open"] += matters - solved - gave_up
        if len(path) > 1:
            nodes[2, path[1], "asked_again"] += asked_again
        for step, (start, end) in enumerate(pairwise(path), 1):
            links[step, start, end] += matters
    total = sum(way[1] for way in ways)
    return SegmentFlow(
        name=title,
        members=total,
        matters=total,
        without_own_contact=0,
        median_solution_s=7 * 3600.0,
        repeated_questions=total // 2,
        steps=[
            FlowNode(
                step=step,
                channel=channel,
                **{name: nodes[step, channel, name] for name in NUMBERS},
            )
            for step, channel in sorted({(step, channel) for step, channel, _name in nodes})
        ],
        links=[
            FlowLink(
                start=FlowPlace(step=step, channel=start),
                end=FlowPlace(step=step + 1, channel=end),
                matters=matters,
                share=matters / total,
                median_wait_s=3600.0,
                asked_again=matters // 3 if start is Channel.CHATBOT else 0,
            )
            for (step, start, end), matters in links.items()
        ],
        hidden=HiddenWays(ways=6, matters=5),
        endings=FlowEndings(
            solved=sum(way[2] for way in ways),
            gave_up=sum(way[3] for way in ways),
            open=total - sum(way[2] + way[3] for way in ways),
        ),
    )


def flow_of(*segments: SegmentFlow) -> Flow:
    """A flow of these segments alone."""
    return Flow(
        start=NOW - timedelta(days=30),
        end=NOW,
        as_of=NOW,
        gave_up_days=14,
        threshold=0.01,
        segments=list(segments),
        ways=[],
        differences=[],
        worst=[],
    )
