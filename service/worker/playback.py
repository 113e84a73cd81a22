"""Tells sources of golden records that are others now."""

import asyncio
import random
from collections.abc import Collection

import httpx
import structlog

from service.events.retries import TryOutcome
from service.resolution.playback.delivery import DueMessage, claim_messages, send_message, settle_messages
from service.worker.model import WorkerConfig
from service.worker.reports import wait_for_sends
from service.worker.webhooks import DEFAULT_EVENT_SOURCE

log = structlog.get_logger()


async def tell_sources(
    dependencies: WorkerConfig,
    client: httpx.AsyncClient,
    stop: asyncio.Event,
    *,
    sources: Collection[str] | None = None,
) -> bool:
    """Send what is due, to these sources or to all, several messages at once; gives whether any was.

    A message that `stop` cuts off is sent later.
    """
    now = dependencies.clock.now()
    async with dependencies.database.transaction() as connection:
        due = await claim_messages(connection, now, sources=sources)
    if not due:
        return False
    origin = dependencies.settings.public_url or DEFAULT_EVENT_SOURCE
    signed_at = dependencies.clock.system_now()
    sends = {asyncio.create_task(send_message(client, one, origin=origin, now=signed_at)): one for one in due}
    await wait_for_sends(set(sends), stop)
    ended = [(one, task.result()) for task, one in sends.items() if not task.cancelled()]
    async with dependencies.database.transaction() as connection:
        jitter = random.random()  # noqa: S311 (no secret)
        await settle_messages(connection, ended, now=dependencies.clock.now(), jitter=jitter)
    _log_failures(ended)
    return True


def _log_failures(ended: list[tuple[DueMessage, TryOutcome]]) -> None:
    for message, outcome in ended:
        if outcome.failure:
            log.warning("source_not_told", source=message.source, tries=message.tries, failure=outcome.failure)
