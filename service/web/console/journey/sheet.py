"""What the page of a journey shows: its picture with the rows below, one touchpoint, and the list of all; pure."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from markupsafe import Markup
from msgspec import Struct

from service.journey.model import (
    Journey,
    JourneyDecision,
    JourneyFriction,
    JourneyHandoff,
    JourneyPromise,
    JourneyTouchpoint,
    Phase,
    PhaseSpan,
)
from service.journey.picture.labels import column_days, column_title
from service.journey.picture.render import render_in_page
from service.journey.picture.rows import Cells, cells_of
from service.journey.picture.sheet import legend_signs
from service.journey.picture.words import PictureWords

MOST_LISTED = 500
"""The newest touchpoints that the page lists."""
_LEAST_SCALE = 0.86
"""How much smaller than drawn the picture may become before the page lets it scroll."""
_CELL_EDGES, _WIDER_LETTERS = 22, 1.05
"""Pixels beside the text of a cell; and how much wider its letters are than the picture estimates."""


class TableColumn(Struct, frozen=True, kw_only=True):
    """A column below the picture; `phase` is None where the oldest phases share one."""

    title: str
    days: str
    phase: Phase | None
    cells: Cells


class ListedTouchpoint(Struct, frozen=True, kw_only=True):
    """A touchpoint of the list: with the phase that begins there, and the time that passed without a contact before."""

    number: int
    touchpoint: JourneyTouchpoint
    begins: str | None
    waited_s: float | None
    decisions: tuple[JourneyDecision, ...]


class TouchpointCard(Struct, frozen=True, kw_only=True):
    """The touchpoint that is looked at; the phase that it is in, and where its border could go."""

    number: int
    touchpoint: JourneyTouchpoint
    mood_before: float | None
    following: JourneyTouchpoint | None
    handoffs: tuple[JourneyHandoff, ...]
    promises: tuple[JourneyPromise, ...]
    decisions: tuple[JourneyDecision, ...]
    span: PhaseSpan
    earlier: datetime | None
    """The touchpoint before the first one of the phase: the border moves there."""
    later: datetime | None


class LegendSign(Struct, frozen=True, kw_only=True):
    """A sign of the picture, and what it means."""

    svg: Markup
    width: int
    text: str


class JourneySheet(Struct, frozen=True, kw_only=True):
    """Everything of the page; `shares` are the widths of the table's columns in percent."""

    picture: Markup
    width: int
    shares: tuple[float, ...]
    columns: tuple[TableColumn, ...]
    legend: tuple[LegendSign, ...]
    listed: tuple[ListedTouchpoint, ...]


def journey_sheet(journey: Journey, words: PictureWords, shown: TouchpointCard | None) -> JourneySheet:
    """The page of a journey, where this touchpoint is looked at."""
    drawn = render_in_page(journey, words, selected=shown.number - 1 if shown else None)
    return JourneySheet(
        picture=Markup(drawn.svg),  # noqa: S704 (texts in it are escaped)
        width=round(drawn.plan.layout.width * _LEAST_SCALE),
        shares=drawn.shares,
        columns=tuple(
            TableColumn(
                title=column_title(column, words),
                days=column_days(journey, column, words, room=(end - edge - _CELL_EDGES) / _WIDER_LETTERS),
                phase=column.spans[0].name if len(column.spans) == 1 else None,
                cells=cells_of(journey, column),
            )
            for column, (edge, end) in zip(drawn.plan.columns, pairwise(drawn.plan.layout.edges), strict=True)
        ),
        legend=tuple(
            LegendSign(svg=Markup(svg), width=width, text=text)  # noqa: S704 (of the program)
            for svg, width, text in legend_signs(drawn.plan, words)
        ),
        listed=tuple(_listed(journey, words)),
    )


def touchpoint_card(journey: Journey, at: int | None) -> TouchpointCard | None:
    """The touchpoint with this number, else the most telling one; None without any."""
    selected = _selected(journey, at)
    return _card(journey, selected) if selected is not None else None


def _selected(journey: Journey, at: int | None) -> int | None:
    """The index of the touchpoint with this number; else of the lowest mood, the worst friction, or the last one."""
    touchpoints = journey.touchpoints
    if not touchpoints:
        return None
    if at is not None and 0 < at <= len(touchpoints):
        return at - 1
    if journey.totals.lowest is not None:
        return journey.totals.lowest
    ranks = list(JourneyFriction)
    worst = [max(map(ranks.index, one.frictions), default=-1) for one in touchpoints]
    return worst.index(max(worst)) if max(worst) >= 0 else len(touchpoints) - 1


def _card(journey: Journey, place: int) -> TouchpointCard:
    touchpoints = journey.touchpoints
    one = touchpoints[place]
    span = next(span for span in journey.phases if span.index == one.phase)
    first = next(number for number, other in enumerate(touchpoints) if other.phase == one.phase)
    may_move = first > 0
    return TouchpointCard(
        number=place + 1,
        touchpoint=one,
        mood_before=next((other.mood for other in reversed(touchpoints[:place]) if other.mood is not None), None),
        following=touchpoints[place + 1] if place + 1 < len(touchpoints) else None,
        handoffs=tuple(handoff for handoff in journey.handoffs if handoff.touchpoint == place),
        promises=tuple(promise for promise in journey.promises if promise.touchpoint == place),
        decisions=tuple(decision for decision in journey.decisions if decision.touchpoint == place),
        span=span,
        earlier=touchpoints[first - 1].at if may_move else None,
        later=touchpoints[first + 1].at if may_move and first + 1 < len(touchpoints) else None,
    )


def _listed(journey: Journey, words: PictureWords) -> Sequence[ListedTouchpoint]:
    waits = {wait.before: wait.seconds for wait in journey.waits}
    titles = {span.index: words.phase(span.name) for span in journey.phases}
    decisions: dict[int, list[JourneyDecision]] = {}
    for decision in journey.decisions:
        decisions.setdefault(decision.touchpoint, []).append(decision)
    pairs = list(pairwise([None, *journey.touchpoints]))
    first = max(len(pairs) - MOST_LISTED, 0)
    return [
        ListedTouchpoint(
            number=place + 1,
            touchpoint=one,
            begins=titles[one.phase] if place == first or before is None or before.phase != one.phase else None,
            waited_s=waits.get(place),
            decisions=tuple(decisions.get(place, ())),
        )
        for place, (before, one) in enumerate(pairs)
        if one is not None and place >= first
    ]
