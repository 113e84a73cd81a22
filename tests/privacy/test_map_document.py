"""People and programs read the map as it is."""

import json

import pytest
from click.testing import CliRunner

from service.cli.main import main
from service.model.vocabulary import Purpose
from service.privacy.map.document import CATEGORIES, PURPOSES, privacy_page
from service.privacy.map.model import Category
from service.privacy.map.tables import TABLES
from tests.house.place import text


def printed(*arguments: str) -> str:
    """What `askonce privacy map` prints."""
    result = CliRunner().invoke(main, ["privacy", "map", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_page_of_privacy_shows_the_map_of_today():
    page = text("docs/privacy.md")
    assert page == privacy_page(page), "run `make docs`"


def test_a_page_without_a_place_for_the_map_is_refused():
    with pytest.raises(ValueError, match="where the data map begins"):
        privacy_page("# Privacy\n")


def test_the_map_is_printed_with_every_table():
    shown = printed()
    assert shown.startswith("# Data map\n")
    assert all(f"`{table.name}`" in shown for table in TABLES)


def test_programs_read_the_map_as_json():
    told = {table["name"]: table for table in json.loads(printed("--format", "json"))["tables"]}
    assert len(told) == len(TABLES)
    assert told["fact"]["columns"]["value"]["in_export"]
    assert told["fact"]["on_erase"] == "delete"


def test_the_map_goes_into_a_file(tmp_path):
    assert printed("--output", str(tmp_path / "map.md")) == ""
    assert (tmp_path / "map.md").read_text("utf-8") == printed()


def test_every_purpose_and_category_is_explained():
    assert set(PURPOSES) == set(Purpose)
    assert set(CATEGORIES) == set(Category)
