"""What the console takes from others lies in the package as its makers published it."""

import json
import re
from hashlib import sha256

import msgspec

from tests.house.place import ROOT, text, tracked

VENDORED = "service/web/console/static/vendored"
ROW = re.compile(r"^\| (\S+) \| (\S+) \| (\S+) \| (\S+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)
ROWS = ROW.findall(text(f"{VENDORED}/VENDORED.md"))
LOCK = json.loads(text("deploy/vendor/package-lock.json"))


def test_every_file_of_others_is_the_one_that_was_written_down():
    assert {path: sha256((ROOT / path).read_bytes()).hexdigest() for path, *_ in ROWS} == {
        path: digest for path, *_, digest in ROWS
    }


def test_every_file_of_others_is_written_down_with_its_licence():
    written = {path for path, *_ in ROWS}
    found = {f"{VENDORED}/{path.name}" for path in (ROOT / VENDORED).iterdir() if path.suffix not in {".md", ".txt"}}
    assert found <= written
    assert {licence for *_, licence, _ in ROWS} <= {"0BSD", "MIT", "OFL-1.1", "MPL-2.0"}


def test_the_lock_pins_what_lies_there_and_names_no_host():
    pinned = {name.removeprefix("node_modules/"): entry["version"] for name, entry in LOCK["packages"].items() if name}
    assert {package: version for _, package, version, *_ in ROWS} == pinned
    assert "://" not in json.dumps(LOCK)
    assert all(entry["integrity"].startswith("sha512-") for name, entry in LOCK["packages"].items() if name)


def test_the_sprite_holds_every_icon_of_the_list_once():
    names = text("deploy/vendor/icons.txt").split()
    assert re.findall(r'<symbol id="i-([a-z-]+)"', text(f"{VENDORED}/icons.svg")) == names == sorted(set(names))


def test_every_file_of_the_console_is_part_of_what_is_installed():
    packaged = set(msgspec.toml.decode(text("pyproject.toml"))["tool"]["setuptools"]["package-data"]["*"])
    console = [path for path in tracked() if path.is_relative_to(ROOT / "service/web/console") and path.suffix != ".py"]
    assert console
    assert {f"*{path.suffix}" for path in console} <= packaged
