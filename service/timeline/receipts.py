"""Receipts: what was answered to an event, so that the same one again is answered the same."""

from collections.abc import Iterable

from service.db.pool import Connection
from service.db.statements import Statements
from service.timeline.model import ReceiptRow

SQL = Statements("service.timeline", "receipts")

EventKey = tuple[int, str, str]
"""(space, source, source_event_id): what makes an interaction one."""


async def find_receipts(connection: Connection, keys: Iterable[EventKey]) -> dict[EventKey, ReceiptRow]:
    """The receipts of those events that were registered before."""
    spaces, sources, ids = zip(*keys, strict=True)
    rows = await connection.fetch(SQL.find_receipts, spaces, sources, ids)
    return {event_key(receipt): receipt for receipt in (ReceiptRow(*row) for row in rows)}


def event_key(receipt: ReceiptRow) -> EventKey:
    """The event that got this receipt."""
    return (receipt.space_id, receipt.source, receipt.source_event_id)
