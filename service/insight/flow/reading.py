"""Reads the flow of segments, and the matters behind each of its numbers."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from service.db.statements import Statements
from service.errors import InvalidInput
from service.insight.flow.counting import count_flow
from service.insight.flow.filters import FlowFilter, MatterPlace
from service.insight.flow.model import Flow, FlowMatter
from service.insight.flow.records import FlowRecords
from service.insight.long_reads import LongReads
from service.model.page import Page

SQL = Statements("service.insight.flow", "reading")

MAX_SEGMENTS_NAMED = 50
_FROM_THE_NEWEST = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
_decode_records = msgspec.json.Decoder(FlowRecords).decode


async def read_flow(reads: LongReads, wanted: FlowFilter) -> Flow:
    """The flow of the segments that are wanted. DatabaseBusy if it takes too long, Overloaded without a turn."""
    async with reads.transaction() as connection:
        counted = await connection.fetchval(SQL.count_flow, wanted.segments, wanted.as_row())
    return await asyncio.to_thread(_sum_up, counted, wanted)


def _sum_up(counted: str, wanted: FlowFilter) -> Flow:
    """In a thread: there may be tens of thousands of ways."""
    return count_flow(_decode_records(counted), wanted)


async def list_matters(
    reads: LongReads, wanted: FlowFilter, place: MatterPlace, *, after: str | None, limit: int
) -> Page[FlowMatter]:
    """A page of the matters behind a number, the newest first."""
    async with reads.transaction() as connection:
        rows = await connection.fetch(
            SQL.list_matters,
            wanted.segments,
            wanted.as_row(),
            place.as_row(),
            wanted.threshold,
            *_parse_cursor(after),
            limit + 1,
        )
    items = [msgspec.convert(dict(row), FlowMatter) for row in rows[:limit]]
    return Page(items=items, next=_cursor(items[-1]) if len(rows) > limit else None)


async def list_segments(reads: LongReads) -> list[str]:
    """Names of segments that customers belong to, in their order, at most 50."""
    async with reads.transaction() as connection:
        return [row["segment"] for row in await connection.fetch(SQL.list_segments, MAX_SEGMENTS_NAMED)]


def _cursor(matter: FlowMatter) -> str:
    return f"{matter.opened_at.isoformat()}_{matter.conversation_id}"


def _parse_cursor(after: str | None) -> tuple[datetime, UUID]:
    if after is None:
        return _FROM_THE_NEWEST
    at, _, conversation_id = after.replace(" ", "+").partition("_")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), UUID(conversation_id)
    except (ValueError, OverflowError):
        message = "This is no cursor: take the `next` of the page before."
        raise InvalidInput(field="after", message=message) from None
