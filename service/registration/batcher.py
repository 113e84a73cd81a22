"""Registers interactions, many in one transaction; cached views of their customers are dropped before the answers."""

from collections.abc import Sequence

from service.db.batcher import Batcher
from service.db.change import DropViews
from service.db.pool import Database
from service.errors import AskonceError
from service.model.clock import Clock
from service.model.interaction import RegistrationResult
from service.registration.model import Submission
from service.registration.transaction import register_batch
from service.settings.model import Settings

RegistrationOutcome = RegistrationResult | AskonceError


class Registrar:
    """Registers interactions of this process."""

    def __init__(self, database: Database, drop_views: DropViews, *, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._drop_views = drop_views
        self._clock = clock
        self._reopen = settings.reopen_period
        self._batcher: Batcher[Submission, RegistrationResult] = Batcher(
            self._register_batch,
            max_batch_size=settings.registration_batch,
            max_waiting=settings.registration_waiting,
            name="interactions",
        )

    async def register(self, submission: Submission) -> RegistrationResult:
        """Register one interaction durably."""
        return await self._batcher.submit(submission)

    async def register_all(self, submissions: Sequence[Submission]) -> list[RegistrationOutcome]:
        """Register several; one that cannot be stored fails alone, as an error in its place."""
        return await self._batcher.submit_all(submissions)

    async def _register_batch(self, submissions: list[Submission]) -> Sequence[RegistrationOutcome]:
        batch = await register_batch(self._database, submissions, now=self._clock.now(), reopen=self._reopen)
        await self._drop_views(batch.changed)
        return batch.results
