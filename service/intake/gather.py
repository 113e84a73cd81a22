"""Group commit: interactions that arrive while a transaction is under way share the next one.

Nothing waits when nothing is under way, so a lone interaction is as fast as without this; under load one transaction
carries many. The customers' cached views are dropped after the commit and before anybody is answered.
"""

import asyncio
from collections.abc import Sequence

import asyncpg
import structlog

from service.db.change import DropViews
from service.db.pool import Database
from service.errors import AskonceError, InvalidInput, Overloaded
from service.intake.model import Batch, Submission
from service.intake.register import register
from service.model.clock import Clock
from service.model.interaction import Registered
from service.settings.model import Settings

log = structlog.get_logger()

Answer = Registered | AskonceError


class Registrar:
    """Registers interactions of this process, many in one transaction."""

    def __init__(self, database: Database, drop_views: DropViews, *, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._drop_views = drop_views
        self._clock = clock
        self._reopen = settings.reopen
        self._most_together = settings.registration_batch
        self._most_waiting = settings.registration_waiting
        self._waiting: list[tuple[Submission, asyncio.Future[Answer]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def register(self, submission: Submission) -> Registered:
        """Register one interaction durably."""
        (answer,) = await self.register_all([submission])
        if isinstance(answer, AskonceError):
            raise answer
        return answer

    async def register_all(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Register several; one that cannot be stored fails alone, as an error in its place."""
        if len(self._waiting) + len(submissions) > self._most_waiting:
            raise Overloaded
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[Answer]] = [loop.create_future() for _ in submissions]
        self._waiting.extend(zip(submissions, futures, strict=True))
        if self._worker is None:
            self._worker = loop.create_task(self._work())
        return [await future for future in futures]

    async def _work(self) -> None:
        """Register what waits, batch after batch, until nothing waits."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most_together], self._waiting[self._most_together :]
                answers = await self._settle([submission for submission, _ in batch])
                for (_, future), answer in zip(batch, answers, strict=True):
                    if not future.done():  # its request was cancelled
                        future.set_result(answer)
        finally:
            self._worker = None

    async def _settle(self, submissions: list[Submission]) -> Sequence[Answer]:
        """An answer to every submission, whatever happens."""
        try:
            return await self._commit(submissions)
        except AskonceError as error:
            return [error] * len(submissions)
        except Exception as error:
            if len(submissions) == 1:
                return [_refusal(error)]
            log.warning("batch_split", size=len(submissions), exc_info=error)
            return [answer for submission in submissions for answer in await self._settle([submission])]

    async def _commit(self, submissions: list[Submission]) -> list[Registered]:
        batch: Batch = await register(self._database, submissions, now=self._clock.now(), reopen=self._reopen)
        await self._drop_views(batch.changed)
        return batch.answers


def _refusal(error: Exception) -> AskonceError:
    if isinstance(error, asyncpg.DataError | asyncpg.IntegrityConstraintViolationError):
        return InvalidInput("The database cannot store a value of this interaction.")
    log.error("registration_failed", exc_info=error)
    return AskonceError("This interaction could not be registered.")
