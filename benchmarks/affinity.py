"""What a write costs when several processes share the writes: CPU for each, behind nginx as `deploy/nginx.conf` has it.

The processes are on one set of embedded servers. Senders write at once over connections of their own: they name no
affinity and their writes go to any process, each names one of its own, or all are one address as it is by default.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, sleep

import click
from msgspec import Struct

from benchmarks import dataset
from benchmarks.ab import SETTLE_S
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from benchmarks.services import ROOT, SCRIPTS, cpu_s, require_tools
from service.demo.processes import clean_environment, free_port, run_command, wait_until_ready

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
TARGET = 1.25
"""What a write may cost with all processes, of what it costs with one, as the proxy spreads writes by itself."""
IDLE_S = 5.0
"""For so long the CPU is measured that all processes use without any write."""
ANY_PROCESS = "least_conn"
"""What spreads writes as they come, in place of the hash."""


class Spread(Struct, frozen=True, kw_only=True):
    """How the writes of the senders are spread over the processes."""

    name: str
    hashed: bool
    named: bool


SPREADS = (
    Spread(name="any process", hashed=False, named=False),
    Spread(name="by an affinity of each sender", hashed=True, named=True),
    Spread(name="by address, one for all senders", hashed=True, named=False),
)


PLACES = ((1, SPREADS[-1]), *((count, spread) for count in (2, 4) for spread in SPREADS))
MOST_PROCESSES = PLACES[-1][0]


class ProxiedService(Struct, frozen=True, kw_only=True):
    """Some processes of the service behind a proxy; `pids` are those whose CPU counts, the proxy's not."""

    url: str
    key: str
    pids: tuple[int, ...]


