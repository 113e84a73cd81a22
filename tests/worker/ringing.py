"""A worker in a process of its own, to be killed: every effect takes a moment and writes down its timer.

python -m tests.worker.ringing DATABASE_URL
"""

import asyncio
import signal
import sys

from service.db.pool import Database
from service.model.clock import Clock
from service.settings.model import Settings
from service.worker.model import WorkerConfig
from service.worker.run import run_worker


async def ring(connection, timer, now):
    await connection.execute("INSERT INTO fired VALUES ($1)", timer.timer_id)
    await connection.execute("SELECT pg_sleep(0.005)")
    return []


async def ignore(customers):
    pass


async def main(url):
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = await Database.connect(url, connections=8)
    settings = Settings(timer_poll_ms=10, outbox_poll_ms=10)
    await run_worker(
        WorkerConfig(
            database=database,
            clock=Clock(),
            settings=settings,
            drop_views=ignore,
            drop_outdated_views=ignore,
            timer_handlers={"ring": ring},
        ),
        stop,
    )
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
