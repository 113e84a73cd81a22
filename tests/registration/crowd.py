"""One of several processes that write about one customer: `python -m tests.registration.crowd URL NAME EVENTS`.

It registers the events, four waiting at a time, and prints their versions as JSON.
"""

import asyncio
import json
import sys

from service.db.pool import Database
from service.registration.batcher import Registrar
from service.registration.prepare import prepare_submission
from service.settings.environment import load_settings
from tests.fixtures import KEY_ID, StandingClock
from tests.registration.events import event

AT_ONCE = 4


async def drop_nothing(_customer_ids: object) -> None:
    """There are no views."""


async def main(url: str, name: str, events: int) -> list[int]:
    """The versions that the events of this process got."""
    database = await Database.connect(url, connections=2)
    registrar = Registrar(database, drop_nothing, settings=load_settings({}), clock=StandingClock())
    versions: list[int] = []
    numbers = iter(range(events))

    async def write() -> None:
        for number in numbers:
            # Every fifth brings an identity that all processes bring: they race for it.
            new = [("phone", f"0171 {5550000 + number}")] if number % 5 == 0 else []
            facts = {"order_number": f"{name}-{number}"}
            told = event(id=f"{name}-{number}", identities=[("email", "anna@example.de"), *new], facts=facts)
            versions.append((await registrar.register(prepare_submission(told, key_id=KEY_ID, region="DE"))).version)

    await asyncio.gather(*(write() for _ in range(AT_ONCE)))
    await database.close()
    return versions


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
