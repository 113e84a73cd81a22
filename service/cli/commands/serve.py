"""`askonce serve`."""

import asyncio
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option, load_command_settings

if TYPE_CHECKING:
    from service.settings.model import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes that answer requests."
)
@click.option("--no-worker", is_flag=True, help="Leave timers and the outbox to `askonce worker`.")
@click.option("--no-link", is_flag=True, help="Print no link to the console.")
@data_dir_option
def command(host: str, port: int, workers: int, data_dir: Path | None, *, no_worker: bool, no_link: bool) -> None:
    """Serve the HTTP API until SIGTERM, Ctrl-C or the end of its terminal.

    Starts the embedded PostgreSQL and Valkey unless the settings name others, brings the database up to date, and
    prints one line with its URL once it is ready; with servers of its own, on standard error also a link that signs in
    to the console once. Ends with status 0 when requests under way are answered.
    """
    from service.cli.serving.stopping import end_on_signals

    watched = end_on_signals()
    from service.cli.serving.background_worker import background_worker
    from service.cli.serving.connections import connection_need
    from service.cli.serving.embedded import Beginning
    from service.cli.serving.http_server import HttpServer, resolve_bind_address
    from service.cli.serving.secrets import prepare_service
    from service.cli.serving.servers import running_servers
    from service.telemetry import tracing

    multiprocessing.set_start_method("spawn")  # forking a process that has threads may deadlock
    base_settings = load_command_settings(data_dir, quiet=False)
    tracing.exporter_name(os.environ)  # what cannot be is said before anything starts
    address, free_port = resolve_bind_address(host, port)
    gives_link = base_settings.embedded and not no_link
    need = connection_need(base_settings, servers=workers, workers=0 if no_worker else 1)
    with running_servers(base_settings, Beginning.EXPECTED, connections=need.connections) as settings:
        asyncio.run(prepare_service(settings, need, seal=base_settings.embedded))
        with (
            multiprocess_metrics(workers),
            nullcontext(lambda: None) if no_worker else background_worker(settings) as stop_worker,
        ):
            HttpServer(
                settings,
                address=address,
                port=free_port,
                workers=workers,
                stop_signals=watched,
                on_ready=partial(_announce, settings if gives_link else None),
                on_stop=stop_worker,
            ).run()


@contextmanager
def multiprocess_metrics(workers: int) -> Iterator[None]:
    """A folder in which several workers count together, so that each of them can tell the metrics of all."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="askonce-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _announce(settings: "Settings | None", url: str) -> None:
    """Print the URL, and with settings a link to the console of their servers."""
    from service.cli.serving.console_link import print_console_link

    print(url, flush=True)
    if settings is not None:
        print_console_link(settings, url)
