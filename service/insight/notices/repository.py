"""Notices in the database: stored, published, read, deleted."""

from datetime import date, datetime

import asyncpg
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.context.guidance.texts import ShownNotice
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, InvalidInput
from service.events.model import NoticePublished
from service.insight.content.repository import check_id
from service.insight.notices import reach
from service.insight.notices.model import NoticeInput, NoticeReach, NoticeState, StoredNotice
from service.insight.notices.rules import NoticeReader, check_notice, is_shown, shown_notices
from service.model.ids import new_id
from service.model.page import Page

SQL = Statements("service.insight.notices", "repository")

MAX_NOTICES = 2000
"""Notices of people; those that calendars draft are few."""
MAX_IN_FORCE = 200
"""Notices that are looked at for one reader."""
_encode = msgspec.json.Encoder().encode
_UNKNOWN = "There is no such notice."
_definitions = msgspec.json.Decoder(NoticeInput)
_reaches = msgspec.json.Decoder(NoticeReach)


class DraftOrigin(Struct, frozen=True, kw_only=True):
    """The queue that had its calendar changed, and the dates that a draft is about."""

    queue: str | None = None
    days: tuple[date, ...] | None = None


async def store_notice(
    connection: Connection, notice_id: str, definition: NoticeInput, *, now: datetime, origin: DraftOrigin | None = None
) -> bool:
    """Store a notice; gives whether it is new. Once it is published, whom it concerns is counted and told.

    InvalidInput says what cannot be taken.
    """
    check_id(notice_id)
    check_notice(definition, now)
    await _check_queues(connection, definition)
    before = await connection.fetchrow(SQL.lock_notice, notice_id)
    if before is None and origin is None and await connection.fetchval(SQL.count_notices) >= MAX_NOTICES:
        raise InvalidInput(field="id", message=f"There are {MAX_NOTICES} notices already: delete one first.")
    was_published = before is not None and before["state"] == NoticeState.PUBLISHED
    is_published = definition.state is NoticeState.PUBLISHED
    starts_at = definition.starts_at or now
    drafted = origin or DraftOrigin()
    created: bool = await connection.fetchval(
        SQL.upsert_notice,
        notice_id,
        new_id(),
        definition.state,
        starts_at,
        definition.ends_at,
        _encode(replace(definition, starts_at=starts_at)).decode(),
        (before["published_at"] if was_published and before else now) if is_published else None,
        now,
        drafted.queue,
        drafted.days,
    )
    if is_published and not was_published:
        await _tell(connection, notice_id, replace(definition, starts_at=starts_at), now)
    return created


async def publish_notice(connection: Connection, notice_id: str, *, now: datetime) -> None:
    """Publish a draft; one that is published already stays as it is. Absent if there is none of this id."""
    notice = await read_notice(connection, notice_id)
    if notice.state is NoticeState.DRAFT:
        await store_notice(connection, notice_id, replace(notice.definition, state=NoticeState.PUBLISHED), now=now)


async def list_notices(
    connection: Connection, *, after: str | None, limit: int, state: NoticeState | None = None
) -> Page[StoredNotice]:
    """The notices after this id, by id."""
    items = [_notice(row) for row in await connection.fetch(SQL.list_notices, after, limit + 1, None, state)]
    return Page(items=items[:limit], next=items[limit - 1].notice_id if len(items) > limit else None)


async def read_notice(connection: Connection, notice_id: str) -> StoredNotice:
    """A notice. Absent if there is none of this id."""
    rows = await connection.fetch(SQL.list_notices, None, 1, notice_id, None)
    if not rows:
        raise Absent(_UNKNOWN)
    return _notice(rows[0])


async def read_published(connection: Connection) -> list[StoredNotice]:
    """What is published, whether it has begun or not; what ends first comes first."""
    return [_notice(row) for row in await connection.fetch(SQL.list_published, MAX_IN_FORCE)]


async def find_notices(connection: Connection, reader: NoticeReader) -> list[StoredNotice]:
    """What this reader is shown; what ends first comes first."""
    rows = await connection.fetch(SQL.list_notices_in_force, reader.at, MAX_IN_FORCE)
    return [notice for row in rows if is_shown(notice := _notice(row), reader)]


async def read_shown(connection: Connection, reader: NoticeReader) -> tuple[ShownNotice, ...]:
    """The same as this reader reads it."""
    return shown_notices(await find_notices(connection, reader), reader)


async def delete_notice(connection: Connection, notice_id: str) -> None:
    """Forget a notice. Absent if there is none of this id."""
    if await connection.execute(SQL.delete_notice, notice_id) == "DELETE 0":
        raise Absent(_UNKNOWN)


async def _tell(connection: Connection, notice_id: str, definition: NoticeInput, now: datetime) -> None:
    """Count whom a notice concerns, and have it told."""
    counted = await reach.count_reach(connection, definition, now)
    told = NoticePublished(
        notice_id=notice_id,
        starts_at=definition.starts_at,
        ends_at=definition.ends_at,
        queues=definition.queues,
        segments=definition.segments,
        customers=counted.customers,
        channels={str(channel): customers for channel, customers in counted.channels.items()},
    )
    await connection.execute(SQL.record_reach, notice_id, _encode(counted).decode(), _encode(told).decode())
    await connection.execute(SQL.enqueue_published, notice_id, now)


async def _check_queues(connection: Connection, definition: NoticeInput) -> None:
    if await connection.fetch(SQL.find_unknown_queues, list(definition.queues)):
        raise InvalidInput(field="queues", message="There is no such queue: name queues that are defined.")


def _notice(row: asyncpg.Record) -> StoredNotice:
    return StoredNotice(
        **{
            **row,
            "state": NoticeState(row["state"]),
            "definition": _definitions.decode(row["definition"]),
            "reach": row["reach"] and _reaches.decode(row["reach"]),
        }
    )
