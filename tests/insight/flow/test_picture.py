"""The picture of a segment's ways: what it says, what it draws, and that it needs nothing else."""

import re
from itertools import pairwise, product
from xml.etree import ElementTree as ET

import pytest

from service.insight.flow.layout import AREA, GAP, place_flow
from service.insight.flow.picture import flow_panels, render_flow_svg
from tests.insight.flow.flows import KNOWN, NEW, flow_of, segment_of

SVG = "{http://www.w3.org/2000/svg}"
A, B = segment_of("New customers", NEW), segment_of("Existing customers", KNOWN)
EVERY_WAY = [("".join(letters), 10, 3, 4, 7) for letters in product("wbpesm", repeat=3)]
HOSTILE = '<script>alert("&")</script> عميل 顧客 ' + "x" * 300
FLOWS = {
    "two segments": (A, B),
    "no matter": (segment_of("New customers", ()), B),
    "nothing at all": (segment_of("New customers", ()),),
    "one matter": (segment_of("New customers", (("p", 1, 1, 0, 0),)),),
    "one channel": (segment_of("New customers", (("ppppp", 50, 20, 20, 30), ("p", 50, 40, 5, 0))),),
    "every way": (segment_of(HOSTILE, EVERY_WAY), B),
    "five million": (segment_of("New customers", (("pp", 5_000_000, 4_000_000, 0, 0), ("s", 1, 1, 0, 0))),),
}


def described(svg: str) -> str:
    """The text alternative of a file."""
    return ET.fromstring(svg).find(f"{SVG}desc").text


@pytest.mark.parametrize("language", ["en", "de", "de-AT", "ar", "zh-Hant", "", "x" * 300])
@pytest.mark.parametrize("segments", FLOWS.values(), ids=FLOWS)
def test_the_file_is_whole_in_every_language(segments, language):
    svg = render_flow_svg(flow_of(*segments), language=language)
    root = ET.fromstring(svg)
    assert root.attrib["lang"] == ("de" if language.startswith("de") else "en")
    assert not re.search(r"(?:href|src|url)\W+(?!#)\w+:", svg.replace('xmlns="http://www.w3.org/2000/svg"', ""))
    assert "<script" not in svg
    assert "var(" not in svg
    used = set(re.findall(r'href="#([\w-]+)"', svg))
    assert used <= {one.attrib["id"] for one in root.iter(f"{SVG}symbol")}


@pytest.mark.parametrize("segments", FLOWS.values(), ids=FLOWS)
def test_rows_and_ribbons_stay_in_their_places(segments):
    layout = place_flow(segments)
    rows = {}
    for panel in layout.panels:
        for node in panel.nodes:
            assert rows.setdefault(node.step.channel, node.y) == node.y
            assert node.y + node.height <= layout.height
            leaving = [one for one in panel.ribbons if one.link.start.step == node.step.step]
            widths = [one.width for one in leaving if one.link.start.channel is node.step.channel]
            ended = node.step.solved + node.step.gave_up + node.step.open
            assert sum(widths) + ended / panel.segment.matters * layout.scale == pytest.approx(node.height)
    tops = sorted(rows.values())
    assert all(after - before >= GAP for before, after in pairwise(tops))
    assert layout.scale <= AREA


def test_two_segments_have_one_scale_and_the_same_rows():
    layout = place_flow([A, B])
    phones = [next(one for one in panel.nodes if one.step.channel == "phone") for panel in layout.panels]
    assert phones[0].y == phones[1].y
    assert [one.height / one.share for one in phones] == pytest.approx([layout.scale] * 2)


def test_the_way_with_most_repetition_is_red_and_said_in_words_with_a_sign():
    svg = render_flow_svg(flow_of(A), language="en")
    assert svg.count('class="s-link bad" d=') == 1
    red = re.search(r'<title>([^<]*)</title><path class="s-link bad"', svg)[1]
    assert red == "Chatbot → Phone: 260 matters, 28%; 33% asked again"
    mark = re.search(r'<g class="s-mark">.*?</g></g>|<g class="s-mark">.*?</text></g>', svg)[0]
    assert "#i-repeat" in mark
    assert "73% asked again" in svg


def test_the_text_of_the_file_says_every_number():
    said = described(render_flow_svg(flow_of(A, B), language="en"))
    assert "A New customers: 919 matters" in said
    assert "Chatbot 38%, 1st contact: 350 matters; 10% solved here, 14% gave up here, 0% asked again" in said
    assert "38% gave up: 349 matters" in said
    assert "6 rare ways with 5 matters (<1%)" in said
    assert said.count("How it ends") == 0


def test_german_has_its_own_words_and_numbers():
    said = described(render_flow_svg(flow_of(B), language="de"))
    assert "A Existing customers: 3.870 Anliegen" in said
    assert "Telefon 55\N{NARROW NO-BREAK SPACE}%, 1. Kontakt: 2.120 Anliegen" in said


def test_in_a_page_each_number_leads_to_its_matters():
    asked = []

    def link(segment, **filters):
        asked.append((segment.name, filters))
        return "/matters?a=1&b=2"

    (panel,) = flow_panels([A], language="en", sprite="/icons.svg#i-", link=link)
    assert panel.count("<a ") == len(asked) == len(A.steps) + len(A.links) + 5 + 3
    assert ("New customers", {"step": 2, "step_channel": "phone"}) in asked
    assert ("New customers", {"ending": "gave_up"}) in asked
    from_bot = {"step": 2, "step_channel": "phone", "came_from": "chatbot"}
    assert ("New customers", from_bot) in asked
    assert 'href="/matters?a=1&amp;b=2"' in panel
    assert "<title>Phone 50%, 2nd: 460 matters;" in panel


def test_a_segment_without_a_matter_says_so():
    assert "No matter of this segment" in render_flow_svg(flow_of(FLOWS["no matter"][0]), language="en")
