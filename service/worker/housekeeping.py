"""Deletes expired rows in small batches, keeps partitions, and logs due timers of kinds unknown to this worker."""

from datetime import datetime, timedelta

import structlog

from service.conditions import candidates
from service.db import timers
from service.db.partitions import PARTITIONED_TABLES, add_partitions, drop_empty_partitions
from service.db.statements import Statements
from service.settings.model import Settings
from service.worker.model import WorkerConfig

log = structlog.get_logger()
SQL = Statements("service.worker", "housekeeping")

DELETE_BATCH = 1000
CALL_RETENTION = timedelta(days=1)
"""How long a call's state is kept: a later event of it changes nothing, since the interaction has its receipt."""
CHANNEL_TOKEN_RETENTION = timedelta(days=1)
"""How long a vendor's token is kept: far longer than its time is accepted."""
DELIVERY_LOG_RETENTION = timedelta(days=7)
"""How long it is known what became of deliveries to channel doors."""

DRAFT_RETENTION = timedelta(days=30)
"""How long what an agent wrote and did not send is kept after its last letter."""
NETWORK_RETENTION = timedelta(days=90)
"""How long a network counts as one that an agent signs in from."""
PRE_SESSION_RETENTION = timedelta(days=1)
"""How long a done sign-in is kept: no provider takes a code or gives a token that is so old."""
CARD_RETENTION = timedelta(hours=1)
"""How long a card that has ended is kept: its token is too old by then."""
PAUSE_RETENTION = timedelta(days=1)
"""How long wrong answers are kept: by then the time has forgiven them all."""


async def delete_expired(dependencies: WorkerConfig) -> bool:
    """Delete one batch of expired rows; gives whether more may be left."""
    now = dependencies.clock.now()
    more = False
    for name, before in _expired_before(dependencies.settings, now).items():
        async with dependencies.database.connection() as connection:
            status = await connection.execute(getattr(SQL, name), before, DELETE_BATCH)
        deleted = int(status.removeprefix("DELETE "))
        if deleted:
            log.info("records_expired", statement=name, records=deleted)
        more = more or deleted == DELETE_BATCH
    for cleanup in dependencies.cleanup_tasks:
        await cleanup(now)
    await _keep_partitions(dependencies, now)
    await _report_unknown_timers(dependencies, now)
    return more


def _expired_before(settings: Settings, now: datetime) -> dict[str, datetime]:
    """Statement -> the moment before which its records have expired."""
    return {
        "expire_idempotency": now - timedelta(days=settings.idempotency_days),
        "expire_candidates": now - candidates.CANDIDATE_RETENTION,
        "expire_form_tokens": now,
        "expire_read_audit": now - timedelta(days=settings.read_audit_days),
        "expire_read_reasons": now - timedelta(days=settings.read_audit_days),
        "expire_channel_deliveries": now - DELIVERY_LOG_RETENTION,
        "expire_channel_counts": now - DELIVERY_LOG_RETENTION,
        "expire_calls": now - CALL_RETENTION,
        "expire_channel_tokens": now - CHANNEL_TOKEN_RETENTION,
        "expire_old_secrets": now,
        "expire_payloads": now - timedelta(days=settings.channel_payload_days),
        "expire_events": now - timedelta(hours=settings.event_hours),
        "expire_sessions": now,
        "expire_sign_in_links": now,
        "expire_event_tickets": now,
        "expire_networks": now - NETWORK_RETENTION,
        "expire_drafts": now - DRAFT_RETENTION,
        "expire_pre_sessions": now - PRE_SESSION_RETENTION,
        "expire_cards": now - CARD_RETENTION,
        "expire_pauses": now - PAUSE_RETENTION,
        "expire_deliveries": now - timedelta(days=settings.webhook_dead_days),
    }


async def _keep_partitions(dependencies: WorkerConfig, now: datetime) -> None:
    """Partitions are there before their time, and those of which every row has expired are gone."""
    for table in PARTITIONED_TABLES:
        async with dependencies.database.connection() as connection:
            added = await add_partitions(connection, table, now)
            dropped = await drop_empty_partitions(connection, table, now)
        if added or dropped:
            log.info("partitions_changed", table=table.name, added=added, dropped=dropped)


async def _report_unknown_timers(dependencies: WorkerConfig, now: datetime) -> None:
    async with dependencies.database.connection() as connection:
        unknown = await timers.count_unknown_kinds(connection, now, dependencies.timer_kinds)
    for kind, count in unknown.items():
        log.warning("timers_of_unknown_kind_due", kind=kind, timers=count)
