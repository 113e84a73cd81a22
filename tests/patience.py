"""Waiting for something to become true, without sleeping longer than it takes."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], bool | Awaitable[bool]], *, seconds: float = 10.0) -> None:
    """Return as soon as it holds; fail after a time in which it should have."""
    deadline = time.monotonic() + seconds
    while True:
        held = holds()
        if await held if inspect.isawaitable(held) else held:
            return
        assert time.monotonic() < deadline, "It never came to hold."
        await asyncio.sleep(0.005)
