"""The run over all customers, every night, in small steps: what is over its limit goes, and its numbers stay."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from service.db.change import SYSTEM_KEY_ID, DropViews, lock_customers, record_changes
from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.errors import CustomerHeld, CustomerUnknown
from service.privacy.retention.deleting import Deleted, delete_expired
from service.privacy.retention.finding import SQL, DueWindow, find_due, find_inactive, list_attachments, list_expiring
from service.privacy.retention.model import KeepNumbers, RetentionCategory, RetentionLimits
from service.privacy.retention.periods import limits_at
from service.settings.model import Settings

log = structlog.get_logger()

CUSTOMERS_AT_ONCE = 20
"""Customers that a step locks: writers wait for a step of theirs, a few milliseconds."""
EVERY = timedelta(days=1)
_BEFORE_ALL = UUID(int=0)


class RetentionStep(Struct, frozen=True, kw_only=True):
    """What a step did."""

    more: bool
    """Whether the run goes on."""
    passed: int = 0
    """Customers that the run has behind it by this step."""
    deleted: Counter[RetentionCategory] = Counter()
    changed: Sequence[UUID] = ()
    """Customers whose cached views are old."""
    inactive: Sequence[UUID] = ()
    """Customers to be erased, by whom the run has come."""


class RetentionTools(Struct, frozen=True, kw_only=True):
    """What runs need beside the database."""

    keep_numbers: KeepNumbers
    drop_views: DropViews
    delete_attachments: Callable[[Collection[str]], Awaitable[int]]
    """Deletes the attachments of these references; those that are gone already are no error."""
    erase: Callable[[UUID, datetime], Awaitable[None]]
    """Erases a customer's merge set."""


class Retention:
    """Carries runs out; of all processes one takes a step at a time."""

    def __init__(self, database: Database, settings: Settings, tools: RetentionTools) -> None:
        self._database = database
        self._settings = settings
        self._tools = tools
        self._not_erased: set[UUID] = set()
        """Inactive customers whom something kept; the run goes on without them."""

    async def take_step(self, now: datetime, *, at_once: bool = False) -> RetentionStep:
        """The next step of the run that is under way or due, `at_once` of one that begins now; after it, the views."""
        step = await run_with_retry(self._database, partial(self._step, now=now, at_once=at_once))
        if step.changed:
            await self._tools.drop_views(step.changed)
        for customer_id in step.inactive:
            try:
                await self._tools.erase(customer_id, now)
            except (CustomerHeld, CustomerUnknown):  # since the step
                self._not_erased.add(customer_id)
        if step.deleted:
            log.info("records_expired", statement="retention", records=step.deleted.total())
        return step

    async def _step(self, connection: Connection, *, now: datetime, at_once: bool) -> RetentionStep:
        position = await connection.fetchrow(SQL.wait_for_position if at_once else SQL.claim_position)
        if position is None:
            return RetentionStep(more=False)
        after, began_at = position["sweep"], position["swept_at"]
        if at_once or (after is None and (began_at is None or now - began_at >= EVERY)):
            await connection.execute(SQL.begin_run, now, _BEFORE_ALL)
            after = _BEFORE_ALL
        if after is None:
            return RetentionStep(more=False)
        limits = limits_at(self._settings, now)
        inactive = [one for one in await find_inactive(connection, after, limits, now) if one not in self._not_erased]
        if inactive:
            return RetentionStep(
                more=True, deleted=Counter({RetentionCategory.CUSTOMERS: len(inactive)}), inactive=inactive
            )
        window = await find_due(connection, after, limits, now)
        return await self._handle(connection, window, after, limits, now)

    async def _handle(
        self, connection: Connection, window: DueWindow, after: UUID, limits: RetentionLimits, now: datetime
    ) -> RetentionStep:
        chosen = window.due[:CUSTOMERS_AT_ONCE]
        owners = await _lock_free(connection, chosen, now)
        expiring = await list_expiring(connection, owners, limits)
        await self._tools.keep_numbers(connection, expiring, ZoneInfo(self._settings.time_zone))
        if references := await list_attachments(connection, expiring.interactions):
            await self._tools.delete_attachments(references)
        deleted = await delete_expired(connection, owners, expiring, limits)
        changed = await _record(connection, deleted, now)
        passed = 0 if expiring.more else _passed_by(window, chosen)
        reached: UUID | None = after
        if passed:
            reached = window.customers[passed - 1]
        elif not expiring.more:
            reached = None
        if reached != after:
            await connection.execute(SQL.move_position, reached)
        return RetentionStep(
            more=reached is not None, passed=passed, deleted=sum(deleted.values(), Counter()), changed=changed
        )


def _passed_by(window: DueWindow, chosen: Sequence[UUID]) -> int:
    """How many of the customers are done with those that were chosen among the due ones."""
    return window.customers.index(chosen[-1]) + 1 if len(chosen) < len(window.due) else len(window.customers)


async def _lock_free(connection: Connection, customer_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Lock these customers with their merge sets; gives those that are neither held nor restricted by then."""
    if not customer_ids:
        return []
    await lock_customers(connection, customer_ids, restricted_too=True)
    return [row["customer_id"] for row in await connection.fetch(SQL.list_free, customer_ids, now)]


async def _record(connection: Connection, deleted: Deleted, now: datetime) -> list[UUID]:
    """One more version of each customer that lost something; gives the survivors and members whose views are old."""
    if not deleted:
        return []
    changes = await record_changes(
        connection,
        {owner: _names(counts) for owner, counts in deleted.items()},
        now=now,
        key_id=SYSTEM_KEY_ID,
        action="records.expired",
    )
    return sorted({change.customer_id for change in changes.values()} | deleted.keys())


def _names(counts: Counter[RetentionCategory]) -> Collection[str]:
    return sorted(category.value for category in counts)
