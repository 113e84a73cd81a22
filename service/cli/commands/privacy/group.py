"""`askonce privacy`."""

from pathlib import Path

import click


@click.group()
def command() -> None:
    """What is kept of customers, and why."""


@command.command("map")
@click.option(
    "--format", "kind", type=click.Choice(["markdown", "json"]), default="markdown", help="markdown unless told."
)
@click.option(
    "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="A file; else it is printed."
)
def show_map(kind: str, output: Path | None) -> None:
    """Show the data map: what every place holds, what for, how long, and what an erasure does to it.

    Every column of the tables, key of Redis, file, field of a log line or message, and label of a metric: a base for
    your records of processing (GDPR, Art. 30). It is about this version of askonce and needs no server.
    """
    from service.privacy.map.document import map_as_json, map_as_markdown

    text = map_as_json() if kind == "json" else f"# Data map\n\n{map_as_markdown()}"
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, "utf-8")
    click.echo(f"The data map is written to {output}", err=True)