@click.command()
@click.option("--customers", default=2000, show_default=True, help="Customers in the records.")
@click.option("--connections", default=32, show_default=True, help="Connections of all senders together.")
@click.option("--senders", default=8, show_default=True, help="Programs that write at once.")
@click.option("--seconds", default=3, show_default=True, help="How long each load lasts.")
@click.option("--rounds", default=3, show_default=True, help="How often each load runs.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-affinity"),  # noqa: S108 (on a disk, or durability costs nothing)
    show_default=True,
)
def command(*, customers: int, connections: int, senders: int, seconds: int, rounds: int, data_dir: Path) -> None:
    """Compare the CPU of a write with 1, 2 and 4 processes, by how nginx spreads the writes over them."""
    require_tools()
    data_dir.mkdir(parents=True, exist_ok=True)
    if not (data_dir / "loaded").exists():
        dataset.write_customers(data_dir / "customers.jsonl", customers)
        run_command(data_dir / "data", "import", "customers", str(data_dir / "customers.jsonl"))
        (data_dir / "loaded").touch()
    os.environ["BENCH_CUSTOMERS"] = str(customers)
    with ExitStack() as stack:
        key, pids, ports = stack.enter_context(running_processes(data_dir / "data", MOST_PROCESSES))
        services = {
            (count, spread): stack.enter_context(proxied(data_dir, ports[:count], spread, key, pids))
            for count, spread in PLACES
        }
        idle = _cpu_while(services[PLACES[0]], lambda: sleep(IDLE_S)) / IDLE_S
        spent: dict[tuple[int, Spread], list[float]] = {place: [] for place in services}
        for _ in range(rounds):
            for place, service in services.items():
                began = monotonic()
                used, writes = cpu_of_writes(service, connections // senders, senders, seconds, named=place[1].named)
                spent[place].append((used - idle * (monotonic() - began)) / writes * 1e6)
        click.echo(MARKDOWN_HEADING)
        for place, costs in spent.items():
            click.echo(markdown_line(_row(*place, costs, spent[PLACES[0]])))


def _row(count: int, spread: Spread, costs: Sequence[float], alone: Sequence[float]) -> ReportRow:
    ratio = median(one / other for one, other in zip(costs, alone, strict=True))
    barred = (count, spread) == PLACES[-1]
    return ReportRow(
        name=f"{count} processes, {spread.name}" if count > 1 else "1 process",
        value=f"{median(costs):,.0f} µs of CPU a write, {ratio:.2f} of one process",
        target=f"<= {TARGET:g}" if barred else "",
        met=ratio <= TARGET if barred else None,
    )


@contextmanager
def running_processes(folder: Path, count: int) -> Iterator[tuple[str, tuple[int, ...], list[int]]]:
    """`count` processes of the service on these records: an admin key, their process ids and their ports."""
    running: list[subprocess.Popen[bytes]] = []
    ports = [free_port() for _ in range(count)]
    try:
        for port in ports:
            options = ["--no-link", *([] if port == ports[0] else ["--no-worker"])]
            serve = ["serve", "--port", str(port), *options, "--data-dir", str(folder)]
            running.append(
                subprocess.Popen(  # noqa: S603
                    [sys.executable, "-m", "service.cli.main", *serve],
                    env=clean_environment({}),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            wait_until_ready(f"http://127.0.0.1:{port}", "/health/ready")
        key = run_command(folder, "keys", "create", "--role", "admin", "--name", "affinity")
        yield key, tuple(process.pid for process in running), ports
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


@contextmanager
def proxied(
    folder: Path, ports: Sequence[int], spread: Spread, key: str, pids: tuple[int, ...]
) -> Iterator[ProxiedService]:
    """The processes at these ports behind nginx, over plain HTTP and without a log."""
    port = free_port()
    configuration = folder / f"nginx-{port}.conf"
    configuration.write_text(plain_configuration(port, ports, hashed=spread.hashed, folder=folder))
    proxy = subprocess.Popen(["nginx", "-c", str(configuration), "-g", "daemon off;"])  # noqa: S603, S607
    try:
        yield ProxiedService(url=wait_until_ready(f"http://127.0.0.1:{port}", "/docs"), key=key, pids=pids)
    finally:
        proxy.terminate()
        proxy.wait()
        configuration.unlink()


def plain_configuration(port: int, ports: Sequence[int], *, hashed: bool, folder: Path) -> str:
    """`deploy/nginx.conf` for a proxy on this machine, for these processes."""
    text = re.sub(r"^ *(ssl_\w+ |listen \[|access_log ).*\n", "", CONFIGURATION.read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(
        r"( *)server askonce:8080(.*;)",
        lambda line: "\n".join(f"{line[1]}server 127.0.0.1:{one}{line[2]}" for one in ports),
        text,
    )
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};").replace(
        "log_format", "access_log off; log_format"
    )
    text = text.replace("listen 80;", f"listen unix:{folder}/redirect-{port}.sock;")
    text = text.replace("/tmp/nginx.pid", f"{folder}/nginx-{port}.pid")  # noqa: S108 (the configuration's own)
    return text if hashed else text.replace("hash $affinity consistent", ANY_PROCESS)


def cpu_of_writes(
    service: ProxiedService, connections: int, senders: int, seconds: int, *, named: bool
) -> tuple[float, int]:
    """Seconds of CPU of all processes until what follows the answers has settled, and how many writes."""
    loads: list[dict[str, int]] = []
    spent = _cpu_while(service, lambda: loads.extend(_write(service, connections, senders, seconds, named=named)))
    if any(load["errors"] or load["lost"] for load in loads):
        raise click.ClickException(f"Some writes failed: {loads}")
    return spent, sum(load["requests"] for load in loads)


def _cpu_while(service: ProxiedService, work: Callable[[], None]) -> float:
    """Seconds of CPU of all processes of the service."""
    before = sum(map(cpu_s, service.pids))
    work()
    return sum(map(cpu_s, service.pids)) - before


def _write(
    service: ProxiedService, connections: int, senders: int, seconds: int, *, named: bool
) -> Iterator[dict[str, int]]:
    """What each sender measured."""
    running = [
        subprocess.Popen(  # noqa: S603
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPTS / "interactions.lua"), service.url],  # noqa: S607
            stdout=subprocess.PIPE,
            env=os.environ | {"BENCH_API_KEY": service.key} | ({"BENCH_AFFINITY": f"sender-{sender}"} if named else {}),
        )
        for sender in range(senders)
    ]
    for one in running:
        yield json.loads(one.communicate()[0].splitlines()[-1])
    sleep(SETTLE_S)
