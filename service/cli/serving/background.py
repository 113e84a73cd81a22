"""The worker that `serve` runs beside its HTTP server."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Process

import structlog
import uvloop

from service.cli.commands.worker import work
from service.embedded.orphan import exit_with_parent
from service.settings.model import Settings
from service.telemetry import logs

log = structlog.get_logger()

LOOK_EVERY_S = 0.1
REST_S = 0.2
PATIENCE_S = 10.0


@contextmanager
def worker_beside(settings: Settings) -> Iterator[Callable[[], None]]:
    """A worker process for the block, replaced when it dies, and dying with us. Gives what ends it before the block."""
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep, args=(settings, stopping), name="worker-keeper", daemon=True)
    keeper.start()
    try:
        yield stopping.set
    finally:
        stopping.set()
        keeper.join()


def _keep(settings: Settings, stopping: threading.Event) -> None:
    while not stopping.is_set():
        process = Process(target=_work, args=(settings,), name="worker", daemon=True)
        process.start()
        while process.is_alive() and not stopping.wait(LOOK_EVERY_S):
            pass
        if stopping.is_set():
            _end(process)
        else:
            log.warning("worker_died", status=process.exitcode)
            stopping.wait(REST_S)


def _end(process: Process) -> None:
    process.terminate()
    process.join(PATIENCE_S)
    if process.is_alive():
        process.kill()
        process.join()


def _work(settings: Settings) -> None:
    """The worker's process. Ctrl-C reaches it too, but it is the server's to say when it ends."""
    exit_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.configure_logging(level=settings.log_level, log_format=settings.log_format)
    uvloop.run(work(settings, ended_by=(signal.SIGTERM,)))
