"""Makes the keys of the desks, and runs every story against one server."""

import asyncio
from collections.abc import Mapping

import httpx
from rich.console import Console

from service.access.keys import create_key
from service.db.pool import Database
from service.demo.demo_run import DemoRun
from service.demo.failed_support import failed_support
from service.demo.stories import form_fields, unrecognised_guest
from service.model.clock import Clock
from service.model.vocabulary import Role

DEMO_ROLES = (Role.ADMIN, Role.CONSOLE, Role.BOT, Role.STORE, Role.CHANNEL)


def make_keys(database_url: str) -> dict[Role, str]:
    """A new key for every desk of the stories."""
    return asyncio.run(_make_keys(database_url))


async def _make_keys(database_url: str) -> dict[Role, str]:
    database = await Database.connect(database_url, connections=2)
    try:
        async with database.transaction() as connection:
            now = Clock().now()
            return {role: await create_key(connection, role=role, name=f"demo {role}", now=now) for role in DEMO_ROLES}
    finally:
        await database.close()


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
