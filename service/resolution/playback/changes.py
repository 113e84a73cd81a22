"""The feed of changes by which a source catches up, and what was told to whom."""

import re
from datetime import datetime

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.model.page import Page
from service.resolution.playback.model import GoldenChange, PlaybackState

SQL = Statements("service.resolution.playback", "changes")

_SEQUENCE = re.compile(r"\d{1,18}", re.ASCII)


async def list_changes(connection: Connection, source: str, *, after: str | None, limit: int) -> Page[GoldenChange]:
    """The source's records with something to learn, each once, behind this sequence and in the order of sequences."""
    if after is not None and _SEQUENCE.fullmatch(after) is None:
        raise InvalidInput(field="after", message="This is no place in the feed: take the `sequence` of an item.")
    rows = await connection.fetch(SQL.list_changes, source, int(after or 0), limit + 1)
    items = [GoldenChange(**row) for row in rows[:limit]]
    return Page(items=items, next=str(items[-1].sequence) if len(rows) > limit else None)


async def read_state(connection: Connection, source: str | None) -> list[PlaybackState]:
    """How far each source was told, or this one."""
    return [PlaybackState(**row) for row in await connection.fetch(SQL.read_state, source)]


async def count_due(connection: Connection, source: str | None, now: datetime) -> int:
    """How many records wait for a message that is due."""
    return int(await connection.fetchval(SQL.count_due, source, now))


async def make_due(connection: Connection, source: str | None, *, everything: bool, now: datetime) -> int:
    """Let what was not taken be sent again at once, with `everything` all that was told; gives how many records."""
    if everything:
        return int(await connection.fetchval(SQL.tell_again, source, now))
    status = await connection.execute(SQL.make_due, source, now)
    return int(status.removeprefix("UPDATE "))
