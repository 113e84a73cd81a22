"""The numbers of feedback: scores of a period by queue, channel, phase or segment."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from service.db.pool import Connection
from service.db.statements import Statements
from service.insight.expired import expired_ratings, read_expired_counts
from service.insight.feedback.phases import count_by_phase
from service.insight.feedback.questions import SurveyQuestion
from service.insight.feedback.scores import Score, TalliedGroup, Tally, score_of
from service.journey.model import Phase
from service.journey.words import JourneyWords
from service.model.interaction import Timestamp

SQL = Statements("service.insight.feedback", "numbers")


class FeedbackBy(StrEnum):
    """What the numbers are given for."""

    QUEUE = "queue"
    """The desk that last had the matter."""
    CHANNEL = "channel"
    """Where the customer was served: for an answer by a link, the channel of the contact before."""
    PHASE = "phase"
    """What the customer was about when the rating came."""
    SEGMENT = "segment"


class FeedbackScores(Struct, frozen=True, kw_only=True):
    """The three scores."""

    csat: Annotated[
        Score, Meta(description="Share of satisfied answers: 4 or 5 of 5, on other scales 80 % of the points or more.")
    ]
    nps: Annotated[Score, Meta(description="Net Promoter Score: percent of 9 and 10 minus percent of 0 to 6, of 10.")]
    effort: Annotated[Score, Meta(description="Share of answers that say it was easy: 5 to 7 of 7.")]


class FeedbackGroup(FeedbackScores, frozen=True, kw_only=True):
    """The scores of one queue, channel, phase or segment."""

    key: Annotated[
        str | None,
        Meta(description="Name of the queue, channel, phase or segment; null for ratings that belong to none."),
    ]


class Feedback(Struct, frozen=True, kw_only=True):
    """Ratings of a period. Groups are in the order of their names; a customer of two segments counts in both."""

    by: Annotated[FeedbackBy, Meta(description="What the groups are.")]
    start: Annotated[Timestamp, Meta(description="Beginning of the period, an RFC 3339 time.")] = field(name="from")
    end: Annotated[Timestamp, Meta(description="End of the period, which does not belong to it.")] = field(name="to")
    total: Annotated[FeedbackScores, Meta(description="Scores of all ratings of the period, each counted once.")]
    groups: Annotated[tuple[FeedbackGroup, ...], Meta(description="Scores by group; one with few answers is marked.")]


_STATEMENTS = {
    FeedbackBy.QUEUE: SQL.count_by_queue,
    FeedbackBy.CHANNEL: SQL.count_by_channel,
    FeedbackBy.SEGMENT: SQL.count_by_segment,
}


async def read_feedback(
    connection: Connection, by: FeedbackBy, start: datetime, end: datetime, words: JourneyWords
) -> Feedback:
    """The scores of ratings from `start` to before `end`. InvalidInput for more phases than can be read at once."""
    total = scores_of(await count_all_ratings(connection, start, end))
    if by is FeedbackBy.PHASE:
        tallied = await count_by_phase(connection, start, end, words)
    else:
        tallied = await count_ratings(connection, _STATEMENTS[by], start, end)
        gone = await read_expired_counts(connection, *days_of(start, end))
        tallied = add_tallies(tallied, expired_ratings(gone, by.value))
    by_key: dict[str | None, list[TalliedGroup]] = defaultdict(list)
    for one in tallied:
        by_key[one.key].append(one)
    return Feedback(
        by=by,
        start=start,
        end=end,
        total=FeedbackScores(**total),
        groups=tuple(FeedbackGroup(key=key, **scores_of(by_key[key])) for key in _in_order(by_key)),
    )


def _in_order(keys: Iterable[str | None]) -> list[str | None]:
    """By name, phases in their own order; what belongs to nothing comes last."""
    phases = {str(phase): place for place, phase in enumerate(Phase)}
    return sorted(keys, key=lambda key: (key is None, phases.get(key or "", 0), key or ""))


async def count_all_ratings(connection: Connection, start: datetime, end: datetime) -> list[TalliedGroup]:
    """How often each question was answered."""
    counted = await count_ratings(connection, SQL.count_all, start, end)
    return add_tallies(counted, expired_ratings(await read_expired_counts(connection, *days_of(start, end))))


async def count_ratings(connection: Connection, statement: str, start: datetime, end: datetime) -> list[TalliedGroup]:
    """How often each question was answered, by what the statement groups by."""
    rows = await connection.fetch(statement, start, end)
    return [
        TalliedGroup(
            row["key"], SurveyQuestion(row["question"]), Tally(n=row["n"], top=row["top"], bottom=row["bottom"])
        )
        for row in rows
    ]


def days_of(start: datetime, end: datetime) -> tuple[date, date]:
    """The first and the last day of a period, whole ones: so the numbers of what has gone after its time are kept."""
    return start.date(), (end - timedelta(microseconds=1)).date()


def add_tallies(tallied: Iterable[TalliedGroup], more: Iterable[TalliedGroup]) -> list[TalliedGroup]:
    """Both together: each question of a group once."""
    added: dict[tuple[str | None, SurveyQuestion], Tally] = {}
    for one in (*tallied, *more):
        before, now = added.get((one.key, one.question), Tally()), one.tally
        added[one.key, one.question] = Tally(
            n=before.n + now.n, top=before.top + now.top, bottom=before.bottom + now.bottom
        )
    return [TalliedGroup(*key, tally) for key, tally in added.items()]


def scores_of(tallies: Iterable[TalliedGroup]) -> dict[str, Score]:
    """The score of each question, by its name; the tallies hold each question at most once."""
    found = {one.question: one.tally for one in tallies}
    return {question.value: score_of(question, found.get(question, Tally())) for question in SurveyQuestion}
