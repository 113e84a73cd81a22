"""The metrics of what waits for all workers together, read when they are asked for."""

from datetime import datetime
from math import nan

from prometheus_client import Gauge

from service.db.pool import Database
from service.db.statements import Statements
from service.errors import Unavailable

SQL = Statements("service.worker", "backlog")

_OUTBOX_OLDEST = Gauge("askonce_outbox_oldest_seconds", "Age of the oldest row of the outbox; 0 if there is none.")
_TIMER_OVERDUE = Gauge("askonce_timer_overdue_seconds", "How long the timer due longest has been due; 0 if none is.")
_DELIVERIES = Gauge("askonce_webhook_deliveries", "Deliveries to webhooks that wait or were given up.", ["state"])
_WEBHOOK_OLDEST = Gauge("askonce_webhook_oldest_seconds", "Age of the oldest delivery that waits; 0 if none does.")
_REPORTS = Gauge("askonce_reports_waiting", "States of handoffs that other systems are still to be told of.")
_BEHIND = Gauge("askonce_events_behind", "Events of the journal that a follower has not seen yet.", ["follower"])

_BY_COLUMN = {
    "outbox_oldest_s": _OUTBOX_OLDEST,
    "timer_overdue_s": _TIMER_OVERDUE,
    "webhook_oldest_s": _WEBHOOK_OLDEST,
    "reports": _REPORTS,
    **{state: _DELIVERIES.labels(state) for state in ("pending", "failing", "dead")},
    **{follower: _BEHIND.labels(follower) for follower in ("search", "insight", "matches", "golden")},
}


async def measure_backlog(database: Database | None, now: datetime) -> None:
    """Set the metrics to what waits now; to NaN while the database does not tell."""
    found = None
    if database is not None:
        try:
            async with database.connection() as connection:
                found = await connection.fetchrow(SQL.read_backlog, now)
        except Unavailable:
            found = None
    for column, gauge in _BY_COLUMN.items():
        gauge.set(nan if found is None else found[column])
