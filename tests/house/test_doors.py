"""A door has a module, a line in the registry, recorded deliveries and a page."""

import re

import pytest

from service.channels.registry import ADAPTERS
from tests.channels.test_recorded_deliveries import RECORDED
from tests.house.place import ROOT, tracked

DELIVERIES = ROOT / "tests" / "channels" / "deliveries"
CHANNELS = ROOT / "service" / "channels"
MODULES = [
    path
    for path in CHANNELS.rglob("*.py")
    if re.search(r"^ADAPTER(: Adapter)? = ", path.read_text("utf-8"), re.MULTILINE)
]


def test_every_module_of_a_door_stands_in_the_registry_and_below_a_kind_of_channel():
    assert len(MODULES) == len(ADAPTERS)
    assert [path for path in MODULES if len(path.relative_to(CHANNELS).parts) not in {2, 3}] == []


@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_every_door_has_a_page(name):
    assert (ROOT / "docs" / "channels" / f"{name}.md").is_file()


def test_every_door_has_recorded_deliveries_and_every_folder_a_door():
    assert {path.name for path in DELIVERIES.iterdir() if path.is_dir()} == ADAPTERS.keys()


def test_every_recorded_delivery_is_read_by_a_test():
    tests = "\n".join(path.read_text("utf-8") for path in tracked() if path.match("tests/channels/*.py"))
    bare = [path for path in tracked() if path.is_relative_to(DELIVERIES) and path not in RECORDED]
    assert [path for path in bare if not re.search(rf"[\"'/]({path.name}|{path.stem})[\"']", tests)] == []
