"""How fast the picture of a journey is drawn, from its data to SVG: in this process alone, without a server."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import perf_counter
from uuid import UUID

import click

from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from service.journey.model import (
    HandoffEnd,
    Journey,
    JourneyFriction,
    JourneyHandoff,
    JourneyTotals,
    JourneyTouchpoint,
    JourneyWait,
    Phase,
    PhaseSpan,
)
from service.journey.picture.render import render_svg
from service.model.vocabulary import Channel, Direction, InteractionKind

TARGETS_MS = {24: 5.0, 500: 30.0, 5000: 300.0}
"""How long it may take, by the number of touchpoints."""
ROUNDS = 20
FOLDED_FROM_S = 22 * 3600.0
_ID = UUID(int=1)
_EVERY_HANDOFF = 50


@click.command()
def command() -> None:
    """Measure how fast pictures of journeys are drawn."""
    click.echo(MARKDOWN_HEADING)
    for count, target in TARGETS_MS.items():
        click.echo(markdown_line(_measured(count, target)))


def _measured(count: int, target: float) -> ReportRow:
    """The median of ROUNDS pictures: each of another journey, so that nothing is remembered."""
    durations = []
    for seed in range(ROUNDS):
        journey = made_journey(count, seed)
        began = perf_counter()
        render_svg(journey, language="en")
        durations.append((perf_counter() - began) * 1000)
    median, worst = sorted(durations)[ROUNDS // 2], max(durations)
    value = f"median {median:.1f} ms, longest {worst:.1f} ms"
    return ReportRow(
        name=f"picture of {count} touchpoints", value=value, target=f"<= {target:g} ms", met=median <= target
    )


def made_journey(count: int, seed: int) -> Journey:
    """Contacts in bursts over the channels, with days between them."""
    choose = random.Random(seed)  # noqa: S311 (the same journeys in each run)
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    touchpoints = []
    for number in range(count):
        at += timedelta(hours=choose.choice((0.1, 1, 3, 50)))
        touchpoints.append(_touchpoint(choose, at, number * len(Phase) // count))
    gaps = [(b.at - a.at).total_seconds() for a, b in pairwise(touchpoints)]
    return Journey(
        title=f"{count} contacts",
        customer_id=_ID,
        as_of=at,
        phases=tuple(
            PhaseSpan(index=index, name=name, start=touchpoints[0].at, end=at, rule="first_problem")
            for index, name in enumerate(Phase)
        ),
        touchpoints=tuple(touchpoints),
        handoffs=tuple(
            JourneyHandoff(
                id=_ID,
                at=touchpoints[place].at,
                touchpoint=place,
                queue="support",
                queue_title="Support",
                end=choose.choice(list(HandoffEnd)),
                seconds=40.0,
            )
            for place in range(_EVERY_HANDOFF, count, _EVERY_HANDOFF)
        ),
        promises=(),
        waits=tuple(JourneyWait(before=n + 1, seconds=gap) for n, gap in enumerate(gaps) if gap >= FOLDED_FROM_S),
        decisions=(),
        notes=(),
        totals=_totals(touchpoints),
    )


def _touchpoint(choose: random.Random, at: datetime, phase: int) -> JourneyTouchpoint:
    return JourneyTouchpoint(
        id=_ID,
        at=at,
        channel=choose.choice(list(Channel)),
        direction=choose.choice((Direction.INBOUND, Direction.OUTBOUND)),
        phase=phase,
        phase_name=list(Phase)[phase],
        kind=InteractionKind.MESSAGE,
        conversation_id=_ID,
        mood=choose.uniform(-1, 1),
        frictions=(choose.choice(list(JourneyFriction)),) * choose.choice((0, 0, 0, 1)),
        says="My router does not connect",
    )


def _totals(touchpoints: list[JourneyTouchpoint]) -> JourneyTotals:
    return JourneyTotals(
        days=100,
        contacts=len(touchpoints),
        frictions=sum(len(one.frictions) for one in touchpoints),
        asked_again=1,
        until_solved_s=None,
        handoffs=0,
        handoffs_worked=0,
        lowest=min(range(len(touchpoints)), key=lambda place: touchpoints[place].mood or 0.0),
        longest_wait_s=None,
    )
