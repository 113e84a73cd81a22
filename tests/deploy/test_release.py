"""A release is what is committed and tagged, and what it makes is whole."""

import re
import subprocess
import tarfile
import zipfile

import pytest

from tests.deploy.releasing import VERSION, ReleaseTree
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
