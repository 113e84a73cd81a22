"""The map of gaps: questions that no content answers, by phase, segment and subject."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from service.db.statements import Statements
from service.insight.content.model import ContentItem, ContentNeeds
from service.insight.content.phases import read_phases
from service.insight.content.ranking import ContentIndex
from service.insight.content.repository import read_all_content
from service.insight.feedback.period import Period
from service.insight.long_reads import LongReads
from service.journey.model import Phase
from service.journey.phases import phase_at
from service.journey.words import JourneyWords
from service.model.fields import CustomerId
from service.model.interaction import Timestamp
from service.model.letters import plain_letters
from service.model.vocabulary import Channel

SQL = Statements("service.insight.content", "gaps")

MAX_MATTERS = 20_000
"""Of a period the newest are looked at."""
MAX_QUESTIONS = 2000
MAX_PHASED = 300
"""Customers that have their phases looked up, those of the newest questions; other questions stand in no phase."""
MAX_GAPS = 100
MAX_EXAMPLES = 3


class QuestionRecord(Struct, frozen=True, kw_only=True):
    """A question that a customer asked; `asked_again` is how often the matter had the customer say what was known."""

    customer_id: UUID
    conversation_id: UUID
    subject: str | None
    occurred_at: datetime
    channel: Channel
    language: str | None
    text: str
    segments: tuple[str, ...]
    asked_again: int


PhasedQuestion = tuple[QuestionRecord, Phase | None]
"""A question, and the phase in which it was asked."""


class GapExample(Struct, frozen=True, kw_only=True):
    """A question in the customer's words."""

    customer_id: CustomerId
    asked_at: Annotated[Timestamp, Meta(description="When it was asked, an RFC 3339 time.")]
    channel: Annotated[Channel, Meta(description="Where it was asked.")]
    text: Annotated[str, Meta(description="The first 300 characters of what the customer said.")]


class ContentGap(Struct, frozen=True, kw_only=True):
    """Questions of one phase, segment and subject that no content answers."""

    phase: Annotated[Phase | None, Meta(description="Phase in which they were asked; null if unknown.")]
    segment: Annotated[str | None, Meta(description="Segment of the customers; null for those in none.")]
    subject: Annotated[str | None, Meta(description="Subject of the matters; null for those without one.")]
    questions: Annotated[int, Meta(description="How many questions there were.")]
    customers: Annotated[int, Meta(description="How many customers asked.")]
    asked_again: Annotated[
        int, Meta(description="How often these customers were asked for what was known, in the same matters.")
    ]
    examples: Annotated[tuple[GapExample, ...], Meta(description="The newest of these questions, three at most.")]


class GapMap(Struct, frozen=True, kw_only=True):
    """Which questions of a period no content answers; a customer in two segments counts in both."""

    start: Annotated[Timestamp, Meta(description="Beginning of the period, RFC 3339.")] = field(name="from")
    end: Annotated[Timestamp, Meta(description="End of the period, RFC 3339.")] = field(name="to")
    questions: Annotated[int, Meta(description="Questions that were looked at.")]
    unanswered: Annotated[int, Meta(description="How many of them no content answers.")]
    is_partial: Annotated[
        bool, Meta(description="Whether there were more questions: then only those of the newest matters count.")
    ]
    gaps: Annotated[tuple[ContentGap, ...], Meta(description="The gaps with the most questions, 100 at most.")]


async def read_gap_map(
    reads: LongReads, period: Period, segment: str | None, words: JourneyWords, *, now: datetime
) -> GapMap:
    """The gaps of the matters that began in a period, of one segment if it is named."""
    async with reads.transaction() as connection:
        items = await read_all_content(connection)
        rows = await connection.fetch(SQL.list_questions, period.start, period.end, MAX_MATTERS, MAX_QUESTIONS, segment)
        questions = [
            QuestionRecord(
                **{name: row[name] for name in QuestionRecord.__struct_fields__}
                | {"channel": Channel(row["channel"]), "segments": tuple(row["segments"])}
            )
            for row in rows
        ]
        customer_ids = list(dict.fromkeys(one.customer_id for one in questions))[:MAX_PHASED]
        phases = {one: await read_phases(connection, one, words, now=now) for one in customer_ids}
    asked = [(one, phase_at(phases.get(one.customer_id, ()), one.occurred_at)) for one in questions]
    left = list(unanswered(asked, items))
    return GapMap(
        start=period.start,
        end=period.end,
        questions=len(questions),
        unanswered=len(left),
        is_partial=bool(rows) and rows[0]["is_partial"],
        gaps=tuple(group_gaps(left, segment)[:MAX_GAPS]),
    )


def unanswered(asked: Iterable[PhasedQuestion], items: Iterable[ContentItem]) -> Iterator[PhasedQuestion]:
    """The questions that none of these contents answers; each with the phase in which it was asked."""
    index = ContentIndex(items)
    for question, phase in asked:
        needs = ContentNeeds(
            subjects=(question.subject or "", question.text),
            phase=phase,
            segments=frozenset(question.segments),
            language=question.language,
        )
        if not index.answers(needs, question.channel):
            yield question, phase


def group_gaps(questions: Iterable[PhasedQuestion], segment: str | None = None) -> list[ContentGap]:
    """The questions by phase, segment and subject, the most of them first; of one segment if it is named."""
    groups: dict[tuple[Phase | None, str | None, str], list[QuestionRecord]] = defaultdict(list)
    for question, phase in questions:
        for one in (segment,) if segment is not None else question.segments or (None,):
            groups[phase, one, plain_letters(question.subject or "")].append(question)
    gaps = [_gap(phase, one, asked) for (phase, one, _subject), asked in groups.items()]
    return sorted(gaps, key=lambda gap: (-gap.questions, gap.subject or "", gap.segment or "", gap.phase or ""))


def _gap(phase: Phase | None, segment: str | None, asked: Sequence[QuestionRecord]) -> ContentGap:
    matters = {one.conversation_id: one.asked_again for one in asked}
    newest = sorted(asked, key=lambda one: one.occurred_at, reverse=True)[:MAX_EXAMPLES]
    return ContentGap(
        phase=phase,
        segment=segment,
        subject=asked[0].subject,
        questions=len(asked),
        customers=len({one.customer_id for one in asked}),
        asked_again=sum(matters.values()),
        examples=tuple(
            GapExample(customer_id=one.customer_id, asked_at=one.occurred_at, channel=one.channel, text=one.text)
            for one in newest
        ),
    )
