"""Drafts of notices: what a changed calendar tells customers, for a person to read and publish."""

from datetime import datetime
from itertools import count

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import QueueUnknown
from service.handoff.queues import repository as queues
from service.handoff.queues.model import Queue
from service.insight.notices.calendar_changes import draft_notice, find_change
from service.insight.notices.repository import DraftOrigin, store_notice

SQL = Statements("service.insight.notices", "drafts")


async def queue_before(connection: Connection, name: str) -> Queue | None:
    """The queue as it is before a change; None if it is new."""
    try:
        return await queues.read_queue(connection, name)
    except QueueUnknown:
        return None


async def draft_for_change(connection: Connection, before: Queue | None, name: str, *, now: datetime) -> str | None:
    """Draft the notice of a queue's changed calendar; gives its id, None if the next days are as they were.

    Drafts that are about one of the changed dates are replaced; what was published stays.
    """
    chain = await queues.find_fallback_chain(connection, name)
    change = None if before is None else find_change(before.calendar, chain[0].calendar, now)
    if change is None:
        return None
    await connection.execute(SQL.delete_outdated_drafts, name, change.days)
    prefix = f"hours-{name[:80]}-{change.days[0].isoformat()}"
    taken = {row["notice_id"] for row in await connection.fetch(SQL.find_taken_ids, prefix)}
    notice_id = next(
        one for number in count(1) if (one := prefix if number == 1 else f"{prefix}.{number}") not in taken
    )
    origin = DraftOrigin(queue=name, days=change.days)
    await store_notice(connection, notice_id, draft_notice(chain[0], change, chain[1:], now), now=now, origin=origin)
    return notice_id
