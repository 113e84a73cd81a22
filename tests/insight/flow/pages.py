"""A whole flow of two segments for tests of pages: with ways, differences and the worst journeys."""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from service.insight.flow.model import (
    DifferenceKind,
    Flow,
    FlowDifference,
    FlowEnding,
    FlowMatter,
    FlowRatio,
    FlowWay,
)
from service.model.vocabulary import Channel
from tests.insight.flow.flows import KNOWN, LETTERS, NEW, NOW, flow_of, segment_of


def example_flow() -> Flow:
    """New and existing customers."""
    new, known = segment_of("New customers", NEW), segment_of("Existing customers", KNOWN)
    return replace(
        flow_of(new, known),
        ways=[*ways_of(new.name, NEW), *ways_of(known.name, KNOWN)],
        differences=[
            difference(DifferenceKind.ASKED_AGAIN, 2, Channel.PHONE, 0.61, 0.38, came_from=Channel.CHATBOT),
            difference(DifferenceKind.GAVE_UP, 1, Channel.CHATBOT, 0.21, 0.1),
            difference(DifferenceKind.CAME, 3, Channel.PHONE, 0.34, 0.14),
            difference(DifferenceKind.SOLVED, None, None, 0.52, 0.9),
        ],
        worst=[matter(number, new.name) for number in range(20)],
    )


def ways_of(name: str, ways) -> list[FlowWay]:
    """The ways of a segment, the most frequent first."""
    total = sum(way[1] for way in ways)
    return [
        FlowWay(
            segment=name,
            way=tuple(LETTERS[letter] for letter in letters),
            matters=matters,
            share=matters / total,
            solved=solved,
            gave_up=gave_up,
            open=matters - solved - gave_up,
            median_solution_s=3600.0 * len(letters) * 7 if solved else None,
            repeated_questions=2 * asked_again,
            examples=[UUID(int=number) for number in range(1, 6)],
        )
        for letters, matters, solved, gave_up, asked_again in sorted(ways, key=lambda way: -way[1])
    ]


def difference(
    what: DifferenceKind,
    step: int | None,
    channel: Channel | None,
    a: float,
    b: float,
    *,
    came_from: Channel | None = None,
) -> FlowDifference:
    """A difference of 1,000 matters on each side."""
    return FlowDifference(
        what=what,
        step=step,
        channel=channel,
        came_from=came_from,
        a=FlowRatio(matters=round(1000 * a), of=1000, share=a),
        b=FlowRatio(matters=round(1000 * b), of=1000, share=b),
        difference=a - b,
    )


def matter(number: int, segment: str) -> FlowMatter:
    """One of the worst journeys."""
    return FlowMatter(
        segment=segment,
        customer_id=UUID(int=number),
        conversation_id=UUID(int=number),
        subject="Router does not connect, error E42" if number else None,
        opened_at=NOW - timedelta(days=number),
        last_at=NOW,
        way=(Channel.CHATBOT, Channel.PHONE, Channel.PHONE, Channel.EMAIL),
        contacts=6,
        ending=list(FlowEnding)[number % 3],
        frictions=20 - number,
        repeated_questions=15 - number if number < 15 else 0,
        dropped_calls=3,
        failed_attempts=2,
    )
