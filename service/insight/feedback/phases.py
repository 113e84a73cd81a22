"""Counts ratings by the phase that the customer was in: each rated customer's journey is drawn up anew."""

import asyncio
from collections import Counter
from datetime import datetime
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.insight.feedback.questions import SurveyQuestion
from service.insight.feedback.scores import TalliedGroup, Tally
from service.journey.journey import draw_up_journey
from service.journey.reading import read_journey_records
from service.journey.words import JourneyWords

SQL = Statements("service.insight.feedback", "phases")

MAX_CUSTOMERS = 500
"""Of so many customers the journeys are read for one answer."""


class PhaseRating(Struct, frozen=True, kw_only=True):
    """A rating of a customer, who is the survivor of a merge."""

    customer_id: UUID
    interaction_id: UUID
    question: SurveyQuestion
    is_top: bool
    is_bottom: bool


async def count_by_phase(
    connection: Connection, start: datetime, end: datetime, words: JourneyWords
) -> list[TalliedGroup]:
    """How often each question was answered in each phase. InvalidInput for ratings of too many customers."""
    rows = await connection.fetch(SQL.list_ratings, start, end)
    ratings = [PhaseRating(**{**row, "question": SurveyQuestion(row["question"])}) for row in rows]
    if (count := len({one.customer_id for one in ratings})) > MAX_CUSTOMERS:
        message = f"By phase, at most {MAX_CUSTOMERS} customers are read, and {count} gave ratings: shorten the period."
        raise InvalidInput(field="from", message=message)
    answers: Counter[tuple[str | None, SurveyQuestion]] = Counter()
    top, bottom = answers.copy(), answers.copy()
    for customer_id, of_customer in groupby(ratings, key=lambda one: one.customer_id):
        phases = await _phases(connection, customer_id, words, end)
        for one in of_customer:
            group = (phases.get(one.interaction_id), one.question)
            answers[group] += 1
            top[group] += one.is_top
            bottom[group] += one.is_bottom
    return _tallied(answers, top, bottom)


async def _phases(connection: Connection, customer_id: UUID, words: JourneyWords, now: datetime) -> dict[UUID, str]:
    """The phase of each touchpoint of a customer."""
    records = await read_journey_records(connection, customer_id, words)
    journey = await asyncio.to_thread(draw_up_journey, records, words, language="en", now=now)
    return {one.id: one.phase_name for one in journey.touchpoints if one.id is not None}


def _tallied(*counters: Counter[tuple[str | None, SurveyQuestion]]) -> list[TalliedGroup]:
    answers, top, bottom = counters
    return [
        TalliedGroup(key, question, Tally(n=n, top=top[key, question], bottom=bottom[key, question]))
        for (key, question), n in answers.items()
    ]
