"""Registers the events of a connection to Asterisk, and ends such a connection."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress

import msgspec

from service.channels.base import ChannelAccount
from service.channels.phone.asterisk.events import AsteriskEvent
from service.errors import PeerUnavailable, Unavailable

ReceiveEvents = Callable[[ChannelAccount, bytes], Awaitable[object]]
"""Takes events, one JSON object a line, as if they were posted to the instance's door; Unavailable to try again."""

RETRY_DELAY_S = 0.5

_encode = msgspec.json.Encoder().encode


async def deliver_events(
    account: ChannelAccount, receive: ReceiveEvents, events: Sequence[AsteriskEvent], stop: asyncio.Event
) -> None:
    """Register events in their order; Asterisk sends none twice, so they wait until an outage of ours is over."""
    raw = b"\n".join(map(_encode, events))
    while events and not stop.is_set():
        with suppress(Unavailable):
            await receive(account, raw)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), RETRY_DELAY_S)


async def run_until_stopped(
    stop: asyncio.Event, reading: Coroutine[None, None, None], close: Callable[[], Awaitable[None]]
) -> None:
    """Run `reading` until it ends or `stop`: then the connection closes, and received events are still registered."""
    task, stopping = asyncio.ensure_future(reading), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        await close()
        await task
    except PeerUnavailable:
        if not stop.is_set():
            raise
    finally:
        task.cancel()
        stopping.cancel()
        await close()
