"""Registers interactions, many in one transaction; cached views of their customers are dropped before the answers."""

from collections.abc import Sequence

from service.db.batcher import Batcher
from service.db.change import DropViews
from service.db.pool import Database
from service.errors import AskonceError
from service.model.clock import Clock
from service.model.interaction import RegistrationResult
from service.registration.model import Submission
from service.registration.transaction import register
from service.settings.model import Settings

Answer = RegistrationResult | AskonceError


class Registrar:
    """Registers interactions of this process."""

    def __init__(self, database: Database, drop_views: DropViews, *, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._drop_views = drop_views
        self._clock = clock
        self._reopen = settings.reopen_period
        self._gathering: Batcher[Submission, RegistrationResult] = Batcher(
            self._commit, max_batch_size=settings.registration_batch, max_waiting=settings.registration_waiting
        )

    async def register(self, submission: Submission) -> RegistrationResult:
        """Register one interaction durably."""
        return await self._gathering.submit(submission)

    async def register_all(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Register several; one that cannot be stored fails alone, as an error in its place."""
        return await self._gathering.submit_all(submissions)

    async def _commit(self, submissions: list[Submission]) -> Sequence[Answer]:
        batch = await register(self._database, submissions, now=self._clock.now(), reopen=self._reopen)
        await self._drop_views(batch.changed)
        return batch.answers
