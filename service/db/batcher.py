"""Group commit: what arrives while a transaction is under way shares the next one.

Nothing waits when nothing is under way, so a lone item is as fast as without this; under load one transaction carries
many.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Generic, NamedTuple, TypeVar, cast

import asyncpg
import structlog

from service.db.pool import urgent_work
from service.errors import AskonceError, InvalidInput, Overloaded, Unavailable
from service.telemetry import tracing
from service.telemetry.instruments import BATCH_SIZE
from service.telemetry.queue_time import QueueTime

log = structlog.get_logger()

Item = TypeVar("Item")
Result = TypeVar("Result")


def result_or_raise(result: Result | AskonceError) -> Result:
    """The answer of one among many, unless it is an error: then that is raised."""
    if isinstance(result, AskonceError):
        raise result
    return result


class _Waiting(NamedTuple, Generic[Item, Result]):
    """An item that waits for the next batch, since when, and the trace of its request."""

    item: Item
    future: "asyncio.Future[Result | AskonceError]"
    since: float
    trace: str


class Batcher(Generic[Item, Result]):
    """Gathers items of this process, and has many of them done together.

    `together` does them in one transaction and gives an answer for each, in their order. If it raises, nothing may have
    happened: Unavailable is the answer to all of them, after any other error each is tried by itself. `name` stands
    in the metrics. At most `lanes` batches are under way at a time.
    """

    def __init__(
        self,
        run_batch: Callable[[list[Item]], Awaitable[Sequence[Result | AskonceError]]],
        *,
        max_batch_size: int,
        max_waiting: int,
        name: str = "others",
        lanes: int = 1,
    ) -> None:
        self._lanes = lanes
        self._name = name
        self._run_batch = run_batch
        self._max_batch_size = max_batch_size
        self._max_waiting = max_waiting
        self._waiting: list[_Waiting[Item, Result]] = []
        self._wait = QueueTime("transactions", self._standing_since)
        self._workers: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Result:
        """The answer to one item; raises the error if it is one."""
        (answer,) = await self.submit_all([item])
        return result_or_raise(answer)

    async def submit_all(self, items: Sequence[Item]) -> list[Result | AskonceError]:
        """The answers to several; one that fails does so alone, as an error in its place. Overloaded if many wait."""
        if len(self._waiting) + len(items) > self._max_waiting or self._wait.is_long():
            raise Overloaded
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[Result | AskonceError]] = [loop.create_future() for _ in items]
        now, trace = monotonic(), tracing.current_traceparent()
        self._waiting.extend(_Waiting(item, future, now, trace) for item, future in zip(items, futures, strict=True))
        if len(self._workers) < self._lanes:
            self._workers.add(loop.create_task(self._run_batches()))
        return [await future for future in futures]

    async def _run_batches(self) -> None:
        """Do what waits, batch after batch, until nothing waits."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._max_batch_size], self._waiting[self._max_batch_size :]
                BATCH_SIZE.labels(self._name).observe(len(batch))
                with tracing.batch_span(f"commit {self._name}", {one.trace for one in batch}):
                    answers = await self._answer_batch([one.item for one in batch])
                for one, answer in zip(batch, answers, strict=True):
                    if not one.future.done():  # its request was cancelled
                        one.future.set_result(answer)
        finally:
            self._workers.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    def _standing_since(self) -> float | None:
        """What fits into the next batch waits for the one under way alone: only if that is full it is a queue."""
        return self._waiting[0].since if len(self._waiting) >= self._max_batch_size else None

    async def _answer_batch(self, items: list[Item]) -> Sequence[Result | AskonceError]:
        """An answer to every item, whatever happens."""
        try:
            with urgent_work():
                return await self._run_batch(items)
        except Unavailable as error:
            return [error] * len(items)
        except Exception as error:
            if len(items) == 1:
                return [error if isinstance(error, AskonceError) else _public_error(error)]
            log.warning("batch_split", size=len(items), exc_info=error)
            return [answer for item in items for answer in await self._answer_batch([item])]


def _public_error(error: Exception) -> AskonceError:
    if isinstance(error, asyncpg.DataError | asyncpg.IntegrityConstraintViolationError):
        return InvalidInput("The database cannot store a value of this request.")
    log.error("request_failed", exc_info=error)
    return AskonceError("This request could not be carried out.")
