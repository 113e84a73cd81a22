"""The relay: drops cached views that a crashed writer left behind, and tells the subscribers of every change."""

from collections.abc import Sequence
from uuid import UUID

from service.db import outbox
from service.db.outbox import OutboxRow
from service.worker.model import WorkerConfig

RELAY_BATCH = 500


async def relay_outbox(dependencies: WorkerConfig) -> bool:
    """Tell every subscriber of the oldest outbox rows; gives whether more may be waiting.

    The rows go with the transaction that told of them: whatever fails before leaves them to the next try.
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
    """Each customer of these rows with the highest version told of."""
    versions: dict[UUID, int] = {}
    for row in rows:
        versions[row.customer_id] = max(row.version, versions.get(row.customer_id, 0))
    return versions
