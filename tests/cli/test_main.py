import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from service.cli.main import main

WITHOUT_SERVERS = {("privacy", "map"), ("secrets", "key")}
"""Commands about askonce itself."""
HEAVY = {"asyncpg", "litestar", "granian", "structlog", "msgspec", "rich", "phonenumbers"}


def commands(group=main, path=()):
    """Every command that does something, as (words, command)."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_the_overview_of_commands_loads_nothing_heavy():
    code = """
import sys
from service.cli.main import main
main(["--help"], standalone_mode=False)
print(*sorted(name for name in sys.modules if "." not in name), file=sys.stderr)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "serve" in ended.stdout
    assert HEAVY & set(ended.stderr.split()) == set()


@pytest.mark.parametrize(("words", "command"), [(words, command) for words, command in commands()])
def test_every_command_says_what_it_does_and_takes_a_data_folder(words, command):
    shown = CliRunner().invoke(main, [*words, "--help"])
    assert shown.exit_code == 0
    assert ("--data-dir" in shown.output) is (words not in WITHOUT_SERVERS)
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_a_wrong_use_ends_with_status_2_and_says_what_is_wrong():
    wrong = CliRunner().invoke(main, ["serve", "--port", "many"])
    assert wrong.exit_code == 2
    assert "'many' is not a valid integer" in wrong.output


def test_the_version_is_that_of_the_distribution():
    assert CliRunner().invoke(main, ["--version"]).output.split()[-1] == version("askonce")
