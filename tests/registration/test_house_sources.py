"""S24: what askonce and its doors register stands under sources that no key can take."""

import ast
import re

import pytest

from service.channels.registry import ADAPTERS
from service.registration.sources import is_reserved
from tests.channels.vendors import instance_of
from tests.house.place import ROOT

CONTENTS = {"Interaction", "InteractionContent", "desk_interaction"}
FROM_THE_TABLE = re.compile(r"HouseSource\.[A-Z_]+(\.of\(.+\))?|source\.of\(caller\.name\)")
FROM_AN_ACCOUNT = re.compile(r"\w+\.source")


def stated_sources():
    """(file, source) of every interaction that askonce itself makes, as the code has it."""
    for path in sorted((ROOT / "service").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CONTENTS:
                yield path, *(ast.unparse(one.value) for one in node.keywords if one.arg == "source")


def test_everything_that_askonce_registers_has_a_source_of_the_table_or_of_a_door():
    found = list(stated_sources())
    assert len(found) > 15
    assert [one for one in found if len(one) != 2] == [], "a call without a source"
    in_doors = {"channels", "calls"}
    for path, source in found:
        allowed = FROM_AN_ACCOUNT if in_doors & set(path.parts) else FROM_THE_TABLE
        if path.name == "split.py" and source == "row['source']":
            continue  # what is on record is told once more
        assert allowed.fullmatch(source), (path, source)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_the_source_of_every_door_is_reserved(adapter):
    assert is_reserved(instance_of(ADAPTERS[adapter]).source)
