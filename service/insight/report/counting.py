"""Counts what happened in a week."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from service.db.pool import Connection
from service.db.statements import Statements
from service.insight.expired import read_expired_counts
from service.insight.feedback.numbers import count_all_ratings
from service.insight.feedback.scores import score_of
from service.insight.report.model import OTHER_SUBJECTS, ReportItem, ReportSection
from service.insight.report.week import Week

SQL = Statements("service.insight.report", "counting")

FEWEST_CUSTOMERS = 5
"""A subject that fewer customers share is not named."""


class ReportKey(NamedTuple):
    """What a number is about."""

    section: ReportSection
    item: ReportItem
    fact: str | None = None
    place: str | None = None


Numbers = dict[ReportKey, float | None]


async def count_week(connection: Connection, week: Week, now: datetime, gave_up_after: timedelta) -> Numbers:
    """The numbers of a week as far as it has come; a matter counts as given up in the week in which it became so."""
    end = min(week.end, now)
    counts: Counter[ReportKey] = Counter()
    _count(counts, ReportSection.ASKED_AGAIN, await connection.fetch(SQL.list_asked_again, week.start, end))
    silent = await connection.fetch(SQL.list_gave_up, week.start - gave_up_after, end - gave_up_after)
    counts.update(_gave_up(silent))
    _count(counts, ReportSection.PROMISES, await connection.fetch(SQL.list_promises, week.start, end))
    _count(counts, ReportSection.HANDOFFS, await connection.fetch(SQL.list_handoffs, week.start, end))
    _count(counts, ReportSection.CONCERNS, await connection.fetch(SQL.list_concerns, week.start, end))
    matters = await connection.fetchrow(SQL.count_matters, week.start, end)
    assert matters is not None
    counts.update(await _gone(connection, week, gave_up_after))
    overview = [ReportKey(ReportSection.OVERVIEW, item) for item in _MATTERS]
    numbers: Numbers = {key: matters[key.item] + counts.pop(key, 0) for key in overview}
    numbers |= {ReportKey(ReportSection.OVERVIEW, item): _sum(counts, *of) for item, of in _SUMS.items()}
    return numbers | counts | await _ratings(connection, week.start, end)


async def _gone(connection: Connection, week: Week, gave_up_after: timedelta) -> Counter[ReportKey]:
    """The numbers of the week that stayed of what has gone after its time."""
    gone: Counter[ReportKey] = Counter()
    for one in await read_expired_counts(connection, week.first, week.last):
        if one.item in _OF_DAY:
            section, what = _OF_DAY[one.item]
            gone[ReportKey(section, what, one.about or None, one.place or None)] += one.n
    for one in await read_expired_counts(connection, week.first - gave_up_after, week.last - gave_up_after):
        if one.item in _SILENT:
            for section in _SILENT[one.item]:
                is_subject = section is ReportSection.GAVE_UP_BY_SUBJECT
                place = OTHER_SUBJECTS if is_subject else one.place or None
                gone[ReportKey(section, ReportItem.GAVE_UP, place=place)] += one.n
    return gone


_OF_DAY = {
    "opened": (ReportSection.OVERVIEW, ReportItem.OPENED),
    "solved": (ReportSection.OVERVIEW, ReportItem.SOLVED),
    "asked_again": (ReportSection.ASKED_AGAIN, ReportItem.ASKED_AGAIN),
    "callback:kept": (ReportSection.PROMISES, ReportItem.KEPT),
    "callback:broken": (ReportSection.PROMISES, ReportItem.BROKEN),
    "handoff:taken": (ReportSection.HANDOFFS, ReportItem.TAKEN),
    "handoff:failed": (ReportSection.HANDOFFS, ReportItem.FAILED),
    "handoff:open": (ReportSection.HANDOFFS, ReportItem.OPEN),
    "concern:answered": (ReportSection.CONCERNS, ReportItem.ANSWERED),
    "concern:open": (ReportSection.CONCERNS, ReportItem.OPEN),
}
"""What stays of a day's numbers, and where a report has it."""
_SILENT = {
    "silent:channel": (ReportSection.GAVE_UP_BY_CHANNEL, ReportSection.GAVE_UP_BY_SUBJECT),
    "silent:queue": (ReportSection.GAVE_UP_BY_QUEUE,),
}
"""A subject does not stay: it is the customers' words."""
_MATTERS = (ReportItem.OPENED, ReportItem.SOLVED)
_SUMS = {
    ReportItem.GAVE_UP: (ReportSection.GAVE_UP_BY_CHANNEL, ReportItem.GAVE_UP),
    ReportItem.ASKED_AGAIN: (ReportSection.ASKED_AGAIN, ReportItem.ASKED_AGAIN),
    ReportItem.KEPT: (ReportSection.PROMISES, ReportItem.KEPT),
    ReportItem.BROKEN: (ReportSection.PROMISES, ReportItem.BROKEN),
    ReportItem.TAKEN: (ReportSection.HANDOFFS, ReportItem.TAKEN),
    ReportItem.FAILED: (ReportSection.HANDOFFS, ReportItem.FAILED),
}
"""Numbers of the overview that are the sum of an item of a section."""


def _sum(counts: Counter[ReportKey], section: ReportSection, item: ReportItem) -> int:
    return sum(n for key, n in counts.items() if (key.section, key.item) == (section, item))


def _count(counts: Counter[ReportKey], section: ReportSection, rows: Iterable[asyncpg.Record]) -> None:
    for row in rows:
        counts[ReportKey(section, ReportItem(row["item"]), row["fact"], row["place"])] += row["n"]


def _gave_up(rows: list[asyncpg.Record]) -> Iterator[ReportKey]:
    """Each matter three times: by channel, queue and subject."""
    customers: dict[str, set[object]] = {}
    for row in rows:
        customers.setdefault(row["subject_key"], set()).add(row["customer_id"])
    titles = {row["subject_key"]: row["subject"] for row in reversed(rows)}
    for row in rows:
        key = row["subject_key"]
        is_shared = bool(key) and len(customers[key]) >= FEWEST_CUSTOMERS
        yield ReportKey(ReportSection.GAVE_UP_BY_CHANNEL, ReportItem.GAVE_UP, place=row["channel"])
        yield ReportKey(ReportSection.GAVE_UP_BY_QUEUE, ReportItem.GAVE_UP, place=row["queue"])
        subject = titles[key] if is_shared else OTHER_SUBJECTS
        yield ReportKey(ReportSection.GAVE_UP_BY_SUBJECT, ReportItem.GAVE_UP, place=subject)


async def _ratings(connection: Connection, start: datetime, end: datetime) -> Numbers:
    """The score of each question that was answered."""
    return {
        ReportKey(ReportSection.RATINGS, ReportItem(one.question)): score_of(one.question, one.tally).score
        for one in await count_all_ratings(connection, start, end)
    }
