"""`askonce verify`."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.context.maintenance import CacheFinding

RECHECK_AFTER_S = 1.5
"""A write's drop that got lost is repeated within a second."""
MAX_LISTED = 20


@click.command()
@click.argument("customers", metavar="[CUSTOMER_ID]...", nargs=-1, type=click.UUID)
@click.option("--promises", is_flag=True, help="Instead, print what askonce promises and which tests prove it.")
@data_dir_option
def command(customers: Sequence[UUID], *, promises: bool, data_dir: Path | None) -> None:
    """Compare the cached views of these customers, or of all, with what the records give.

    Prints how many are equal, absent from the cache, older than the records and different. Ends with status 1 if any is
    older or different, and names the first of them on standard error. The service may go on meanwhile.

    With --promises it compares nothing and needs no database: it prints every promise of this version with its state
    (proven, in part, not proven), the figures that were measured last, the date of the tests' last run, and the tests.
    """
    if promises:
        if customers:
            raise click.UsageError("--promises is about askonce itself: name no customers.")
        _print_promises()
        return
    _print_differences(customers, data_dir)


def _print_promises() -> None:
    from service.cli.promises.record import read_proofs
    from service.cli.terminal import print_table

    proofs = read_proofs()
    print_table(
        ("promise", "what it says", "state", "last measured", "run on", "tests"),
        [
            (
                proof.number,
                proof.promise.promise,
                proof.state,
                ", ".join(map(str, proof.figures)) or "-",
                proof.ran_on or "-",
                ", ".join(proof.results) or "-",
            )
            for proof in proofs
        ],
    )
    counts = Counter(proof.state for proof in proofs)
    click.echo(f"{len(proofs)} promises: " + ", ".join(f"{count} {state}" for state, count in counts.items()), err=True)


def _print_differences(customers: Sequence[UUID], data_dir: Path | None) -> None:
    from service.cli.serving.servers import run_in_rooms
    from service.context.maintenance import CacheFinding

    findings = run_in_rooms(data_dir, lambda rooms: _compare_views(rooms, customers))
    counts = Counter(findings.values())
    outdated = sorted(who for who, what in findings.items() if what in {CacheFinding.OLDER, CacheFinding.DIFFERENT})
    click.echo(f"{len(findings)} customers: " + ", ".join(f"{counts[finding]} {finding}" for finding in CacheFinding))
    for customer_id in outdated[:MAX_LISTED]:
        click.echo(f"{customer_id}: what is cached is {findings[customer_id]}", err=True)
    if outdated:
        raise SystemExit(1)


async def _compare_views(rooms: "Rooms", customers: Sequence[UUID]) -> "dict[UUID, CacheFinding]":
    """What is found of each customer; those found older are looked at once more after a while."""
    from service.cli.customers import for_each_batch
    from service.context.maintenance import CacheFinding, compare_cache

    findings: dict[UUID, CacheFinding] = {}

    async def compare_batch(customer_ids: Sequence[UUID]) -> None:
        for customer_id in customer_ids:
            findings[customer_id] = await compare_cache(rooms.reader, customer_id)

    await for_each_batch(rooms, customers, compare_batch, title="Verifying", merged=True)
    if older := [customer_id for customer_id, finding in findings.items() if finding is CacheFinding.OLDER]:
        await asyncio.sleep(RECHECK_AFTER_S)
        await compare_batch(older)
    return findings
