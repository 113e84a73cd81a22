"""The log of deliveries: what became of the latest ones of each door, without their content.

A door appends to a list behind its answer, which is written to the database once a second: no delivery waits for it.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from datetime import date, datetime
from time import monotonic
from typing import Annotated, Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from msgspec import Meta, Struct

from service.channels.base import ChannelAccount, Delivery, DeliveryResult, clipped
from service.db.pool import Database, urgent_work
from service.db.statements import Statements
from service.errors import AskonceError, ChannelUnknown, Unavailable
from service.model.ids import new_id
from service.model.interaction import Timestamp
from service.model.page import Page
from service.model.vocabulary import DeliveryOutcome

SQL = Statements("service.inbound", "delivery_log")
log = structlog.get_logger()

FLUSH_S = 1.0
MAX_KEPT = 200
"""Deliveries of one outcome that are kept of a door; housekeeping deletes older ones."""
_MAX_IDS = 20
_MAX_DETAIL_CHARS = 500


class ChannelDelivery(Struct, frozen=True, kw_only=True):
    """A delivery to a door: how it was answered, and what it became."""

    id: Annotated[UUID, Meta(description="Id of this entry of the log (UUIDv7); it names nothing else.")]
    received_at: Annotated[Timestamp, Meta(description="When the delivery came, an RFC 3339 time.")]
    outcome: Annotated[
        DeliveryOutcome,
        Meta(
            description="What became of it; `refused`: the sender was told `problem`; `failed`: it was taken, but "
            "something in it could not be registered."
        ),
    ]
    problem: Annotated[
        str | None,
        Meta(description="Type of the problem that the sender was told, a path; null unless it was refused."),
    ]
    detail: Annotated[
        str | None, Meta(description="What went wrong, a sentence without personal data; null when nothing did.")
    ]
    latency_ms: Annotated[float, Meta(description="Milliseconds from its coming to its answer.")]
    registered: Annotated[int, Meta(description="How many interactions it newly became.")]
    duplicates: Annotated[int, Meta(description="How many events of it were on record before.")]
    interactions: Annotated[
        list[UUID],
        Meta(description="Ids of its interactions (UUIDv7), the first 20; those of calls are not among them."),
    ]
    customers: Annotated[list[UUID], Meta(description="Ids of the customers that it concerned (UUIDv7), the first 20.")]
    handoffs: Annotated[list[UUID], Meta(description="Ids of the handoffs that it asked for (UUIDv7), the first 20.")]
    kept: Annotated[
        bool, Meta(description="Whether it is kept as it came, so that `askonce channels reparse` can read it again.")
    ]


class ListedChannel(Struct, frozen=True, kw_only=True):
    """A door, when it last took something, what last went wrong, and how many deliveries it had today."""

    name: str
    adapter: str
    created_at: datetime
    taken_at: datetime | None
    error_at: datetime | None
    problem: str | None
    detail: str | None
    accepted: int
    refused: int


class ChannelDeliveryRow(NamedTuple):
    """A row of the table channel_delivery."""

    instance_id: UUID
    delivery_id: UUID
    received_at: datetime
    outcome: DeliveryOutcome
    problem: str | None
    detail: str | None
    latency_ms: float
    registered: int
    duplicates: int
    interaction_ids: list[UUID]
    customer_ids: list[UUID]
    handoff_ids: list[UUID]
    payload_id: UUID | None


class DeliveryTimer:
    """Times one delivery from its coming on."""

    def __init__(self) -> None:
        self._began = monotonic()

    def elapsed_ms(self) -> float:
        """Milliseconds since then."""
        return (monotonic() - self._began) * 1000


class DeliveryLog:
    """The deliveries of one process that are not written yet; `problem_type` names the problem of an error."""

    def __init__(self, database: Database, zone: ZoneInfo, problem_type: Callable[[Exception], str]) -> None:
        self._database = database
        self._zone = zone
        self._problem_type = problem_type
        self._rows: dict[tuple[UUID, DeliveryOutcome], deque[ChannelDeliveryRow]] = {}
        self._counts: Counter[tuple[UUID, date, DeliveryOutcome]] = Counter()
        self._task: asyncio.Task[None] | None = None

    def record_taken(
        self,
        account: ChannelAccount,
        delivery: Delivery,
        result: DeliveryResult,
        *,
        timer: DeliveryTimer,
        payload_id: UUID | None,
    ) -> None:
        """This delivery was taken."""
        detail = result.refused[0] if result.refused else None
        self._append(_row(account, delivery, outcome_of(result), result, timer, detail=detail, payload_id=payload_id))

    def record_refused(
        self, account: ChannelAccount, delivery: Delivery, error: Exception, *, timer: DeliveryTimer
    ) -> None:
        """This delivery was refused; nothing of what it says is kept."""
        detail = error.detail if isinstance(error, AskonceError) else None
        problem = self._problem_type(error)
        refused = DeliveryOutcome.REFUSED
        self._append(_row(account, delivery, refused, DeliveryResult(), timer, detail=detail, problem=problem))

    async def flush(self) -> None:
        """Write what was noted; what cannot be written waits for the next time."""
        rows, counts = self._rows, self._counts
        if not counts:
            return
        self._rows, self._counts = {}, Counter()
        try:
            with urgent_work():
                async with self._database.transaction() as connection:
                    await connection.execute(SQL.insert_deliveries, [row for kept in rows.values() for row in kept])
                    await connection.execute(SQL.count_deliveries, *zip(*counts, strict=True), list(counts.values()))
        except (Unavailable, asyncio.CancelledError):
            self._requeue(rows, counts)
            raise

    async def stop(self) -> None:
        """Write what is left, and end; without the database it is lost."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        try:
            await self.flush()
        except Unavailable as error:
            log.warning("delivery_log_lost", exc_info=error)

    async def list_deliveries(
        self, channel: str, *, outcome: DeliveryOutcome | None, after: UUID | None, limit: int
    ) -> Page[ChannelDelivery]:
        """The deliveries to this door before one of them, the newest first. ChannelUnknown if there is no such door."""
        await self.flush()
        async with self._database.connection() as connection:
            row = await connection.fetchrow(SQL.find_channel, channel)
            if row is None:
                raise ChannelUnknown
            rows = await connection.fetch(SQL.list_deliveries, row["instance_id"], outcome, after, limit + 1)
        found = [_delivery_of(dict(one)) for one in rows]
        return Page(items=found[:limit], next=str(found[limit - 1].id) if len(found) > limit else None)

    async def list_channels(self, now: datetime) -> list[ListedChannel]:
        """Every door by name."""
        await self.flush()
        async with self._database.connection() as connection:
            rows = await connection.fetch(SQL.list_channels, now.astimezone(self._zone).date())
        return [ListedChannel(**row) for row in rows]

    def _append(self, row: ChannelDeliveryRow) -> None:
        kept = self._rows.setdefault((row.instance_id, row.outcome), deque(maxlen=MAX_KEPT))
        kept.append(row)
        self._counts[row.instance_id, row.received_at.astimezone(self._zone).date(), row.outcome] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._flush_soon())

    def _requeue(
        self,
        rows: dict[tuple[UUID, DeliveryOutcome], deque[ChannelDeliveryRow]],
        counts: Counter[tuple[UUID, date, DeliveryOutcome]],
    ) -> None:
        for key, earlier in rows.items():
            self._rows[key] = deque([*earlier, *self._rows.get(key, ())], maxlen=MAX_KEPT)
        self._counts += counts

    async def _flush_soon(self) -> None:
        while self._counts:
            await asyncio.sleep(FLUSH_S)
            try:
                await self.flush()
            except Unavailable as error:
                log.warning("delivery_log_delayed", exc_info=error)
            except Exception as error:  # what cannot be written is left out, and later deliveries are recorded
                log.exception("delivery_log_failed", exc_info=error)


