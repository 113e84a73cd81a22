"""Commits are small enough to be read, and say why; the hook refuses the others."""

import shutil
import subprocess
import sys

import pytest

from tests.house.place import ROOT, text

HOOK = ROOT / ".githooks" / "commit-msg"
PLAIN = "handoff: Refuse a second open handoff for one conversation."
WHY = f"{PLAIN}\n\nTwo desks would call the same customer.\n"

VALUES = "value = 1\n" * 9
WHO = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.hooksPath=/dev/null")


@pytest.fixture
def repository(tmp_path):
    """A checkout with one committed module and the hook."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "old.py").write_text("".join(f"import module_{number}\n{VALUES}" for number in range(600)))
    staged(tmp_path)
    subprocess.run(["git", *WHO, "commit", "-q", "-m", "Start."], cwd=tmp_path, check=True)
    return tmp_path


def staged(repository) -> None:
    subprocess.run(["git", "add", "-A"], cwd=repository, check=True)


def findings(repository, message: str) -> str:
    (repository / "message").write_text(message)
    ended = subprocess.run([sys.executable, HOOK, "message"], cwd=repository, capture_output=True, text=True)
    assert ended.returncode == (1 if ended.stderr else 0)
    return ended.stderr


@pytest.mark.parametrize("message", [PLAIN, WHY, 'Revert "handoff: Refuse."\n'])
def test_a_small_commit_with_a_plain_subject_is_taken(repository, message):
    assert findings(repository, message) == ""


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("handoff: " + "Refuse " * 10 + "it.", "72 is the most"),
        ("fix stuff", "Imperative sentence"),
        ("handoff: refuse it.", "Imperative sentence"),
        ("handoff: Refuse it", "Imperative sentence"),
        ("", "Imperative sentence"),
    ],
)
def test_a_subject_that_is_long_or_has_another_form_is_refused(repository, message, said):
    assert said in findings(repository, message)


def test_a_change_that_is_not_plain_says_why(repository):
    (repository / "new.py").write_text("value = 1\n" * 101)
    staged(repository)
    assert "a body that says why" in findings(repository, PLAIN)
    assert findings(repository, WHY) == ""


def test_more_than_900_changed_lines_are_refused(repository):
    (repository / "new.py").write_text("value = 1\n" * 901)
    staged(repository)
    assert "Split the commit" in findings(repository, WHY)


def test_a_move_may_be_large_with_the_imports_that_follow_from_it(repository):
    shutil.move(repository / "old.py", repository / "new.py")
    (repository / "new.py").write_text((repository / "new.py").read_text().replace("module_", "room.module_"))
    staged(repository)
    assert findings(repository, WHY) == ""


def test_what_a_tool_writes_or_records_does_not_count(repository):
    (repository / "requirements.lock").write_text("package==1\n" * 2000)
    (repository / "recorded.json").write_text("[\n" * 2000)
    staged(repository)
    assert findings(repository, PLAIN) == ""


def test_the_set_up_installs_the_hook():
    assert "git config core.hooksPath .githooks" in text("Makefile")
    assert HOOK.stat().st_mode & 0o111
