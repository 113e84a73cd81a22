"""The pauses after wrong answers, of tills that confirm, agents who sign in and callers who are asked: each doubles.

A try counts as wrong before its answer is looked at, and the row of the key is locked meanwhile, so that no number of
requests at once gains one. A right answer takes its try back.
"""

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from service.db.pool import Database
from service.db.statements import Statements
from service.errors import LookUpBudget

SQL = Statements("service.access", "pauses")

FREE_TRIES = 5
"""So many wrong answers cost no wait: customers err, too."""
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=10)
"""The wait doubles up to this; in the same time one wrong answer is forgotten."""


def wrong_after(wrong: float, passed: timedelta) -> float:
    """How many wrong answers count after this time."""
    return max(wrong - passed / LONGEST_PAUSE, 0.0)


def pause_after(wrong: float, free_tries: int = FREE_TRIES, first: timedelta = FIRST_PAUSE) -> timedelta:
    """How long a key waits after so many wrong answers: `first`, then twice that, … beyond the free ones."""
    if wrong <= free_tries:
        return timedelta()
    return min(first * 2 ** min(wrong - free_tries - 1, 30), LONGEST_PAUSE)


async def begin_confirmation(database: Database, key_id: UUID, now: datetime) -> None:
    """Count a try of this key, committed before its answer is looked at. LookUpBudget while the key has to wait."""
    wait_s = await begin_try(database, key_id, now)
    if wait_s:
        raise LookUpBudget(wait_s)


async def begin_try(
    database: Database,
    subject: UUID,
    now: datetime,
    *,
    free_tries: int = FREE_TRIES,
    first_pause: timedelta = FIRST_PAUSE,
) -> int:
    """Count a try of a key or another subject; 0, or the seconds that it has to wait for, and nothing was counted."""
    async with database.transaction() as connection:
        await connection.execute(SQL.add_pause, subject, now)
        pause = await connection.fetchrow(SQL.lock_pause, subject)
        assert pause is not None
        left: timedelta = pause["ends_at"] - now
        if left > timedelta():
            return ceil(left.total_seconds())
        wrong = wrong_after(pause["wrong"], now - pause["tried_at"]) + 1
        ends_at = now + pause_after(wrong, free_tries, first_pause)
        await connection.execute(SQL.change_pause, subject, wrong, now, ends_at)
        return 0


async def forgive_try(database: Database, subject: UUID, now: datetime) -> None:
    """The answer was right: its try counts no longer."""
    async with database.connection() as connection:
        await connection.execute(SQL.forgive_try, subject, now)
