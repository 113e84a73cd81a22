"""Erases customers, each in a process of its own that is killed before its n-th statement: the first at 1, the next at 2 …

Run as `python -m tests.privacy.erasure.killed_erasures LEDGER CUSTOMER…` with the settings in the environment.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from service.app.erasures import create_erasures
from service.app.rooms import open_rooms
from service.settings.environment import load_settings
from tests.fixtures import NOW, StandingClock


async def _erase(customer_id: UUID, ledger: Path, dies_at: int) -> None:
    rooms = await open_rooms(replace(load_settings(os.environ), erasures_file=ledger), StandingClock())
    await rooms.reader.trust.check()
    _die_at(dies_at)
    await create_erasures(rooms).erase(customer_id, by="privacy", now=NOW)


def _die_at(number: int) -> None:
    """Kill this process at the statement of this number."""
    execute = asyncpg.Connection._execute
    count = 0

    async def counted(self: asyncpg.Connection, *arguments: object, **options: object) -> object:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return await execute(self, *arguments, **options)

    asyncpg.Connection._execute = counted


def main() -> None:
    """Print how many of the processes were killed."""
    killed = 0
    for number, customer_id in enumerate(sys.argv[2:], 1):
        child = os.fork()
        if child == 0:
            asyncio.run(_erase(UUID(customer_id), Path(sys.argv[1]), number))
            os._exit(0)
        killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    print(killed)


if __name__ == "__main__":
    main()
