"""`askonce worker`."""

import asyncio
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option, load_command_settings

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.settings.model import Settings

CONNECT_RETRY_S = 0.5


@click.command()
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    help="Serve health and metrics on this port, instead of ASKONCE_WORKER_PORT; 0 for none.",
)
@data_dir_option
def command(data_dir: Path | None, metrics_port: int | None) -> None:
    """Run a worker: it repairs cached views, tells subscribers of changes, does what is due, and keeps lines open.

    `serve` runs one beside it, unless told --no-worker. Any number may run at once and on any machine. Ends on SIGTERM,
    Ctrl-C or the end of its terminal, once what is under way is done.
    """
    from service.cli.serving.stopping import stop_signals

    watched = stop_signals()
    import uvloop
    from msgspec.structs import replace

    from service.cli.serving.connections import connection_need
    from service.cli.serving.embedded import Beginning
    from service.cli.serving.secrets import prepare_service
    from service.cli.serving.servers import running_servers
    from service.telemetry import tracing

    wanted = load_command_settings(data_dir, quiet=False)
    tracing.exporter_name(os.environ)  # what cannot be is said before anything starts
    if metrics_port is not None:
        wanted = replace(wanted, worker_port=metrics_port)
    need = connection_need(wanted, servers=0, workers=1)
    with running_servers(wanted, Beginning.EXPECTED) as settings:
        asyncio.run(prepare_service(settings, need, seal=wanted.embedded))
        uvloop.run(run_worker_process(settings, stop_signals=watched))


async def run_worker_process(settings: "Settings", *, stop_signals: Iterable[signal.Signals]) -> None:
    """Work on the servers of these settings until one of the signals."""
    from service.app.worker import listener_config, worker_dependencies
    from service.cli.serving.stopping import ends_service
    from service.coherence.trust import WRITER_INTERVAL_S
    from service.listeners.run import run_listeners as listen
    from service.telemetry import tracing
    from service.worker.loop import Rounds
    from service.worker.page import WorkerPage
    from service.worker.run import run_worker

    tracing.start_tracing(os.environ, service="askonce-worker")
    stop, rounds = asyncio.Event(), Rounds()

    def end(number: signal.Signals) -> None:
        if ends_service(number):
            stop.set()

    for number in stop_signals:
        asyncio.get_running_loop().add_signal_handler(number, end, number)
    page = WorkerPage(rounds)
    async with page.served(settings.worker_host, settings.worker_port):
        rooms = await _open_rooms_when_ready(settings, stop)
        if rooms is None:
            return
        try:
            page.database = rooms.database
            await rooms.reader.trust.start(interval_s=WRITER_INTERVAL_S)
            async with asyncio.TaskGroup() as group:
                group.create_task(run_worker(worker_dependencies(rooms), stop, rounds))
                group.create_task(listen(listener_config(rooms), stop))
        finally:
            await rooms.close()
            tracing.stop_tracing()


async def _open_rooms_when_ready(settings: "Settings", stop: asyncio.Event) -> "Rooms | None":
    """The rooms, opened as soon as the servers answer; None if a signal to stop came before."""
    from service.app.rooms import open_rooms
    from service.errors import Unavailable
    from service.model.clock import Clock

    while not stop.is_set():
        try:
            return await open_rooms(settings, Clock())
        except Unavailable:
            await asyncio.sleep(CONNECT_RETRY_S)
    return None
