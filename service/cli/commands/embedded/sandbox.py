"""`askonce sandbox`."""

import multiprocessing
import os
from datetime import datetime
from pathlib import Path

import click

_YEARS = range(2000, 2100)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="The port to listen on.  [default: a free one]")
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is printed there, too, once the sandbox is ready; the file goes with it.",
)
@click.option("--now", "begins_at", metavar="TIME", help="What the clock shows at first, in RFC 3339.  [default: now]")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to keep the records.  [default: a fresh folder, removed at the end]",
)
def command(host: str, port: int, ready_file: Path | None, begins_at: str | None, data_dir: Path | None) -> None:
    """Run an installation for tests, until SIGTERM or Ctrl-C.

    It has the demo's customers, keys that everybody knows, a clock that is moved (POST /v1/sandbox/clock) and a reset
    (POST /v1/sandbox/reset). Prints one line of JSON with its URL, keys and customers once it is ready.
    """
    from service.cli.serving.stopping import end_on_signals

    watched = end_on_signals()
    from service.cli.serving.sandbox import serve_sandbox
    from service.sandbox.folder import claim_folder
    from service.sandbox.options import sandbox_settings
    from service.telemetry import logs

    multiprocessing.set_start_method("spawn")  # forking a process that has threads may deadlock
    options, moment = sandbox_settings(os.environ), _parse_moment(begins_at)
    logs.configure_logging(level=options.log_level, log_format=options.log_format)
    with claim_folder(data_dir) as folder:
        serve_sandbox(
            options, folder, host=host, port=port, begins_at=moment, ready_file=ready_file, stop_signals=watched
        )


def _parse_moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in _YEARS:
        raise click.BadParameter(
            "a time of this century with its offset is expected, such as 2026-03-02T09:00:00+01:00", param_hint="--now"
        )
    return moment
