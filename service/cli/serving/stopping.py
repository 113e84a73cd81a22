"""Which signals end a service: also that of its terminal when it is closed, and no other hangup."""

import os
import signal
import sys

import structlog

log = structlog.get_logger()


def end_on_signals() -> tuple[signal.Signals, ...]:
    """The signals that end a server, on which this process ends at once until the server has handlers of its own."""
    watched = stop_signals()
    for one in watched:
        signal.signal(one, lambda number, _: sys.exit(0) if ends_service(number) else None)
    return watched


def stop_signals() -> tuple[signal.Signals, ...]:
    """The signals that a service watches for; call it first in the main thread.

    SIGHUP is among them in a terminal. Without one, and under `nohup`, this process and those that it starts ignore it
    from now on: what rotates logs or reloads settings sends it to every process of a service.
    """
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN and _has_terminal():
        return (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return (signal.SIGTERM, signal.SIGINT)


def ends_service(number: int) -> bool:
    """Whether the service is to end on this signal: on a SIGHUP only once its terminal is gone."""
    if number != signal.SIGHUP or not _has_terminal():
        return True
    log.info("hangup_ignored")
    return False


def _has_terminal() -> bool:
    """Whether a terminal controls this process; one that was closed does so no more (tty(4))."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
