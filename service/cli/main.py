"""The command `askonce`; a new command is one line in COMMANDS and a module with the click command `command`."""

from importlib import import_module
from typing import Any

import click

from service.errors import AskonceError

COMMANDS = {
    "demo": "service.cli.commands.demo",
    "serve": "service.cli.commands.serve",
    "sandbox": "service.cli.commands.embedded.sandbox",
    "worker": "service.cli.commands.worker",
    "migrate": "service.cli.commands.migrate",
    "keys": "service.cli.commands.credentials.keys",
    "agents": "service.cli.commands.agents",
    "channels": "service.cli.commands.channels",
    "secrets": "service.cli.commands.credentials.secrets",
    "email": "service.cli.commands.email",
    "backup": "service.cli.commands.embedded.backup",
    "restore": "service.cli.commands.embedded.restore",
    "dsn": "service.cli.commands.embedded.dsn",
    "erase": "service.cli.commands.privacy.erase",
    "import": "service.cli.commands.import_",
    "export": "service.cli.commands.privacy.export",
    "matches": "service.cli.commands.matches",
    "playback": "service.cli.commands.playback",
    "privacy": "service.cli.commands.privacy.group",
    "rebuild": "service.cli.commands.rebuild",
    "report": "service.cli.commands.report",
    "retention": "service.cli.commands.privacy.retention",
    "resolve": "service.cli.commands.resolve",
    "verify": "service.cli.commands.verify",
}
SOURCE_TREE_COMMANDS = {"bench": "benchmarks.command"}
"""Commands that a checkout has and an installed package lacks; `--help` does not list them."""


class Commands(click.Group):
    """Commands by name, in the order of COMMANDS; what askonce raises on purpose becomes one sentence and status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Every name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        """The command of this name, its module loaded now."""
        module = COMMANDS.get(cmd_name) or SOURCE_TREE_COMMANDS.get(cmd_name)
        if module is None:
            return None
        try:
            command: click.Command = import_module(module).command
        except ModuleNotFoundError as error:
            if error.name != module.partition(".")[0]:
                raise
            raise click.ClickException("The benchmarks are part of the source tree: run `make bench` there.") from error
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AskonceError as error:
            raise click.ClickException(error.detail) from error


EPILOG = (
    "docs/index.md in the source tree leads to the guides for desktops, bots, tills, partners and operators. A running "
    "service describes its API at /docs."
)


@click.group(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="askonce", message="%(prog)s %(version)s")
def main() -> None:
    """Customers explain it once: one support context for every channel and every desk.

    With neither ASKONCE_DATABASE_URL nor ASKONCE_REDIS_URL set, askonce runs its own PostgreSQL and Valkey in the data
    folder. `serve` starts them, and every other command joins them while they run.
    """


if __name__ == "__main__":
    main()
