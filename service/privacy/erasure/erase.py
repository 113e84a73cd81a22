"""Erases customers in steps, each of which can be taken again: whatever kills a process, the next one goes on."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from msgspec import Struct, json
from msgspec.structs import replace

from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.db.statements import columns
from service.errors import CustomerHeld, CustomerUnknown
from service.identity.model import Identity
from service.model.ids import new_id
from service.model.vocabulary import IdentityKind
from service.privacy.erasure.clearing import ErasedSet, clear_tables, count_rows
from service.privacy.erasure.ledger import ErasureLedger, LedgerEntry
from service.privacy.erasure.model import ErasedRows, ErasureContent, ErasureReceipt, ErasureState, Preview, Remains
from service.privacy.erasure.orders import (
    SQL,
    Erasure,
    find_erasure,
    find_merge_set,
    has_unburied,
    joined_remains,
    lock_erasure,
    read_remains,
    receipt_of,
    store_step,
)
from service.privacy.erasure.tables import COPIES, KEPT, RECORDS

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
"""So long after its last step an erasure is taken over by another process."""
CROSSING = timedelta(seconds=10)
"""A customer that was made so short a time before an erasure may be of a write that was under way."""
_LONG_MS = "60000"

CheckHolds = Callable[[Connection, Collection[UUID], datetime], Awaitable[None]]
"""Raises CustomerHeld, with the reason, if a legal hold keeps one of these customers at this time."""
ForgetViews = Callable[[Collection[UUID], Collection[Identity]], Awaitable[None]]
"""Drops what caches hold of these customers and identities."""
DeleteAttachments = Callable[[Collection[str]], Awaitable[int]]
"""Deletes the attachments of these references; gives how many there were."""


class ErasureTools(Struct, frozen=True, kw_only=True):
    """What erasures need beside the database."""

    forget_views: ForgetViews
    delete_attachments: DeleteAttachments
    check_holds: CheckHolds
    ledger: ErasureLedger
    grace: timedelta
    """So long after an erasure what happened meanwhile is still of the past."""


class Erasures:
    """Erases customers, and finishes what others began."""

    def __init__(self, database: Database, tools: ErasureTools) -> None:
        self._database = database
        self._tools = tools

    async def preview(self, customer_id: UUID, *, now: datetime) -> Preview:
        """What erasing this customer would take. CustomerUnknown; CustomerErased if nothing is left."""
        async with self._database.transaction() as connection:
            await connection.execute(SQL.allow_long_statements, _LONG_MS)
            customer_ids = await find_merge_set(connection, customer_id)
            remains = await read_remains(connection, customer_ids)
            erased = ErasedSet(customer_ids=customer_ids, remains=remains)
            tables = await count_rows(connection, (*RECORDS, *COPIES), erased)
            held = None
            try:
                await self._tools.check_holds(connection, customer_ids, now)
            except CustomerHeld as error:
                held = error.detail
        return Preview(
            customer_id=customer_ids[0],
            customer_ids=tuple(customer_ids),
            tables=tuple(tables),
            kept=KEPT,
            attachments=len(remains.attachments),
            held=held,
        )

    async def erase(
        self, customer_id: UUID, *, by: str, reason: str | None = None, request_id: UUID | None = None, now: datetime
    ) -> ErasureReceipt:
        """Erase the customer's merge set; the receipt of the erasure that there was, if it was erased before.

        CustomerUnknown; CustomerHeld if a legal hold keeps one of them.
        """
        order = partial(self._order, customer_id=customer_id, by=by, reason=reason, request_id=request_id, now=now)
        await self._carry_out(await run_with_retry(self._database, order), now)
        return await self.read_receipt(customer_id)

    async def read_receipt(self, customer_id: UUID) -> ErasureReceipt:
        """The receipt of the erasure of this customer. CustomerUnknown if there was none."""
        async with self._database.connection() as connection:
            return receipt_of(await find_erasure(connection, customer_id))

    async def find_altered(self) -> list[UUID]:
        """Erasures with a receipt that is not as it was sealed, or that does not follow the one before."""
        async with self._database.connection() as connection:
            return [row["erasure_id"] for row in await connection.fetch(SQL.find_altered)]

    async def finish_due(self, now: datetime) -> bool:
        """Take the next step of an erasure that a process has left; gives whether there was one."""
        async with self._database.connection() as connection:
            erasure_id = await connection.fetchval(SQL.claim_due, now, now + LEASE)
        if erasure_id is None:
            return False
        try:
            await self._carry_out(erasure_id, now)
            await self._finish(erasure_id, now)
        except CustomerHeld:
            log.warning("erasure_held", erasure_id=erasure_id)
        return True

    async def replay(self, entry: LedgerEntry, now: datetime) -> bool:
        """Carry out an erasure of the ledger if this database does not know it; gives whether it did."""
        async with self._database.transaction() as connection:
            if not await has_unburied(connection, entry.customer_ids):
                return False
            await connection.execute(SQL.bury_customers, entry.customer_ids, entry.erasure_id, entry.erased_at)
            await connection.execute(SQL.bury_digests, entry.digests, entry.erasure_id, entry.refused_until)
            reason = "A backup from before this erasure was restored."
            order = (entry.erasure_id, entry.customer_ids, now, entry.ordered_by, reason, entry.request_id)
            await connection.execute(SQL.order_again, *order)
        await self._carry_out(entry.erasure_id, now)
        return True

    async def _order(
        self,
        connection: Connection,
        *,
        customer_id: UUID,
        by: str,
        reason: str | None,
        request_id: UUID | None,
        now: datetime,
    ) -> UUID:
        """The erasure of this customer, ordered now or before."""
        with suppress(CustomerUnknown):
            return (await find_erasure(connection, customer_id)).erasure_id
        customer_ids = await find_merge_set(connection, customer_id)
        await connection.fetch(SQL.lock_members, customer_ids)
        await self._tools.check_holds(connection, customer_ids, now)
        erasure_id = new_id()
        await connection.execute(SQL.order_erasure, erasure_id, customer_ids, by, reason, request_id, now, now + LEASE)
        return erasure_id

    async def _carry_out(self, erasure_id: UUID, now: datetime) -> None:
        """Take the steps until the receipt is sealed; CustomerHeld, and nothing is left of it, if a hold came first."""
        try:
            await run_with_retry(self._database, partial(self._delete, erasure_id=erasure_id, now=now))
        except CustomerHeld:
            async with self._database.connection() as connection:
                await connection.execute(SQL.cancel_order, erasure_id)
            raise
        async with self._database.transaction() as connection:
            erasure = await lock_erasure(connection, erasure_id)
        if erasure.state is ErasureState.DELETED:
            copies = await self._clear_copies(erasure.customer_ids, erasure.pending)
            seal = partial(self._seal, erasure_id=erasure_id, copies=copies)
            await run_with_retry(self._database, seal)

    async def _delete(self, connection: Connection, *, erasure_id: UUID, now: datetime) -> None:
        """Delete the records of the customers, and put up their tombstones: all at once, while they are locked."""
        erasure = await lock_erasure(connection, erasure_id)
        if erasure.state is not ErasureState.ORDERED:
            return
        tables, erased, digests = await self._delete_records(connection, erasure, erasure.customer_ids, now)
        await store_step(
            connection,
            replace(
                erasure,
                customer_ids=tuple(erased.customer_ids),
                state=ErasureState.DELETED,
                erased_at=now,
                pending=erased.remains,
                receipt=ErasureContent(tables=tuple(tables), attachments=len(erased.remains.attachments)),
            ),
            due_at=now + LEASE,
        )
        await self._tools.ledger.append(
            LedgerEntry(
                erasure_id=erasure_id,
                customer_ids=tuple(erased.customer_ids),
                erased_at=now,
                refused_until=now + self._tools.grace,
                ordered_by=erasure.ordered_by,
                request_id=erasure.request_id,
                digests=digests,
            )
        )

    async def _delete_records(
        self, connection: Connection, erasure: Erasure, named: Collection[UUID], now: datetime
    ) -> tuple[list[ErasedRows], ErasedSet, tuple[str, ...]]:
        """What was deleted of the merge sets of these customers, who they are, and the digests of their identities."""
        await connection.execute(SQL.allow_long_statements, _LONG_MS)
        locked = await connection.fetch(SQL.lock_members, list(named))
        customer_ids = sorted({*named, *(row["customer_id"] for row in locked)})
        await self._tools.check_holds(connection, customer_ids, now)
        erased = ErasedSet(customer_ids=customer_ids, remains=await read_remains(connection, customer_ids))
        await connection.execute(SQL.discount_values, customer_ids)
        until = now + self._tools.grace
        buried = await connection.fetch(SQL.bury_identities, customer_ids, erasure.erasure_id, until)
        await connection.execute(SQL.bury_customers, customer_ids, erasure.erasure_id, now)
        ended = columns(map(tuple, await connection.fetch(SQL.read_open_work, customer_ids)), 3)
        tables = await clear_tables(connection, RECORDS, erased)
        versions = columns(((row["customer_id"], row["version"]) for row in locked), 2)
        await connection.execute(SQL.tell_others, *versions, now)
        await connection.execute(SQL.tell_desks, *ended, now)
        return tables, erased, tuple(row["digest"] for row in buried)

    async def _clear_copies(self, customer_ids: Sequence[UUID], remains: Remains) -> list[ErasedRows]:
        """Clear what else there is of them: copies in tables, attachments, and what is cached."""
        erased = ErasedSet(customer_ids=customer_ids, remains=remains)
        cleared = []
        for table in COPIES:
            async with self._database.transaction() as connection:
                await connection.execute(SQL.allow_long_statements, _LONG_MS)
                cleared += await clear_tables(connection, [table], erased)
        await self._tools.delete_attachments(remains.attachments)
        identities = [Identity(IdentityKind(kind), value) for kind, value in remains.identities]
        await self._tools.forget_views(customer_ids, identities)
        return cleared

    async def _seal(self, connection: Connection, *, erasure_id: UUID, copies: Sequence[ErasedRows]) -> None:
        """Write the receipt."""
        await connection.execute(SQL.queue_to_seal)
        erasure = await lock_erasure(connection, erasure_id)
        if erasure.state is not ErasureState.DELETED or erasure.receipt is None or erasure.erased_at is None:
            return
        content = replace(erasure.receipt, tables=(*erasure.receipt.tables, *copies))
        due_at = erasure.erased_at + self._tools.grace
        await connection.execute(SQL.seal, erasure_id, json.encode(content).decode(), due_at)
        log.info("customer_erased", erasure_id=erasure_id, rows=sum(one.rows for one in content.tables))

    async def _finish(self, erasure_id: UUID, now: datetime) -> None:
        """Once nothing of the past is under way any more: clear what crossed the erasure, and forget what found it."""
        async with self._database.transaction() as connection:
            erasure = await lock_erasure(connection, erasure_id)
            if erasure.state is not ErasureState.SEALED or erasure.erased_at is None:
                return
            until = erasure.erased_at + self._tools.grace
            if now < until:
                return
            kinds_and_values = columns(erasure.pending.identities, 2)
            returned = [
                row["customer_id"]
                for row in await connection.fetch(
                    SQL.find_returned, *kinds_and_values, until, erasure.erased_at - CROSSING
                )
            ]
            named = [*erasure.customer_ids, *returned]
            tables, erased, _ = await self._delete_records(connection, erasure, named, now)
        late = await self._clear_copies(erased.customer_ids, joined_remains(erasure.pending, erased.remains))
        async with self._database.connection() as connection:
            await connection.execute(SQL.finish, erasure_id)
        log.info("erasure_done", erasure_id=erasure_id, rows=sum(one.rows for one in (*tables, *late)))
