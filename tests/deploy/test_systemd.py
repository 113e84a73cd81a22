"""The units of systemd start commands that there are, restart them, and give up what askonce does not use."""

import re
import shutil
import subprocess

import click
import pytest

from service.cli.main import main
from service.settings.document import describe_settings
from tests.house.place import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
COMMAND = "/opt/askonce/bin/askonce"
OWN_LINES = ("#", "Description=", "Type=", "TimeoutStartSec=", "ExecStart=")
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")


def analyze(folder, *arguments: str) -> str:
    """What systemd says of the units, with a program that is here and the template given a port."""
    for unit in UNITS:
        content = unit.read_text("utf-8").replace(COMMAND, "/bin/true")
        (folder / unit.name.replace("@", "@8081")).write_text(content)
    files = sorted(folder.glob("*.service"))
    done = subprocess.run(["systemd-analyze", *arguments, *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


@needs_systemd
def test_systemd_finds_nothing_wrong_in_the_units(tmp_path):
    assert analyze(tmp_path, "verify") == ""


@needs_systemd
def test_the_services_give_up_nearly_every_right(tmp_path):
    analyze(tmp_path, "security", "--offline=true", "--threshold=15", "--no-pager")


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_a_unit_starts_a_command_with_options_that_it_has(unit):
    (line,) = re.findall(rf"^ExecStart={COMMAND} (.+)$", unit.read_text("utf-8"), re.MULTILINE)
    name, *options = line.replace("%i", "8081").split()
    assert main.get_command(click.Context(main), name).make_context(name, options)


def test_all_units_restart_and_give_up_the_same():
    contents = {
        tuple(line for line in unit.read_text("utf-8").splitlines() if not line.startswith(OWN_LINES)) for unit in UNITS
    }
    assert len(UNITS) == 3
    assert len(contents) == 1
    assert {"Restart=always", "StartLimitIntervalSec=0", "KillMode=mixed"} <= set(*contents)


def test_units_set_variables_that_are_settings():
    known = {one.variable for one in describe_settings()}
    for unit in UNITS:
        assert set(re.findall(r"\b(ASKONCE_\w+)=", unit.read_text("utf-8"))) <= known
