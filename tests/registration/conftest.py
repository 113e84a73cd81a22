"""A registrar on a database of its own."""

import pytest

from service.db.pool import Database
from service.registration.batcher import Registrar
from service.settings.model import Settings
from tests.fixtures import StandingClock


@pytest.fixture
def registrar(database: Database, settings: Settings, clock: StandingClock) -> Registrar:
    async def drop_nothing(customer_ids) -> None: ...

    return Registrar(database, drop_nothing, settings=settings, clock=clock)
