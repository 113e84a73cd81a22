"""The command `askonce`; a new command is one line in COMMANDS and a module whose `command` is a click command."""

from importlib import import_module
from typing import Any

import click

from service.errors import AskonceError

COMMANDS = {
    "demo": "service.cli.demo.command",
    "serve": "service.cli.serve",
    "worker": "service.cli.worker",
    "migrate": "service.cli.migrate",
    "keys": "service.cli.keys",
    "channels": "service.cli.channels",
    "email": "service.cli.email",
    "import": "service.cli.import_",
    "rebuild": "service.cli.rebuild",
    "verify": "service.cli.verify",
    "bench": "service.cli.bench.command",
}


class Commands(click.Group):
    """Commands by name, in the order of COMMANDS; what askonce raises on purpose becomes one sentence and status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Every name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        """The command of this name, its module loaded now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AskonceError as error:
            raise click.ClickException(error.detail) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="askonce", message="%(prog)s %(version)s")
def main() -> None:
    """Customers explain it once: one support context for every channel and every desk.

    With neither ASKONCE_DATABASE_URL nor ASKONCE_REDIS_URL set, askonce runs its own PostgreSQL and Valkey in the data
    folder. `serve` starts them, and every other command joins them while they run.
    """


if __name__ == "__main__":
    main()
