"""Doors for a test: an instance of any adapter, and where its vendor would send."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from service.app.rooms import Rooms
from service.channels.base import ChannelAccount
from service.channels.registry import ADAPTERS
from service.inbound import accounts
from service.settings.model import Settings
from tests.channels.postbox import Postbox
from tests.fixtures import NOW, Desk

OpenDoor = Callable[..., Awaitable[tuple[ChannelAccount, str]]]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of an empty environment, but that attachments lie where the test can see them."""
    return replace(settings, attachments_dir=str(tmp_path / "attachments"))


@pytest.fixture
def open_door(rooms: Rooms) -> OpenDoor:
    """Configure a door as `askonce channels add` does; gives the instance and the path to tell its vendor."""

    async def open_it(adapter: str, *, name: str = "", **values: str) -> tuple[ChannelAccount, str]:
        chosen = ADAPTERS[adapter]
        async with rooms.database.transaction() as connection:
            account = await accounts.add_account(connection, chosen, name=name or adapter, values=values, now=NOW)
        return account, accounts.delivery_path(chosen, account)

    return open_it


@pytest.fixture
async def postbox(rooms: Rooms, desk: Desk, open_door: OpenDoor) -> AsyncIterator[Postbox]:
    """A door for mail whose reply address is support@example.org and whose mail server is mx.us."""
    account, path = await open_door("email", name="support", reply_address="support@example.org", authserv_id="mx.us")
    yield Postbox(desk, rooms, account, path)
    await rooms.mail_readers.close()
