"""What the README tells a newcomer to type does what it says."""

import json
import os
import re
import shlex
import subprocess
import sys

import pytest

from tests.house.place import text

pytestmark = pytest.mark.slow

PORT = "http://127.0.0.1:8080"
COMMAND = ".venv/bin/askonce"


def blocks(heading: str) -> list[str]:
    """The shell commands under a heading, block by block."""
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", text("README.md"), re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def service(new_data_dir):
    """`make serve` on a free port and a data folder of its own: its environment and its URL."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASKONCE_")}
    environment |= {"ASKONCE_DATA_DIR": str(new_data_dir()), "ASKONCE_DURABLE": "false", "NO_PROXY": "127.0.0.1"}
    serve = [sys.executable, "-m", "service.cli.main", "serve", "--port", "0"]
    with subprocess.Popen(
        serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            yield environment, process.stdout.readline().strip()
        finally:
            process.terminate()


def typed(commands: str, service) -> str:
    """What these commands print in one shell."""
    environment, url = service
    assert PORT in commands
    assert COMMAND in commands
    here = commands.replace(PORT, url).replace(COMMAND, shlex.join([sys.executable, "-m", "service.cli.main"]))
    shell = subprocess.run(["sh", "-eu"], input=here, capture_output=True, text=True, env=environment, timeout=60)
    assert shell.returncode == 0, shell.stderr
    return shell.stdout


@pytest.fixture(scope="module")
def answers(service) -> list[str]:
    """What each block of the quick start prints after `make serve`."""
    first, *rest = blocks("Quick start")
    assert first == "make serve\n"
    return typed("printf '\\0'\n".join(rest), service).split("\0")


def test_the_first_screen_has_the_two_commands_and_the_picture():
    screen = text("README.md").split("\n## ")[0]
    assert re.findall(r"^make (\w+)", screen, re.MULTILINE) == ["demo", "test"]
    assert "](docs/flow.svg)" in screen
    assert len(screen.splitlines()) < 40


def test_the_first_interaction_is_registered(answers):
    key, registered, *_ = answers
    assert key == ""
    assert json.loads(registered)["version"] == 1
    assert json.loads(registered)["duplicate"] is False


def test_the_agent_finds_her_by_another_spelling_of_her_number(answers):
    view = json.loads(answers[2])
    assert view["known"]["order_number"]["value"] == "A-1"
    assert view["conversations"][0]["attempts"][0]["outcome"] == "failed"


def test_a_form_need_not_ask_what_she_has_said(answers):
    asked = json.loads(answers[3])
    assert asked["known"]["order_number"]["value"] == "A-1"
    assert asked["ask"] == ["postal-code"]


def test_the_same_words_once_more_are_a_duplicate(answers, service):
    """The README says so below the command."""
    key, register, *_ = blocks("Quick start")[1:]
    assert json.loads(typed(key + register, service)) == json.loads(answers[1]) | {"duplicate": True}
