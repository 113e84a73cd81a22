"""The picture of a journey shows what happened, stands by itself, and can be read at any length."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.journey.model import HandoffEnd, JourneyFriction
from service.journey.picture.columns import MOST_COLUMNS, columns_of
from service.journey.picture.condense import MOST_MARKS, marks_of
from service.journey.picture.drawing import plan_of
from service.journey.picture.icons import symbols
from service.journey.picture.layout import WIDTH, radius_of
from service.journey.picture.mood import mood_path
from service.journey.picture.render import render_svg
from service.journey.picture.theme import COLOURS, Theme
from service.model.vocabulary import Channel, InteractionKind
from tests.house.place import text
from tests.journey.picture_examples import annas_journey, journey_of, made_journey

ANNA = annas_journey()
HOSTILE = '<script>alert("x")</script> & \x00\x1b\ufffe مرحبا 👋 ' + "very long words " * 30
LENGTHS = {0: journey_of([]), 1: made_journey(1, phases=1), 5: made_journey(5), 24: ANNA, 500: made_journey(500)}


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def said(svg: str) -> str:
    """Every text of a picture, with what is only read out."""
    return "\n".join(parsed(svg).itertext())


@pytest.mark.parametrize("count", LENGTHS)
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_journey_of_any_length_is_a_picture_that_needs_nothing_else(count, language):
    svg = render_svg(LENGTHS[count], language=language)
    root = parsed(svg)
    assert root.find("{*}title").text == LENGTHS[count].title
    assert root.find("{*}desc").text
    assert "prefers-color-scheme:dark" in root.find("{*}style").text
    assert "var(" not in svg
    assert set(re.findall(r'href="#([^"]*)"', svg)) <= set(re.findall(r' id="([^"]*)"', svg))
    assert not re.search(r'href="[^#]|url\((?!#)|<script|<image|style=', svg)


def test_annas_picture_says_all_that_one_asks_of_a_journey():
    told = said(render_svg(ANNA, language="en"))
    for words in (
        "24 contacts, 10 frictions",
        "27 Oct – 1 Dec",
        "42 h until solved",
        "Renew or leave",
        "Social",
        "11 days",
        "Support: closed: callback 10:24 promised",
        "Technicians: no answer",
        "Technicians: taken in 40 s",
        "Callback missed",
        "Buys",
        "Threatens to leave",
        "Stays",
        "lowest: 19 Nov 10:58",
        "15. Phone, customer came to us, 19 Nov 10:52, dropped, Mood −0.8",
        "“Nobody called me back.”",
        "Work from home again, and not explain it twice",
        "3 × did not help",
        "Support hotline; technicians",
        "Open: Petra, by 12 Dec 2026",
        "handoff that failed",
    ):
        assert words in told, words


def test_a_concern_says_whether_it_was_answered():
    concern = replace(ANNA.touchpoints[0], kind=InteractionKind.CONCERN, answered=False)
    svg = render_svg(replace(ANNA, touchpoints=(concern, *ANNA.touchpoints[1:])), language="en")
    assert "1. Social, customer came to us, 27 Oct 19:12, concern not answered" in said(svg)
    assert 'href="#i-flag"' in svg


def test_the_picture_speaks_german():
    told = said(render_svg(ANNA, language="de-AT"))
    for words in (
        "Hilfe suchen",
        "18.–20. Nov. · 11 Kontakte",
        "Tiefpunkt: 19. Nov. 10:58",
        "Hinter den",
        "half nicht",
    ):
        assert words in told, words


def test_only_channels_that_were_used_have_a_lane():
    assert set(plan_of(ANNA).layout.lanes) == set(Channel)
    phone_alone = journey_of([one for one in ANNA.touchpoints if one.channel is Channel.PHONE])
    assert plan_of(phone_alone).layout.lanes == (Channel.PHONE,)


def test_marks_are_filled_where_the_customer_came_and_outlined_where_we_did():
    svg = render_svg(ANNA, language="en", standalone=False)
    assert (svg.count('class="j-n j-in"'), svg.count('class="j-n j-out"')) == (18, 6)


def test_what_people_wrote_is_text_and_nothing_more():
    names = [replace(one, subject=HOSTILE, says=HOSTILE) for one in ANNA.touchpoints]
    handoffs = [replace(one, queue_title=HOSTILE) for one in ANNA.handoffs]
    decisions = [replace(one, text=HOSTILE) for one in ANNA.decisions]
    notes = [replace(one, text=HOSTILE, owner=HOSTILE) for one in ANNA.notes]
    hostile = replace(ANNA, title=HOSTILE, touchpoints=names, handoffs=handoffs, decisions=decisions, notes=notes)
    for standalone in (True, False):
        svg = render_svg(hostile, language="en", standalone=standalone)
        assert "<script" not in svg
        assert max(map(len, parsed(svg).itertext())) < 12_000


def test_a_chosen_theme_has_only_its_own_colours():
    svg = render_svg(ANNA, language="en", theme=Theme.DARK)
    assert "prefers-color-scheme" not in svg
    assert COLOURS["surface"][1] in svg
    assert COLOURS["accent"][0] not in svg


@pytest.mark.parametrize("count", [56, 57, 500, 5000])
def test_a_long_journey_is_joined_into_as_many_marks_as_can_be_told_apart(count):
    journey = made_journey(count)
    marks = marks_of(journey, columns_of(journey))
    assert len(marks) == min(count, MOST_MARKS)
    assert [mark.first for mark in marks] == [0, *(mark.last + 1 for mark in marks[:-1])]
    assert sum(mark.count for mark in marks) == count
    assert sum(len(mark.frictions) for mark in marks) == journey.totals.frictions


def test_decisions_and_handoffs_are_never_joined_with_others():
    journey = made_journey(500, every_handoff=7)
    marks = marks_of(journey, columns_of(journey))
    alone = {mark.first for mark in marks if mark.count == 1}
    assert {handoff.touchpoint for handoff in journey.handoffs} <= alone
    assert {one.end for one in journey.handoffs} == set(HandoffEnd)


def test_neighbours_of_one_lane_are_joined_before_others_and_the_closest_first():
    journey = made_journey(400)
    columns = columns_of(journey)
    marks = marks_of(journey, columns, limit=399)
    joined = next(mark for mark in marks if mark.count == 2)
    touchpoints = journey.touchpoints
    gaps = {
        (b.at - a.at, number)
        for number, (a, b) in enumerate(pairwise(touchpoints))
        if (a.channel, a.phase) == (b.channel, b.phase)
    }
    assert joined.first == min(gaps)[1]


def test_a_joined_mark_keeps_the_lowest_mood_and_the_worst_friction():
    journey = made_journey(200)
    for mark in marks_of(journey, columns_of(journey)):
        part = journey.touchpoints[mark.first : mark.last + 1]
        assert mark.mood == min((one.mood for one in part if one.mood is not None), default=None)
        frictions = [friction for one in part for friction in one.frictions]
        assert mark.worst == max(frictions, key=list(JourneyFriction).index, default=None)


@pytest.mark.parametrize(
    "journey", [ANNA, made_journey(500), made_journey(500, every_handoff=5), made_journey(90, phases=40)]
)
def test_marks_of_one_lane_stand_beside_each_other_and_never_over_each_other(journey):
    plan = plan_of(journey)
    for number, mark in enumerate(plan.marks[:-1]):
        if plan.marks[number + 1].channel is mark.channel:
            apart = plan.layout.xs[number + 1] - plan.layout.xs[number]
            assert apart > radius_of(mark) + radius_of(plan.marks[number + 1])
    assert plan.layout.width >= WIDTH
    assert list(plan.layout.xs) == sorted(plan.layout.xs)


def test_of_many_phases_the_oldest_share_a_column():
    columns = columns_of(made_journey(90, phases=40))
    assert len(columns) == MOST_COLUMNS
    assert sum(column.count for column in columns) == 90
    assert len(columns[0].spans) == 40 - MOST_COLUMNS + 1


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=12))
def test_the_curve_of_the_mood_never_leaves_the_moods_that_were_there(moods):
    path = mood_path([(20.0 * place, 50 * mood) for place, mood in enumerate(moods)])
    ends = [50 * mood for mood in moods]
    for (a, b), piece in zip(pairwise(ends), path.split("C")[1:], strict=True):
        heights = [float(one) for one in piece.split()[1::2]]
        low, high = min(a, b) - 0.11, max(a, b) + 0.11
        for step in range(21):
            t = step / 20
            y = (
                (1 - t) ** 3 * a
                + 3 * (1 - t) ** 2 * t * heights[0]
                + 3 * (1 - t) * t * t * heights[1]
                + t**3 * heights[2]
            )
            assert low <= y <= high


def test_the_colours_and_icons_are_those_of_the_console():
    sheet = text("service/web/console/static/console.css")
    for name, (light, dark) in COLOURS.items():
        assert f"--{name}:light-dark({light},{dark})" in sheet
    sprite = text("service/web/console/static/vendored/icons.svg")
    assert all(symbol in sprite for symbol in symbols().values())
