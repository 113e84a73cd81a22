"""The relay: drops cached views that a crashed writer left behind, and passes every change to the subscribers."""

from collections.abc import Sequence
from uuid import UUID

from service.db import outbox
from service.db.outbox import OutboxRow
from service.worker.model import WorkerConfig

RELAY_BATCH = 500


async def relay_outbox(dependencies: WorkerConfig) -> bool:
    """Pass the oldest outbox rows to every subscriber; gives whether more may be waiting.

    The transaction that passes the rows on deletes them: after a failure before its commit, the next try finds them.
    """
    async with dependencies.database.transaction() as connection:
        rows = await outbox.claim_rows(connection, RELAY_BATCH)
        if rows:
            await dependencies.drop_outdated_views(newest_versions(rows))
            for subscriber in dependencies.subscribers:
                await subscriber(connection, rows)
            await outbox.delete_rows(connection, rows)
    return len(rows) == RELAY_BATCH


def newest_versions(rows: Sequence[OutboxRow]) -> dict[UUID, int]:
    """Each customer of these rows with the highest version among them."""
    versions: dict[UUID, int] = {}
    for row in rows:
        versions[row.customer_id] = max(row.version, versions.get(row.customer_id, 0))
    return versions
