"""What the README tells a newcomer to type does what it says."""

import json
import re

import pytest

from tests.docs.shell import URL, Shell, blocks, running_service
from tests.house.place import ROOT, text

pytestmark = pytest.mark.slow

COMMAND = ".venv/bin/askonce"


def commands() -> list[str]:
    """The blocks of shell commands of the quick start, one after the other."""
    return [block.text for block in blocks("README.md", "Quick start") if block.language == "sh"]


@pytest.fixture(scope="module")
def shell(new_data_dir, tmp_path_factory):
    """A newcomer's shell after `make serve`, on a free port and a data folder of its own."""
    assert commands()[0] == "make serve\n"
    folder = tmp_path_factory.mktemp("newcomer")
    with (
        running_service(new_data_dir()) as service,
        Shell(service.environment, folder, {URL: service.url, COMMAND: "askonce"}) as shell,
    ):
        yield shell


@pytest.fixture(scope="module")
def answers(shell) -> list[str]:
    """What each block of the quick start prints after `make serve`."""
    _, *rest = commands()
    assert URL in rest[0]
    assert COMMAND in rest[0]
    return [shell.type(block) for block in rest]


def test_the_first_screen_has_the_two_commands_and_the_picture():
    screen = text("README.md").split("\n## ")[0]
    assert re.findall(r"^make (\w+)", screen, re.MULTILINE) == ["demo", "test"]
    for picture in ("docs/flow.svg", "docs/pictures/customer.png"):
        assert f"]({picture})" in screen
        assert (ROOT / picture).exists()
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


def test_the_same_words_once_more_are_a_duplicate(answers, shell):
    """The README says so below the command."""
    assert json.loads(shell.type(commands()[2])) == json.loads(answers[1]) | {"duplicate": True}
