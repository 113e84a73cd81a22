"""Sends webhooks: every round settles the tries that have ended, and begins as many others."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import httpx
import structlog
from prometheus_client import Counter as EventCounter

from service.db.pool import Connection
from service.errors import Unavailable
from service.events import deliveries, sending
from service.events.deliveries import DueDelivery, FailedTry
from service.events.retries import TryOutcome, time_of_next_try
from service.worker.model import WorkerConfig

log = structlog.get_logger()

DEFAULT_EVENT_SOURCE = "/askonce"
"""The source of events where the settings name no public URL."""
POLL_TIMEOUT_S = 0.1
"""How long a round waits for a try to end before it looks for others that are due."""
STOP_TIMEOUT_S = 5.0
"""How long tries may go on once the worker stops; one that is cut off is made again when its claim ends."""

_TRIES = EventCounter("askonce_webhook_tries_total", "Tries to deliver to webhooks, by how they ended.", ["outcome"])

EndedAttempts = list[tuple[DueDelivery, TryOutcome]]


class WebhookSender:
    """The tries of one worker, and those of them that are not settled yet."""

    def __init__(self, dependencies: WorkerConfig, client: httpx.AsyncClient) -> None:
        self._duties = dependencies
        self._client = client
        self._source = dependencies.settings.public_url or DEFAULT_EVENT_SOURCE
        self._running: dict[asyncio.Task[TryOutcome], DueDelivery] = {}
        self._ended: EndedAttempts = []

    async def run_round(self) -> bool:
        """Settle what has ended and begin what is due; gives whether anything is running."""
        if self._running:
            await asyncio.wait(self._running, timeout=POLL_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
        now = self._duties.clock.now()
        running = self._collect_ended()
        async with self._duties.database.transaction() as connection:
            await settle_attempts(connection, self._ended, now)
            letters = await deliveries.claim_deliveries(connection, now=now, running=running)
        self._ended.clear()
        for letter in letters:
            self._running[asyncio.create_task(self._attempt(letter))] = letter
        return bool(self._running)

    async def stop(self) -> None:
        """Let the running tries end, cut off those that take long, and settle the others."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=STOP_TIMEOUT_S)
            for task in late:
                task.cancel()
            await asyncio.wait(self._running)
        self._collect_ended()
        with suppress(Unavailable):  # then they are made again when their claims end
            async with self._duties.database.transaction() as connection:
                await settle_attempts(connection, self._ended, self._duties.clock.now())

    async def _attempt(self, delivery: DueDelivery) -> TryOutcome:
        now = self._duties.clock.system_now()
        try:
            return await sending.send_delivery(self._client, delivery, source=self._source, now=now)
        except Exception as error:
            log.exception(
                "webhook_try_failed", webhook=delivery.webhook, event_id=delivery.event.event_id, exc_info=error
            )
            return TryOutcome(failure="internal error")

    def _collect_ended(self) -> Counter[UUID]:
        """Take note of the tries that have ended; gives how many go on for each webhook."""
        for task in [task for task in self._running if task.done()]:
            letter = self._running.pop(task)
            if not task.cancelled():
                self._ended.append((letter, task.result()))
        return Counter(letter.webhook_id for letter in self._running.values())


async def settle_attempts(connection: Connection, ended: EndedAttempts, now: datetime) -> None:
    """Store how tries ended: arrived ones are over, failed ones have their next time, or none."""
    delivered = [letter for letter, outcome in ended if not outcome.failure]
    _TRIES.labels("delivered").inc(len(delivered))
    if delivered:
        await deliveries.delete_delivered(connection, delivered, now)
    failed = [_failed_delivery(letter, outcome, now) for letter, outcome in ended if outcome.failure]
    if failed:
        await deliveries.record_failures(connection, failed, now)
    gone = [letter for letter, outcome in ended if outcome.gone]
    if gone:
        await deliveries.disable_webhooks(connection, [letter.webhook_id for letter in gone], now)
        log.warning("webhooks_disabled", webhooks=sorted({letter.webhook for letter in gone}))


def _failed_delivery(delivery: DueDelivery, outcome: TryOutcome, now: datetime) -> FailedTry:
    due_at = None
    if not outcome.gone:
        jitter = random.random()  # noqa: S311 (no secret)
        due_at = time_of_next_try(
            tries=delivery.tries, queued_at=delivery.queued_at, now=now, jitter=jitter, retry_after=outcome.retry_after
        )
    _TRIES.labels("gave_up" if due_at is None else "failed").inc()
    log.info(
        "webhook_failed",
        webhook=delivery.webhook,
        event_id=delivery.event.event_id,
        tries=delivery.tries,
        failure=outcome.failure,
        given_up=due_at is None,
    )
    return FailedTry(delivery=delivery, failure=outcome.failure, due_at=due_at)
