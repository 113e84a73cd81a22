"""`askonce demo`."""

import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import click


@click.command()
@click.option("--exit", "leave", is_flag=True, help="End after the stories: with status 0 only if every check held.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="The port to serve on.  [default: a free one]")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to keep the records.  [default: a fresh folder, removed at the end]",
)
def command(*, leave: bool, port: int, data_dir: Path | None) -> None:
    """Play the stories askonce exists for against a service of their own, over HTTP.

    Shows what each desk sees at each step and checks that nothing is asked twice or lost. The service then stays up for
    you to try until Ctrl-C, with a day at a support desk going on in its console; with --exit the command ends instead.
    """
    import httpx
    from rich.console import Console

    from service.cli.options import load_command_settings
    from service.cli.serving.console_link import console_link
    from service.demo import processes, runner
    from service.demo.day.present import Day
    from service.demo.day.script import load_script
    from service.embedded.supervisor import start_servers

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped, as after Ctrl-C
    load_command_settings(data_dir)  # for its logs alone: the demo runs on the defaults
    console = Console(highlight=False, soft_wrap=True)
    with _folder(data_dir) as folder, start_servers(folder) as servers:
        endpoints, script = servers.endpoints, load_script()
        keys = runner.make_keys(endpoints.database_url)
        if not leave:
            runner.play_past(endpoints.database_url, endpoints.redis_url, keys, script)
        with processes.running_service(folder, port=port) as url:
            broken = runner.run_stories(url, keys, console)
            if leave:
                sys.exit(1 if broken else 0)
            for role, key in keys.items():
                console.print(f"{role:>8}  {key}")
            with httpx.Client(base_url=url, timeout=30) as http:
                day = Day(http, keys, script, runner.open_door(endpoints.database_url))
                day.begin()
                if link := console_link(endpoints.database_url, url):
                    console.print(f"\n{link} opens the console, once.")
                console.print(f"\n{url} stays up, its API is described at {url}/docs. Ctrl-C ends it.")
                day.go_on(_stop_signal())


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    """The folder passed, or a temporary one that is deleted after the block."""
    if given is not None:
        yield given
        return
    made = Path(tempfile.mkdtemp(prefix="askonce-demo-"))
    try:
        yield made
    finally:
        rmtree(made, ignore_errors=True)


def _stop_signal() -> threading.Event:
    """Set at Ctrl-C or SIGTERM."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped
