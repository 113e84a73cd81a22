"""`askonce resolve` says what is wrong before it begins."""

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from service.cli.main import main
from service.identity.matching.tables import shipped_tables, write_tables


def refused(*arguments: str) -> str:
    """What is said of these arguments, in one line."""
    answer = CliRunner().invoke(main, ["resolve", *arguments])
    assert answer.exit_code == 2, answer.output
    return " ".join(answer.output.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--since", "yesterday"), "A time such as 2026-11-21"),
        (("--tables", "missing.json"), "missing.json cannot be read"),
        (("--processes", "0"), "0 is not in the range"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_with_what_is_expected(arguments, words):
    assert words in refused(*arguments)


@pytest.mark.parametrize("content", [b"{}", b"[]", b"", b"level;person\n", '{"made_from": "Köln"}'.encode("latin-1")])
def test_a_file_that_holds_no_tables_is_refused(tmp_path, content):
    file = tmp_path / "tables.json"
    file.write_bytes(content)
    assert "holds no tables" in refused("--tables", str(file))


def test_a_household_of_people_with_one_given_name_is_refused(tmp_path):
    given = shipped_tables().fields["given"]
    levels = len(given.household)
    flat = replace(given, household=(1 / levels,) * levels)
    file = tmp_path / "tables.json"
    file.write_bytes(write_tables(replace(shipped_tables(), fields={**shipped_tables().fields, "given": flat})))
    assert "no household any more" in refused("--tables", str(file))
