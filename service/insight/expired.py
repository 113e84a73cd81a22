"""The numbers that stay of what has gone after its time: counted before it goes, and added to those of the rest."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from service.db.pool import Connection
from service.db.statements import Statements
from service.insight.feedback.questions import SurveyQuestion
from service.insight.feedback.scores import TalliedGroup, Tally

SQL = Statements("service.insight", "expired")


class ExpiredCount(NamedTuple):
    """How often something happened; `about` and `place` are empty where it is about nothing or nowhere."""

    item: str
    about: str
    place: str
    n: int


async def count_interactions(
    connection: Connection, customers: list[UUID], times: list[datetime], ids: list[UUID], zone: ZoneInfo
) -> None:
    """Count interactions that go, by their customers, times and ids."""
    await connection.execute(SQL.count_interactions, customers, times, ids, zone.key)


async def count_conversations(connection: Connection, customers: list[UUID], ids: list[UUID], zone: ZoneInfo) -> None:
    """Count conversations that go with their handoffs and callbacks, by their customers and ids."""
    await connection.execute(SQL.count_conversations, customers, ids, zone.key)


async def read_expired_counts(connection: Connection, first: date, last: date) -> list[ExpiredCount]:
    """What went of these days, both included."""
    return [ExpiredCount(**row) for row in await connection.fetch(SQL.read_counts, first, last)]


def expired_ratings(counts: Iterable[ExpiredCount], by: str = "") -> list[TalliedGroup]:
    """The ratings among them: all, or by `channel` or `queue`; the key is None where there was none."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for one in counts:
        item, _, grouped = one.item.partition(":")
        if item in _ENDS and grouped == by:
            found.setdefault((one.place, one.about), {})[_ENDS[item]] = one.n
    return [
        TalliedGroup(place or None, SurveyQuestion(question), Tally(**tally))
        for (place, question), tally in found.items()
    ]


_ENDS = {"rating": "n", "rating_top": "top", "rating_bottom": "bottom"}
