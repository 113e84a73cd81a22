"""A small company for the tests of the context: what is registered is seen, as in the whole service but without HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from service.cache.cluster import CacheClient
from service.context.reader import ContextAnswer, ContextReader
from service.context.views import ViewName
from service.db.change import lock_customer, record_change
from service.db.pool import Database
from service.model.interaction import RegistrationResult
from service.model.vocabulary import IdentityKind
from service.registration.batcher import Registrar
from service.registration.prepare import prepare_submission
from service.settings.model import Settings
from tests.fixtures import KEY_ID, StandingClock
from tests.registration.events import event


class Company:
    """One process of the service: registers, changes and reads at the clock's time."""

    def __init__(self, database: Database, cache: CacheClient, settings: Settings, clock: StandingClock) -> None:
        self.database, self.redis, self.settings, self.clock = database, cache, settings, clock
        self.reader = ContextReader(database, cache, settings)
        self.registrar = Registrar(database, self.reader.cache.drop, settings=settings, clock=clock)

    async def register(self, **fields: Any) -> RegistrationResult:
        """What becomes of an event of anna@example.de, unless said otherwise."""
        return await self.registrar.register(prepare_submission(event(**fields), key_id=KEY_ID, region="DE"))

    async def lookup(
        self, value: str = "anna@example.de", view: ViewName = ViewName.CONSOLE, **wanted: Any
    ) -> ContextAnswer:
        """What a desk is answered that asks by e-mail address, or by phone if there is no @."""
        kind = IdentityKind.EMAIL if "@" in value else IdentityKind.PHONE
        return await self.reader.read_by_identity(kind, value, view, now=self.clock.now(), **wanted)

    async def see(self, value: str = "anna@example.de", view: ViewName = ViewName.CONSOLE, **wanted: Any) -> Any:
        """The same as JSON."""
        return msgspec.json.decode((await self.lookup(value, view, **wanted)).body)

    async def read(self, customer_id: UUID, view: ViewName = ViewName.CONSOLE, **wanted: Any) -> ContextAnswer:
        """What a desk is answered that asks by id."""
        return await self.reader.read_by_id(customer_id, view, now=self.clock.now(), **wanted)

    async def change(self, customer_id: UUID, sql: str, *values: Any, drop: bool = True) -> int:
        """Change a customer's records by hand, as one change; gives the version."""
        async with self.database.transaction() as connection:
            locked = await lock_customer(connection, customer_id)
            await connection.execute(sql, *values)
            change = await record_change(connection, locked, now=self.clock.now(), key_id=KEY_ID, action="test.changed")
        if drop:
            await self.reader.cache.drop([customer_id, locked.customer_id])
        return change.version

    async def merge(self, survivor: UUID, other: UUID) -> None:
        """Point one customer to the other."""
        await self.change(
            survivor, "UPDATE customer SET merged_into = $1, merge_parent = $1 WHERE customer_id = $2", survivor, other
        )
        await self.reader.cache.drop([other])

    def later(self, **units: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**units))


@pytest.fixture
async def company(database, cache, settings, clock) -> Company:
    company = Company(database, cache, settings, clock)
    await company.reader.trust.check()
    return company
