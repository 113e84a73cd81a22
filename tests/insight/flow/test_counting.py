"""A flow adds up, whatever ways the matters took."""

import csv
from collections import Counter
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.insight.flow.counting import count_flow
from service.insight.flow.filters import FlowFilter
from service.insight.flow.model import DifferenceKind, Flow, FlowEnding
from service.insight.flow.records import FlowRecords, LinkRecord, WayRecord
from service.insight.flow.table import flow_as_csv
from service.model.vocabulary import Channel
from tests.fixtures import NOW

pytestmark = pytest.mark.slow

A, B = "new", "existing"
CHATBOT, PHONE, EMAIL = Channel.CHATBOT, Channel.PHONE, Channel.EMAIL


def record(way, matters=1, *, ending=FlowEnding.SOLVED, segment=A, asked=(), median=60.0) -> WayRecord:
    return WayRecord(
        segment=segment,
        way=tuple(way),
        ending=ending,
        matters=matters,
        repeated_questions=sum(asked),
        asked_again=(*asked, *(0,) * (5 - len(asked))),
        median_solution_s=median if ending is FlowEnding.SOLVED else None,
        examples=[],
    )


def flow_of(*records: WayRecord, threshold: float = 0.01, segments=(A, B)) -> Flow:
    links = {(one.segment, step, *link) for one in records for step, link in enumerate(pairwise(one.way), start=2)}
    counted = FlowRecords(
        members={A: 3},
        ways=list(records),
        links=[
            LinkRecord(segment=name, step=step, came_from=start, channel=end, median_wait_s=60.0)
            for name, step, start, end in links
        ],
        solutions={},
        worst=[],
    )
    wanted = FlowFilter(
        segments=segments,
        opened_from=NOW - timedelta(days=30),
        opened_to=NOW,
        now=NOW,
        gave_up_days=14,
        threshold=threshold,
    )
    return count_flow(counted, wanted)


@st.composite
def way_records(draw):
    """One record for each way and ending, as the database groups them."""
    way = st.lists(st.sampled_from(Channel), max_size=5).map(tuple)
    keys = st.tuples(st.sampled_from([A, B]), way, st.sampled_from(FlowEnding))
    records = []
    for segment, channels, ending in draw(st.lists(keys, unique=True, max_size=40)):
        matters = draw(st.integers(1, 60))
        asked = [draw(st.integers(0, matters)) for _ in channels]
        records.append(record(channels, matters, ending=ending, segment=segment, asked=asked))
    return records


def rows_of(flow: Flow, part: str, segment: str) -> list[dict]:
    rows = csv.DictReader(StringIO(flow_as_csv(flow)), strict=True)
    return [row for row in rows if (row["part"], row["segment"]) == (part, segment)]


def total_of(rows: list[dict], column: str = "matters") -> int:
    return sum(int(row[column]) for row in rows)


@given(way_records(), st.floats(0, 1))
def test_nodes_links_ways_and_endings_add_up_to_the_matters(records, threshold):
    flow = flow_of(*records, threshold=threshold)
    for segment in flow.segments:
        own = [one for one in records if one.segment == segment.name]
        ways = [way for way in flow.ways if way.segment == segment.name]
        assert segment.matters == sum(one.matters for one in own if one.way)
        assert segment.without_own_contact == sum(one.matters for one in own if not one.way)
        assert sum(node.matters for node in segment.steps if node.step == 1) == segment.matters
        assert sum(way.matters for way in ways) + segment.hidden.matters == segment.matters
        for name in ("solved", "gave_up", "open"):
            assert sum(getattr(node, name) for node in segment.steps) == getattr(segment.endings, name)
        for way in ways:
            assert way.solved + way.gave_up + way.open == way.matters


@given(way_records())
def test_what_comes_to_a_node_ends_there_or_goes_on(records):
    for segment in flow_of(*records).segments:
        came, left = Counter(), Counter()
        for link in segment.links:
            came[link.end.step, link.end.channel] += link.matters
            left[link.start.step, link.start.channel] += link.matters
        for node in segment.steps:
            place = (node.step, node.channel)
            assert node.solved + node.gave_up + node.open + left[place] == node.matters
            assert node.step == 1 or came[place] == node.matters


@given(way_records(), st.floats(0, 1))
def test_the_table_adds_up_to_the_same_numbers(records, threshold):
    flow = flow_of(*records, threshold=threshold)
    for segment in flow.segments:
        name = segment.name
        firsts = [row for row in rows_of(flow, "step", name) if row["step"] == "1"]
        assert total_of(rows_of(flow, "total", name)) == total_of(firsts) == segment.matters
        listed = rows_of(flow, "way", name) + rows_of(flow, "hidden", name)
        assert total_of(listed) == segment.matters
        assert total_of(rows_of(flow, "step", name), "gave_up") == segment.endings.gave_up
        assert total_of(rows_of(flow, "link", name)) == sum(link.matters for link in segment.links)


def test_rare_ways_are_counted_and_not_listed():
    flow = flow_of(record([PHONE], 97), record([EMAIL], 2), record([EMAIL, PHONE]), threshold=0.03, segments=(A,))
    (segment,) = flow.segments
    assert [way.way for way in flow.ways] == [(PHONE,)]
    assert (segment.hidden.ways, segment.hidden.matters, segment.matters) == (2, 3, 100)
    assert sum(link.matters for link in segment.links) == 1


def test_a_segment_without_matters_has_an_empty_flow():
    flow = flow_of()
    assert [(one.matters, one.steps, one.links, one.hidden.ways) for one in flow.segments] == [(0, [], [], 0)] * 2
    assert flow.differences == []


def test_the_largest_difference_comes_first_and_says_of_how_many_matters_it_is():
    flow = flow_of(
        record([CHATBOT, PHONE], 40, asked=(0, 30)),
        record([CHATBOT], 60),
        record([CHATBOT, PHONE], 30, asked=(0, 3), segment=B),
        record([CHATBOT], 70, segment=B),
    )
    first = flow.differences[0]
    assert (first.what, first.step, first.channel) == (DifferenceKind.ASKED_AGAIN, 2, PHONE)
    assert (first.a.matters, first.a.of, first.b.matters, first.b.of) == (30, 40, 3, 30)
    assert first.difference == pytest.approx(0.65)


@pytest.mark.parametrize(("matters", "compared"), [(19, False), (20, True)])
def test_a_share_of_fewer_than_twenty_matters_is_not_compared(matters, compared):
    gave_up = record([PHONE], matters, ending=FlowEnding.GAVE_UP, segment=B)
    differences = flow_of(record([PHONE], 100), gave_up).differences
    assert bool(differences) is compared


def test_a_channel_that_one_segment_never_uses_is_a_difference():
    differences = flow_of(record([CHATBOT], 50), record([PHONE], 50, segment=B)).differences
    came = {(one.channel, one.a.share, one.b.share) for one in differences if one.what is DifferenceKind.CAME}
    assert came == {(CHATBOT, 1.0, 0.0), (PHONE, 0.0, 1.0)}


def test_a_segment_whose_name_looks_like_a_formula_is_a_text_in_the_table():
    flow = flow_of(record([PHONE], segment="=1+1"), segments=("=1+1",))
    assert rows_of(flow, "total", "'=1+1")
