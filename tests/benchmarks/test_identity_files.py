"""Files of strangers are read as they are: other names, separators and encodings, and missing columns."""

from pathlib import Path

import pytest

from benchmarks.identity.files import parse_mapping, read_people
from service.errors import InvalidInput

TRUTH = "record_id,person_id,household_id,note\n1,p,h,x\n2,p,,x\n3,q,h,x\n"


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    path = tmp_path / "truth.csv"
    path.write_text(TRUTH, "utf-8")
    return path


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding)
    return path


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("record_id,given,family\n1,Jürgen,Groß\n", "utf-8"),
        ("record_id;given;family\n1;Jürgen;Groß\n", "utf-8-sig"),
        ("family\trecord_id\tgiven\nGroß\t1\tJürgen\n", "cp1252"),
        ("unique_id,first_name,surname\n1,Jürgen,Groß\n", "utf-8"),
        ('"record_id","given","family"\r\n"1"," Jürgen ","Groß"\r\n', "utf-16"),
    ],
)
def test_a_file_is_read_however_it_is_written(tmp_path: Path, truth: Path, text: str, encoding: str):
    people = read_people([written(tmp_path / "data.csv", text, encoding)], [truth], {})
    assert people.rows == [{"record_id": "1", "given": "Jürgen", "family": "Groß"}]


def test_columns_of_other_names_are_mapped(tmp_path: Path, truth: Path):
    data = written(tmp_path / "data.csv", "Nr,Vorname,family\n3,Eva,Kern\n")
    people = read_people([data], [truth], parse_mapping("record_id=Nr, given=Vorname"))
    assert people.rows == [{"record_id": "3", "given": "Eva", "family": "Kern"}]


def test_the_truth_is_that_of_the_records_that_are_read(tmp_path: Path, truth: Path):
    data = written(tmp_path / "data.csv", "record_id,given\n1,Eva\n2,Eva\n3,Eva\n")
    people = read_people([data], [truth], {}, limit=2)
    assert people.truth.persons == {"1": "p", "2": "p"}
    assert people.truth.households == {"1": "h"}


def test_two_files_are_two_parts(tmp_path: Path, truth: Path):
    one = written(tmp_path / "one.csv", "record_id,given\n1,Eva\n")
    other = written(tmp_path / "other.csv", "given,record_id\nEva,2\n")
    assert read_people([one, other], [truth], {}).truth.parts == {"1": 0, "2": 1}


@pytest.mark.parametrize(
    ("text", "mapping", "says"),
    [
        ("given\nEva\n", "", "record_id"),
        ("record_id,given\n1,Eva\n1,Eva\n", "", "stands twice"),
        ("record_id,given\n9,Eva\n", "", "names no person_id"),
        ("record_id,given\n1,Eva\n", "family=Nachname", "no column Nachname"),
        ("a,b\n1,Eva\n", "", "none of the columns"),
        ("record_id,given\n1,Eva\n", "surname=given", "--map takes"),
    ],
)
def test_what_cannot_be_measured_says_what_to_do(tmp_path: Path, truth: Path, text: str, mapping: str, says: str):
    data = written(tmp_path / "data.csv", text)
    with pytest.raises(InvalidInput, match=says):
        read_people([data], [truth], parse_mapping(mapping))
