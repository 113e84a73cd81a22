"""Doors for a test: an instance of any adapter, and where its vendor would send."""

from collections.abc import Awaitable, Callable

import pytest

from service.app import ADAPTERS, Rooms
from service.channels.base import Instance
from service.intake import instances
from tests.fixtures import NOW

OpenDoor = Callable[..., Awaitable[tuple[Instance, str]]]


@pytest.fixture
def open_door(rooms: Rooms) -> OpenDoor:
    """Configure a door as `askonce channels add` does; gives the instance and the path to tell its vendor."""

    async def open_it(adapter: str, *, name: str = "", **values: str) -> tuple[Instance, str]:
        chosen = ADAPTERS[adapter]
        async with rooms.database.transaction() as connection:
            instance = await instances.add(connection, chosen, name=name or adapter, values=values, now=NOW)
        return instance, instances.path_of(chosen, instance)

    return open_it
