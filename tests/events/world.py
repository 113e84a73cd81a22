"""What there is to tell of: customers, handoffs, callbacks, and events of them."""

from datetime import timedelta
from uuid import UUID

from service.db.outbox import OutboxRow
from service.db.pool import Database
from service.events import journal
from service.model.ids import new_id
from tests.fixtures import KEY_ID, NOW


class World:
    """Puts things into the records, and tells of them as the worker's relay does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._version = 0

    async def customer(self, merged_into: UUID | None = None) -> UUID:
        customer_id = new_id()
        await self.execute(
            "INSERT INTO customer (customer_id, since, merged_into, merge_parent) VALUES ($1, $2, $3, $3)",
            customer_id,
            NOW,
            merged_into,
        )
        return customer_id

    async def queue(self, name: str = "support") -> None:
        await self.execute(
            "INSERT INTO queue (name, title, calendar, offer_timeout_s, max_offers) VALUES ($1, $1, '{}', 60, 3)"
            " ON CONFLICT DO NOTHING",
            name,
        )

    async def handoff(self, customer_id: UUID, queue: str = "support", *, giver: UUID = KEY_ID) -> UUID:
        await self.queue(queue)
        handoff_id = new_id()
        await self.execute(
            "INSERT INTO handoff (customer_id, handoff_id, conversation_id, state, mode, key_id, given_by, queue,"
            " asked_queue, priority, created_at, offers, deadline, packet, version)"
            " VALUES ($1, $2, $3, 'offered', 'offer', $4, '{}', $5, $5, 0, $6, '[]', $6, '{}', 1)",
            customer_id,
            handoff_id,
            new_id(),
            giver,
            queue,
            NOW,
        )
        return handoff_id

    async def callback(self, customer_id: UUID, queue: str = "support") -> UUID:
        await self.queue(queue)
        callback_id = new_id()
        await self.execute(
            "INSERT INTO callback (customer_id, callback_id, queue, state, key_id, phone, reason, promised_from,"
            " promised_to, due_at, priority, max_attempts, retry_after_s, missed_windows, created_at, version)"
            " VALUES ($1, $2, $3, 'scheduled', $4, '+491711234567', 'Anna waits', $5, $6, $5, 0, 3, 60, 0, $5, 1)",
            customer_id,
            callback_id,
            queue,
            KEY_ID,
            NOW,
            NOW + timedelta(hours=1),
        )
        return callback_id

    async def tell(self, type: str, customer_id: UUID, subject_id: UUID | None = None, times: int = 1) -> None:
        async with self._database.transaction() as connection:
            await journal.append_events(connection, [self._row(type, customer_id, subject_id) for _ in range(times)])

    def _row(self, type: str, customer_id: UUID, subject_id: UUID | None) -> OutboxRow:
        self._version += 1
        return OutboxRow(
            outbox_id=self._version,
            customer_id=customer_id,
            version=self._version,
            type=type,
            subject_id=subject_id,
            created_at=NOW,
        )

    async def execute(self, statement: str, *values: object) -> None:
        async with self._database.connection() as connection:
            await connection.execute(statement, *values)

    async def value(self, statement: str, *values: object):
        async with self._database.connection() as connection:
            return await connection.fetchval(statement, *values)
