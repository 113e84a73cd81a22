"""`askonce export`: writes everything that is kept of a customer."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms


@click.command()
@click.argument("customer")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["json", "html"]),
    default="json",
    show_default=True,
    help="Of the file.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write this file; else standard output."
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write both formats into this folder, and the contents of attachments beside them.",
)
@data_dir_option
def command(
    *, customer: str, file_format: str, output: Path | None, folder: Path | None, data_dir: Path | None
) -> None:
    """Write everything that is kept of a customer (GDPR, Art. 15 and 20).

    CUSTOMER is an id, or an identity such as email:anna@example.com. All that proved to be one person is in it; agents
    are named by their role, and other people are hidden. The file is readable by you alone.
    """
    from service.cli.exporting import print_written, write_export, write_folder
    from service.cli.serving.servers import run_in_rooms

    async def export(rooms: "Rooms") -> None:
        if folder is None:
            await write_export(rooms, customer, file_format, output)
        else:
            print_written(folder, await write_folder(rooms, customer, folder))

    run_in_rooms(data_dir, export)
