"""Waits for processes to end without looking at them again and again."""

import os
import select
from collections.abc import Collection

POLL_S = 0.1
"""How often is looked where the system cannot tell."""


class ExitWait:
    """A wait of one thread for the end of processes, which other threads may cut short."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()

    def interrupt(self) -> None:
        """End this wait and all later ones."""
        os.write(self._writer, b"\0")

    def wait(self, descriptors: Collection[int | None]) -> None:
        """Return when one of these is readable, or after a moment if one is None: then it must be looked at."""
        poll = select.poll()
        for descriptor in (self._reader, *descriptors):
            if descriptor is not None:
                poll.register(descriptor, select.POLLIN)
        poll.poll(POLL_S * 1000 if None in descriptors else None)

    def close(self) -> None:
        """Give the descriptors back."""
        os.close(self._reader)
        os.close(self._writer)


def open_exit_descriptor(process_id: int) -> int | None:
    """A descriptor that becomes readable when the child ends; None where the system has none (pidfd_open(2))."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(process_id)
    except OSError:
        return None
