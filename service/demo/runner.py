"""Makes the keys of the desks, and runs every story against one server."""

import asyncio
from collections.abc import Mapping
from uuid import uuid4

import httpx
from rich.console import Console

from service.access.keys import create_key
from service.channels.registry import ADAPTERS
from service.db.migrate import migrate
from service.db.pool import Database
from service.demo.day import past
from service.demo.day.script import Script
from service.demo.demo_run import DemoRun
from service.demo.failed_support import failed_support
from service.demo.stories import form_fields, unrecognised_guest
from service.inbound.accounts import add_account, delivery_path
from service.model.clock import Clock
from service.model.vocabulary import Role
from service.settings.model import Settings

KEY_NAMES = {
    Role.ADMIN: "Administration",
    Role.CONSOLE: "Desk",
    Role.BOT: "Chatbot",
    Role.STORE: "Till DE-042",
    Role.CHANNEL: "Channels",
}
"""The keys of the demo; pages show the name where a program did something."""


def make_keys(database_url: str) -> dict[Role, str]:
    """A new key for every desk of the stories, in records that are migrated if they are new."""
    return asyncio.run(_make_keys(database_url))


async def _make_keys(database_url: str) -> dict[Role, str]:
    await migrate(database_url)
    database = await Database.connect(database_url, connections=2)
    try:
        async with database.transaction() as connection:
            now = Clock().now()
            return {
                role: await create_key(connection, role=role, name=name, now=now) for role, name in KEY_NAMES.items()
            }
    finally:
        await database.close()


def play_past(database_url: str, redis_url: str, keys: Mapping[Role, str], script: Script) -> None:
    """Fill the records with what happened before today; no worker may run on them yet."""
    settings = Settings(database_url=database_url, redis_url=redis_url)
    asyncio.run(past.play_past(settings, keys, script))


def open_door(database_url: str) -> str:
    """The path of a new door for the telephone system of the day."""
    return asyncio.run(_open_door(database_url))


async def _open_door(database_url: str) -> str:
    adapter = ADAPTERS["cti"]
    database = await Database.connect(database_url, connections=1)
    try:
        async with database.transaction() as connection:
            name = f"demo-{uuid4().hex[:6]}"
            account = await add_account(connection, adapter, name=name, values={}, now=Clock().now())
    finally:
        await database.close()
    return delivery_path(adapter, account)


def run_stories(url: str, keys: Mapping[Role, str], console: Console) -> list[str]:
    """Run every story; gives the checks that failed."""
    with httpx.Client(base_url=url, timeout=30) as http:
        play = DemoRun(http, keys, console)
        for story in (form_fields, unrecognised_guest, failed_support):
            story(play)
            console.print()
    console.print(f"{play.passed} of {play.passed + len(play.failed)} checks held.")
    for sentence in play.failed:
        console.print(f"Broken: {sentence}", style="bold red")
    return play.failed
