"""The command of the benchmarks: which are run, on how many records, for how long."""

import signal
import sys
from pathlib import Path

import click

NAMES = ("read", "write", "cold", "scale", "freshness", "handoff", "channels", "overload")


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1, type=click.Choice(NAMES))
@click.option("--customers", default=100_000, show_default=True, help="Customers in the large records.")
@click.option("--each", default=50, show_default=True, help="Interactions of each customer.")
@click.option("--few", default=1000, show_default=True, help="Customers in the small records, for `scale`.")
@click.option("--seconds", default=10, show_default=True, help="How long each load lasts.")
@click.option("--rounds", default=3, show_default=True, help="How often everything is measured; the median counts.")
@click.option("--pairs", default=50_000, show_default=True, help="Writes followed by a look-up, for `freshness`.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-bench"),  # noqa: S108 (kept from run to run, as loading takes long)
    show_default=True,
    help="Where the records are kept from run to run; on a disk, or durability costs nothing.",
)
def command(
    *,
    names: tuple[str, ...],
    customers: int,
    each: int,
    few: int,
    seconds: int,
    rounds: int,
    pairs: int,
    data_dir: Path,
) -> None:
    """Measure how fast askonce is, next to what else could be built, and print a table.

    NAMES are read, write, cold, scale, freshness, handoff, channels and overload; all of them unless some are named.
    The first run loads the records with `askonce import`, which takes a while: with the defaults 5,000,000
    interactions. Needs wrk.
    """
    from benchmarks import run
    from benchmarks.report import MARKDOWN_HEADING, markdown_line

    plan = run.BenchmarkPlan(
        names=names or NAMES,
        customers=customers,
        interactions_per_customer=each,
        few_customers=few,
        seconds=seconds,
        rounds=rounds,
        pairs=pairs,
        folder=data_dir,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped, as after Ctrl-C
    click.echo(MARKDOWN_HEADING)
    for row in run.run_measurements(plan):
        click.echo(markdown_line(row))
