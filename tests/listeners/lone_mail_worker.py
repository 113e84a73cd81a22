"""A worker process with the listeners of a service: run with its two servers; with `dying`, it is killed after a commit."""

import asyncio
import os
import signal
import sys

import uvloop
from msgspec.structs import replace

from service.app.rooms import open_rooms
from service.app.worker import listener_config
from service.inbound.deliveries import Deliveries
from service.listeners.run import run_listeners
from service.model.clock import Clock
from service.settings.environment import load_settings

_receive = Deliveries.receive_delivery


async def _receive_and_die(self, *arguments):
    await _receive(self, *arguments)
    os.kill(os.getpid(), signal.SIGKILL)


async def main(database_url: str, redis_url: str) -> None:
    rooms = await open_rooms(replace(load_settings({}), database_url=database_url, redis_url=redis_url), Clock())
    await run_listeners(listener_config(rooms), asyncio.Event())


if __name__ == "__main__":
    if "dying" in sys.argv:
        Deliveries.receive_delivery = _receive_and_die
    uvloop.run(main(*sys.argv[1:3]))
