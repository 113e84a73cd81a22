"""A worker process with listeners alone: run with a database, in whose table `heard` it writes what it does."""

import asyncio
import os
import sys
from uuid import UUID

from service.channels.base import AdapterSettings, ChannelAccount
from service.db.pool import Database
from service.listeners.model import ListenerConfig
from service.listeners.run import run_listeners

INSTANCE = ChannelAccount(
    account_id=UUID("01900000-0000-7000-8000-00000000000a"),
    adapter="line",
    name="hotline",
    secret="s",
    settings=AdapterSettings(),
)


class Diarist:
    """A listener that says so in the database."""

    name = "line"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, stop, connected) -> None:
        await note(self._database, "listens")
        connected()
        await stop.wait()


async def note(database: Database, what: str) -> None:
    async with database.connection() as connection:
        await connection.execute("INSERT INTO heard (pid, what) VALUES ($1, $2)", os.getpid(), what)


async def main(url: str) -> None:
    database = await Database.connect(url, connections=2)

    async def accounts() -> list[ChannelAccount]:
        await note(database, "looked")
        return [INSTANCE]

    kinds = {"line": lambda _: [Diarist(database)]}
    config = ListenerConfig(database_url=url, accounts=accounts, factories=kinds, poll_interval_s=0.05, lease_s=1.0)
    await run_listeners(config, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
