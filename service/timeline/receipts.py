"""Receipts: what was answered to an event, so that the same one again is answered the same."""

from collections.abc import Iterable

from service.db.pool import Connection
from service.db.statements import Statements
from service.timeline.model import ReceiptRow

SQL = Statements("service.timeline", "receipts")

EventKey = tuple[str, str]
"""(source, source_event_id): what makes an interaction one."""


async def find_receipts(connection: Connection, keys: Iterable[EventKey]) -> dict[EventKey, ReceiptRow]:
    """The receipts of those events that were registered before."""
    sources, ids = zip(*keys, strict=True)
    rows = await connection.fetch(SQL.find_receipts, sources, ids)
    return {(row["source"], row["source_event_id"]): ReceiptRow(*row) for row in rows}
