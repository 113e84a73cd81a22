"""The worker that `serve` runs beside its HTTP server."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Process

import structlog
import uvloop

from service.cli.commands.worker import run_worker_process
from service.embedded.exits import ExitWait
from service.embedded.parent_death import exit_with_parent
from service.settings.model import Settings
from service.telemetry import logs

log = structlog.get_logger()

RESTART_DELAY_S = 0.2
STOP_TIMEOUT_S = 10.0


@contextmanager
def background_worker(settings: Settings) -> Iterator[Callable[[], None]]:
    """A worker process for the block, replaced when it crashes, and ended with us. Gives a function that ends it."""
    stopping, exits = threading.Event(), ExitWait()

    def stop() -> None:
        stopping.set()
        exits.interrupt()

    supervisor = threading.Thread(
        target=_supervise_worker, args=(settings, stopping, exits), name="worker-keeper", daemon=True
    )
    supervisor.start()
    try:
        yield stop
    finally:
        stop()
        supervisor.join()
        exits.close()


def _supervise_worker(settings: Settings, stopping: threading.Event, exits: ExitWait) -> None:
    while not stopping.is_set():
        process = Process(target=_run_in_process, args=(settings,), name="worker", daemon=True)
        process.start()
        exits.wait([process.sentinel])
        if stopping.is_set():
            _stop_worker(process)
        else:
            process.join()
            log.warning("worker_died", status=process.exitcode)
            stopping.wait(RESTART_DELAY_S)


def _stop_worker(process: Process) -> None:
    process.terminate()
    process.join(STOP_TIMEOUT_S)
    if process.is_alive():
        process.kill()
        process.join()


def _run_in_process(settings: Settings) -> None:
    """The worker's process. Ctrl-C reaches it too, but it is the server's to say when it ends."""
    exit_with_parent()
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)  # its metrics are its own: they stand on its own page
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.configure_logging(level=settings.log_level, log_format=settings.log_format)
    uvloop.run(run_worker_process(settings, stop_signals=(signal.SIGTERM,)))
