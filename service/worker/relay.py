"""The relay: drops cached views that a crashed writer left behind, and passes every change to the subscribers."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace

from service.db import outbox
from service.db.outbox import OutboxRow
from service.errors import Unavailable
from service.telemetry import tracing
from service.telemetry.instruments import BATCH_SIZE
from service.worker.model import WorkerConfig

RELAY_BATCH = 500


async def relay_outbox(dependencies: WorkerConfig) -> bool:
    """Pass the oldest outbox rows to every subscriber; gives whether more may be waiting.

    The transaction that passes the rows on deletes them: after a failure before its commit, the next try finds them.
    Without Redis the customers are kept apart, and their views are dropped later.
    """
    async with dependencies.database.transaction() as connection:
        rows = await outbox.claim_rows(connection, RELAY_BATCH)
        if rows:
            BATCH_SIZE.labels("relay").observe(len(rows))
            versions = newest_versions(rows)
            if not await _views_are_dropped(dependencies, versions):
                await outbox.keep_undropped(connection, versions)
            with tracing.relay_spans("relay", [row.traceparent for row in rows]) as passed_on:
                if passed_on:
                    rows = [replace(row, traceparent=passed_on.get(row.traceparent)) for row in rows]
                for subscriber in dependencies.subscribers:
                    await subscriber(connection, rows)
            await outbox.delete_rows(connection, rows)
    return len(rows) == RELAY_BATCH


async def drop_undropped_views(dependencies: WorkerConfig) -> bool:
    """Drop the views that were kept apart the longest; gives whether more may be waiting."""
    async with dependencies.database.transaction() as connection:
        versions = await outbox.claim_undropped(connection, RELAY_BATCH)
        if not versions or not await _views_are_dropped(dependencies, versions):
            return False
        await outbox.delete_undropped(connection, versions)
    return len(versions) == RELAY_BATCH


async def _views_are_dropped(dependencies: WorkerConfig, versions: Mapping[UUID, int]) -> bool:
    """Drop the views that are older than these versions; gives whether that was possible for every process."""
    try:
        await dependencies.drop_outdated_views(versions)
    except Unavailable:
        return False
    return True


def newest_versions(rows: Sequence[OutboxRow]) -> dict[UUID, int]:
    """Each customer of these rows with the highest version among them."""
    versions: dict[UUID, int] = {}
    for row in rows:
        versions[row.customer_id] = max(row.version, versions.get(row.customer_id, 0))
    return versions
