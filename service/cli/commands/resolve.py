"""`askonce resolve`."""

import os
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.identity.matching.learn import Proposal
    from service.identity.matching.tables import MatchTables
    from service.resolution.bulk.finish import RunReport
    from service.resolution.bulk.model import RunOptions

MOST_PROCESSES = 2
SHIPPED = "shipped"


def _moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("A time such as 2026-11-21 or 2026-11-21T09:30+01:00 is expected.") from None
    return moment.astimezone()


@click.command()
@click.option("--dry-run", is_flag=True, help="Store no match, and show what would be found.")
@click.option("--learn", is_flag=True, help="Propose tables of probabilities that are learned from the pairs here.")
@click.option(
    "--learned",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default=Path("learned-tables.json"),
    show_default=True,
    help="The file that --learn writes what it proposes to.",
)
@click.option(
    "--tables",
    metavar="FILE|shipped",
    help="Work with the tables of this file from now on, the worker too; `shipped` goes back to those of askonce.",
)
@click.option("--since", callback=_moment, help="Compare only customers that stated something new since this time.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write numbers and 20 samples of each band, both sides as stated, to this JSON file; it holds personal data.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=min(MOST_PROCESSES, os.cpu_count() or 1),
    show_default=True,
    help="Processes that compare at once, all of them at low priority.",
)
@data_dir_option
def command(
    *,
    dry_run: bool,
    learn: bool,
    learned: Path,
    tables: str | None,
    since: datetime | None,
    report: Path | None,
    processes: int,
    data_dir: Path | None,
) -> None:
    """Find the customers that may be one person, among all of them.

    The worker compares a customer as soon as it states something new, so this is for what the worker has not seen:
    after a large import, after an upgrade that says so, and whenever the prior is to be learned anew. Nothing is merged
    by it. A run that was interrupted goes on where it ended.

    Matching works with tables of probabilities. --learn proposes others, learned without labels from the pairs here,
    and shows how they differ; it never switches to them. Read them, then activate them by --tables.

    A dry run stores no match; the normal forms by which customers are compared are brought up to date all the same.
    """
    from service.cli.serving.servers import run_in_rooms
    from service.resolution.bulk.model import RunOptions

    options = RunOptions(dry_run=dry_run, learn=learn, since=since)
    chosen = None if tables in {None, SHIPPED} else _read_tables(str(tables))
    try:
        found = run_in_rooms(
            data_dir, lambda rooms: _resolve(rooms, options, processes, activate=tables is not None, chosen=chosen)
        )
    except BrokenProcessPool:
        raise click.ClickException("A process of the run ended early. Run it again: it goes on where it was.") from None
    _print_report(found)
    if report is not None:
        from msgspec import json

        report.write_bytes(json.format(json.encode(found), indent=2))
    if found.proposal is not None:
        _propose(found.proposal, found.in_use, learned)


async def _resolve(
    rooms: "Rooms", options: "RunOptions", processes: int, *, activate: bool, chosen: "MatchTables | None"
) -> "RunReport":
    from service.cli.terminal import show_progress
    from service.resolution.bulk.finish import activate_tables
    from service.resolution.bulk.model import WorkerSettings
    from service.resolution.bulk.run import BulkRun

    if activate:
        await activate_tables(rooms.database, chosen)
    settings = WorkerSettings(url=rooms.settings.direct_url, region=rooms.settings.default_region)
    run = BulkRun(rooms.database, settings, process_count=processes, progress=show_progress)
    return await run.execute(options, now=rooms.clock.now())


def _read_tables(named: str) -> "MatchTables":
    """The tables of a file; those whose household class is none are refused."""
    from msgspec import DecodeError

    from service.identity.matching.learn import refusal
    from service.identity.matching.tables import read_tables

    try:
        tables = read_tables(Path(named).read_bytes())
    except OSError as error:
        raise click.BadParameter(f"{named} cannot be read.", param_hint="--tables") from error
    except (DecodeError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{named} holds no tables: {error}", param_hint="--tables") from error
    if (reason := refusal(tables)) is not None:
        raise click.BadParameter(reason, param_hint="--tables")
    return tables


def _propose(proposal: "Proposal", in_use: "MatchTables", file: Path) -> None:
    """Print how the proposed tables differ, and write them; status 1 if they must not be used."""
    from service.cli.terminal import print_table
    from service.identity.matching.tables import write_tables
    from service.identity.matching.wording import LEVELS

    rows = [
        (field, code, *(f"{share:.4f}" for share in shares))
        for field, used in in_use.fields.items()
        for (code, _), *shares in zip(
            LEVELS[field],
            used.person,
            proposal.tables.fields[field].person,
            used.household,
            proposal.tables.fields[field].household,
            strict=True,
        )
    ]
    print_table(("field", "level", "person", "proposed", "household", "proposed"), rows)
    if proposal.refusal is not None:
        raise click.ClickException(f"What was learned is refused. {proposal.refusal}")
    file.write_bytes(write_tables(proposal.tables))
    click.echo(f"The proposed tables are in {file}; --tables {file} activates them.")


def _print_report(found: "RunReport") -> None:
    click.echo(f"{found.customers} customers compared, {found.profiles} of them prepared anew")
    for strength in ("strong", "likely", "household"):
        click.echo(f"{strength}: {found.strengths.get(strength, 0)} matches")
    if found.groups is not None:
        persons = found.customers - found.groups.customers + found.groups.groups
        click.echo(f"about {persons} persons: {found.groups.customers} customers are in {found.groups.groups} groups")
        click.echo(f"the largest group has {found.groups.largest} customers")
