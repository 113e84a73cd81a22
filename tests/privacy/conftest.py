"""A worker that lets go what is over its limit, and the years that pass."""

from collections import Counter
from datetime import timedelta

import msgspec
import pytest

from service.app.retention import create_retention
from tests.privacy.erasure.conftest import erasures  # noqa: F401 (a fixture)

YEAR = timedelta(days=366)


@pytest.fixture
def retain(rooms, clock):
    """Lets so many years pass, and lets go what is over its limit then; gives how much of each category went."""

    async def work(years: float = 0, **settings: int) -> Counter:
        clock.offset += years * YEAR
        retention = create_retention(
            msgspec.structs.replace(rooms, settings=msgspec.structs.replace(rooms.settings, **settings))
        )
        gone, at_once = Counter(), True
        while True:
            step = await retention.take_step(clock.now(), at_once=at_once)
            gone, at_once = gone + step.deleted, False
            if not step.more:
                return gone

    return work


@pytest.fixture
def count(rooms):
    """A function that counts the rows of a table."""

    async def rows(table: str) -> int:
        async with rooms.database.connection() as connection:
            return await connection.fetchval(f"SELECT count(*) FROM {table}")

    return rows
