"""A worker's post office for webhooks, with receivers that do as they are told."""

import asyncio
from datetime import datetime

import httpx

from service.events import deliveries, webhooks
from service.events.model import WebhookRequest
from service.model.ids import new_id
from service.model.vocabulary import Audience
from service.worker.model import WorkerConfig
from service.worker.webhooks import WebhookSender
from tests.events.sinks import Answer, Sink, status
from tests.events.world import World
from tests.fixtures import NOW

OK = status(204)


class Office:
    """One sender, its receivers, and what there is to tell them."""

    def __init__(self, duties: WorkerConfig, client: httpx.AsyncClient, world: World) -> None:
        self.duties = duties
        self.client = client
        self.clock = duties.clock
        self.world = world
        self.sender = WebhookSender(duties, client)
        self.sinks: list[Sink] = []

    async def sink(self, answer: Answer = OK) -> Sink:
        """A receiver."""
        self.sinks.append(await Sink(answer).start())
        return self.sinks[-1]

    async def hook(self, url, *types, name="crm", role=Audience.CONSOLE, queue=None) -> str | None:
        """Store a webhook; gives its secret if it is new."""
        request = WebhookRequest(url=url, types=list(types or ["*"]), role=role, queue=queue)
        async with self.duties.database.transaction() as connection:
            stored, _ = await webhooks.upsert_webhook(connection, name, request, now=NOW)
        return stored.secret

    async def told_sink(self, answer: Answer = OK, *, times: int = 1) -> Sink:
        """A receiver that is about to be told something."""
        sink = await self.sink(answer)
        await self.hook(sink.url)
        await self.world.tell("context.changed", new_id(), times=times)
        return sink

    async def rest(self, sender: WebhookSender | None = None) -> None:
        """Send until nothing runs any more, and nothing is due."""
        async with asyncio.timeout(15):
            while await (sender or self.sender).run_round():
                pass

    async def replay(self) -> int:
        """Have everything that was given up sent again; gives how much that is."""
        async with self.duties.database.transaction() as connection:
            webhook_id = await webhooks.find_enabled_webhook_id(connection, "crm")
            return await deliveries.replay_dead_deliveries(connection, webhook_id, self.clock.now())

    async def pause(self, since: datetime | None) -> None:
        """Let the webhook wait, or go on."""
        async with self.duties.database.transaction() as connection:
            await webhooks.pause_webhook(connection, "crm", since)

    async def left(self) -> tuple[int, int]:
        """How many deliveries wait, and how many were given up."""
        counts = await self.world.value(
            "SELECT (count(*) FILTER (WHERE dead_at IS NULL), count(*) FILTER (WHERE dead_at IS NOT NULL))"
            " FROM webhook_delivery"
        )
        return tuple(counts)