def outcome_of(result: DeliveryResult) -> DeliveryOutcome:
    """What became of a delivery that was taken."""
    if result.refused:
        return DeliveryOutcome.FAILED
    if not result.events:
        return DeliveryOutcome.IGNORED
    if result.duplicates and not result.registered:
        return DeliveryOutcome.DUPLICATE
    return DeliveryOutcome.ACCEPTED


def _row(
    account: ChannelAccount,
    delivery: Delivery,
    outcome: DeliveryOutcome,
    result: DeliveryResult,
    timer: DeliveryTimer,
    *,
    detail: str | None,
    problem: str | None = None,
    payload_id: UUID | None = None,
) -> ChannelDeliveryRow:
    return ChannelDeliveryRow(
        instance_id=account.account_id,
        delivery_id=new_id(),
        received_at=delivery.received_at,
        outcome=outcome,
        problem=problem,
        detail=None if detail is None else clipped(detail, _MAX_DETAIL_CHARS),
        latency_ms=timer.elapsed_ms(),
        registered=result.registered,
        duplicates=result.duplicates,
        interaction_ids=list(result.interactions[:_MAX_IDS]),
        customer_ids=list(dict.fromkeys(result.customers))[:_MAX_IDS],
        handoff_ids=list(result.handoffs[:_MAX_IDS]),
        payload_id=payload_id,
    )


def _delivery_of(row: dict[str, Any]) -> ChannelDelivery:
    outcome, latency_ms = DeliveryOutcome(row["outcome"]), round(row["latency_ms"], 1)
    return ChannelDelivery(**row | {"outcome": outcome, "latency_ms": latency_ms})
