"""What a service costs that does nothing: CPU of all its processes, PostgreSQL and Valkey among them, in a second."""

from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import monotonic, sleep

import click

from benchmarks.ab import Checkout, serving
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from benchmarks.services import ROOT, cpu_s

BAR_MS = 10.0
"""CPU that a service may take in a second in which nothing is asked of it, in ms."""
SETTLE_S = 20.0
"""Until the work that follows the load of the records is done."""


@click.command()
@click.argument("other", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--customers", default=2000, show_default=True, help="Customers in the records.")
@click.option("--seconds", default=30, show_default=True, help="How long each round lasts.")
@click.option("--rounds", default=3, show_default=True, help="How often it is measured; the median counts.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-idle"),  # noqa: S108 (kept from run to run, as loading takes long)
    show_default=True,
)
def command(other: Path | None, *, customers: int, seconds: int, rounds: int, data_dir: Path) -> None:
    """Measure an idle service of this checkout, and in turns with it that of the checkout in the folder OTHER."""
    trees = {"here": ROOT} | ({"there": other.resolve()} if other else {})
    with ExitStack() as stack:
        services = {
            name: stack.enter_context(serving(tree, data_dir / name, customers)) for name, tree in trees.items()
        }
        sleep(SETTLE_S)
        found: dict[str, list[float]] = {name: [] for name in services}
        for _ in range(rounds):
            for name, service in services.items():
                found[name].append(idle_ms(service, seconds))
    click.echo(MARKDOWN_HEADING)
    for name, each in found.items():
        value = f"{median(each):.1f} ms of CPU a second ({', '.join(f'{one:.1f}' for one in each)})"
        target, met = f"<= {BAR_MS:.0f} ms", median(each) <= BAR_MS
        click.echo(markdown_line(ReportRow(name=f"idle service, {name}", value=value, target=target, met=met)))


def idle_ms(service: Checkout, seconds: float) -> float:
    """The CPU of all processes of the service in a second, in ms."""
    began, before = monotonic(), cpu_s(service.pid)
    sleep(seconds)
    return (cpu_s(service.pid) - before) / (monotonic() - began) * 1000
