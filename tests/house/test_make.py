"""A newcomer types `make` and a word."""

import os
import re
import shutil
import subprocess

import pytest

from tests.house.place import ROOT, text

TARGETS = ("help", "setup", "demo", "serve", "test", "slow", "promises", "check", "bench")
SHELL = ("sh", "make", "awk", "sed", "touch", "mkdir", "cp")
FAKE_PYTHON = """#!{shell}
case "$2" in *sys.version_info*) exit {status} ;; esac
echo "$0 $*" >> "{log}"
if [ "$2" = venv ]; then mkdir -p .venv/bin && cp "$0" .venv/bin/python; fi
"""


@pytest.fixture
def bench(tmp_path):
    """A copy of what the set-up reads, on a machine that has a shell, make, and the Pythons that a test puts there."""
    (tmp_path / "bin").mkdir()
    for name in SHELL:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def has_python(bench, name: str, *, good: bool = True) -> None:
    """Put a Python on the machine that is new enough, or not; it writes down what it is told to do."""
    program = bench / "bin" / name
    program.write_text(FAKE_PYTHON.format(shell=shutil.which("sh"), status=0 if good else 1, log=bench / "log"))
    program.chmod(0o755)


def make(bench, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=bench,
        env={"PATH": str(bench / "bin")},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_make_alone_lists_the_targets_with_what_they_do(bench):
    listed = make(bench)
    assert listed.stdout == make(bench, "help").stdout
    told = dict(re.findall(r"^  make (\w+)\s+(.{20,})$", listed.stdout, re.MULTILINE))
    assert set(TARGETS) <= set(told)


def test_every_target_that_is_no_file_is_phony():
    phony = set(re.search(r"^\.PHONY: (.+)$", text("Makefile"), re.MULTILINE)[1].split())
    assert phony == set(re.findall(r"^(\w+):", text("Makefile"), re.MULTILINE))


def test_without_a_python_that_is_new_enough_the_set_up_says_so(bench):
    has_python(bench, "python3", good=False)
    ended = make(bench, "setup")
    assert ended.returncode != 0
    assert "Python 3.11 or newer" in ended.stderr


def test_without_uv_a_newer_python_beside_an_old_one_is_found_and_everything_is_installed_by_hash(bench):
    has_python(bench, "python3", good=False)
    has_python(bench, "python3.12")
    assert make(bench, "setup").returncode == 0
    done = (bench / "log").read_text()
    assert "python3.12 -m venv --clear .venv" in done
    assert "--no-deps" in done
    assert "--require-hashes -r requirements.lock -r requirements-dev.lock" in done
    assert re.search(r"--no-build-isolation --editable \.\n$", done)


def test_a_set_up_that_is_done_is_not_done_again_until_a_lock_changes(bench):
    has_python(bench, "python3")
    assert make(bench, "setup").returncode == 0
    before = (bench / "log").read_text()
    assert "Nothing to be done" in make(bench, "setup").stdout
    assert (bench / "log").read_text() == before
    (bench / "requirements.lock").write_text("")
    later = (bench / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(bench / "requirements.lock", (later, later))
    assert "Setting up" in make(bench, "setup").stdout


@pytest.mark.parametrize("target", ["demo", "serve", "test", "check", "bench"])
def test_a_target_does_the_set_up_itself_and_what_only_runs_askonce_installs_no_tools_of_its_development(bench, target):
    has_python(bench, "python3")
    planned = make(bench, "--dry-run", target).stdout
    assert "require-hashes" in planned
    assert ("-r requirements-dev.lock" in planned) is (target not in {"demo", "serve"})


def test_what_runs_is_installed_with_what_builds_it_and_is_there_after_the_whole_set_up_too(bench):
    has_python(bench, "python3")
    assert make(bench, ".venv/.runs").returncode == 0
    assert "--require-hashes -r requirements.lock -r .venv/build.lock\n" in (bench / "log").read_text()
    lines = (bench / ".venv" / "build.lock").read_text().splitlines()
    assert lines[0].startswith("setuptools==")
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    assert "Setting up" in make(bench, "setup").stdout
    assert "is up to date" in make(bench, ".venv/.runs").stdout


def test_the_command_stands_where_the_set_up_leaves_it():
    assert "askonce = " in text("pyproject.toml")
    assert re.findall(r"\$\(venv\)/bin/askonce (\w+)", text("Makefile")) == ["demo", "serve"]
    assert "$(venv)/bin/python -m benchmarks" in text("Makefile")


def test_continuous_integration_runs_the_command_that_the_readme_names():
    lines = text(".ci/run").splitlines()
    assert "make style" in lines
    assert "make test || make test args=--last-failed" in lines
    assert 'PYTEST_ADDOPTS="--reruns 1 -rR" make slow' in lines
    assert 'ASKONCE_TEST_REDIS_BINARY="$redis" make test args="-m cache"' in text(".ci/run")
    assert "make test" in text("README.md")


def test_continuous_integration_is_a_script_that_bash_can_read():
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT).returncode == 0
