"""A release is what is committed and tagged, and what it makes is whole."""

import json
import os
import re
import secrets
import subprocess
import sys
import tarfile
import zipfile
from importlib.util import find_spec

import asyncpg
import pytest

from tests.deploy import systemctl
from tests.deploy.releasing import VERSION, ReleaseTree
from tests.docs.play import play
from tests.docs.shell import free_port
from tests.docs.test_operating import OfflineShell
from tests.fixtures import url_of
from tests.house.place import name, tracked

pytestmark = pytest.mark.slow

NUMBERED = ("pyproject.toml", "clients/python/pyproject.toml", "clients/typescript/package.json")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A tree whose next version is prepared."""
    made = ReleaseTree(tmp_path_factory.mktemp("release"))
    assert "three numbers" in made.release("prepare", "0.0.9")
    assert VERSION in made.release("prepare", VERSION)
    return made


@pytest.fixture(scope="module")
def dist(tree):
    """What a release makes, after everything that it refuses."""
    assert "not committed" in tree.release()
    tree.commit()
    assert f"git tag --annotate v{VERSION}" in tree.release()
    tree.git("tag", "--annotate", f"v{VERSION}", "--message", "askonce")
    assert f"dist/ has askonce {VERSION}" in tree.release()
    return tree.dist


def test_a_prepared_version_stands_in_every_file_that_has_one_and_heads_what_was_unreleased(tree):
    for file in NUMBERED:
        assert re.findall(r'^\s*"?version"?[ =:]+"(.+)"', tree.text(file), re.MULTILINE)[:1] == [VERSION]
    assert tree.text("clients/typescript/package-lock.json").count(f'"version": "{VERSION}"') == 2
    headings = re.findall(r"^## (.+)$", tree.text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{VERSION}\] - \d{{4}}-\d\d-\d\d", headings[1])


def test_a_release_has_all_its_files_and_their_sums(dist):
    checked = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=dist, capture_output=True, text=True)
    assert sorted(re.findall(r"^(\S+): OK$", checked.stdout, re.MULTILINE)) == [
        "NOTES.md",
        "askonce-9.0.0-py3-none-any.whl",
        "askonce-9.0.0.tar.gz",
        "askonce-context-9.0.0.tar.gz",
        "askonce-deploy-9.0.0.tar.gz",
        "askonce-image-9.0.0.tar",
        "askonce_client-9.0.0-py3-none-any.whl",
        "askonce_client-9.0.0.tar.gz",
        "requirements.lock",
    ]


def test_the_wheel_holds_the_service_as_it_is_committed_with_its_statements_pages_and_words(dist):
    with zipfile.ZipFile(dist / f"askonce-{VERSION}-py3-none-any.whl") as wheel:
        inside = {one for one in wheel.namelist() if ".dist-info/" not in one}
    assert inside == {name(path) for path in tracked() if name(path).startswith("service/")}


def test_the_client_of_python_comes_with_its_types(dist):
    with zipfile.ZipFile(dist / f"askonce_client-{VERSION}-py3-none-any.whl") as wheel:
        assert "askonce_client/py.typed" in wheel.namelist()


def test_the_notes_are_what_the_changelog_says_of_the_version(tree, dist):
    said = re.split(r"^## .+$", tree.text("CHANGELOG.md"), flags=re.MULTILINE)[2]
    assert (dist / "NOTES.md").read_text("utf-8").strip() == said.strip()


def test_the_image_is_built_and_kept_and_its_context_holds_what_it_copies(tree, dist):
    asked, built, saved = tree.engine_log.read_text().splitlines()
    assert asked == "info"
    assert built.startswith(f"build --file deploy/Dockerfile --tag askonce:{VERSION} --tag askonce /")
    assert saved.endswith(f"askonce:{VERSION} askonce")
    with tarfile.open(dist / f"askonce-context-{VERSION}.tar.gz") as context:
        names = set(context.getnames())
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", tree.text("deploy/Dockerfile"), re.MULTILINE)
    assert {one for line in copied for one in line.split()} | {"deploy/Dockerfile"} <= names


@pytest.fixture
def machine(tmp_path):
    """The folders of a machine that has nothing of askonce; what runs on it in the end is ended."""
    for folder in ("units", "bin", "run", "state"):
        (tmp_path / folder).mkdir()
    made = systemctl.Machine(tmp_path)
    yield made
    made.stop(made.running())


@pytest.fixture
async def database_url(servers):
    """An empty database of the session's server."""
    made = f"installed_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(servers.endpoints.database_url)
    await admin.execute(f"CREATE DATABASE {made}")
    yield url_of(servers, made)
    await admin.execute(f"DROP DATABASE {made} WITH (FORCE)")
    await admin.close()


@pytest.fixture
def shell(dist, machine, servers, database_url):
    """A shell in a folder with the files of the release; the machine's folders stand for those of the system."""
    release = machine.folder / "release"
    release.symlink_to(dist)
    files = {"/opt/askonce": "opt", "/etc/askonce": "etc", "/var/lib/askonce": "state", "/usr/local/bin": "bin"}
    places = {told: str(machine.folder / here) for told, here in files.items()}
    ports = {told: str(free_port()) for told in ("8080", "8081", "8082")}
    told_in_files = {**places, "--port 8080": f"--port {ports['8080']}", "runuser --user askonce --": "env"}
    (machine.folder / "replaced.json").write_text(json.dumps(told_in_files))
    replaced = {
        **places,
        **{f"127.0.0.1:{told}": f"127.0.0.1:{here}" for told, here in ports.items()},
        **{f"askonce@{told}": f"askonce@{here}" for told, here in ports.items()},
        "/etc/systemd/system": str(machine.folder / "units"),
        "systemctl": f"'{sys.executable}' '{systemctl.__file__}' '{machine.folder}'",
        "useradd": "true",
        "--group=askonce": "",
        "postgresql://askonce:secret@db.internal/askonce": f"'{database_url}'",
        "redis://redis.internal:6379/0": f"'{servers.endpoints.redis_url}'",
    }
    kept = {one: value for one, value in os.environ.items() if not one.startswith(("ASKONCE_", "PIP_", "PYTHON"))}
    offline = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "NO_PROXY": "127.0.0.1"}
    with OfflineShell(kept | offline | {"ASKONCE_DURABLE": "false"}, release, replaced) as shell:
        yield shell


@pytest.mark.skipif(not find_spec("ensurepip"), reason="This Python has no pip for a new environment")
async def test_a_machine_without_a_checkout_runs_what_the_release_holds(shell, machine):
    await play("docs/install.md", shell)
    assert shell.type(f"{machine.folder}/bin/askonce --version") == f"askonce {VERSION}\n"
