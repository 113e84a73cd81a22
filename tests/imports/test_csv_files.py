"""CSV files as programs really write them: what is not well-formed is refused with its line, and nothing is lost.

TRUST D23: an import that lost a row does not say success.
"""

import json
from pathlib import Path

import pytest

from service.errors import InvalidInput
from service.identity.profile import CustomerInput
from service.imports.columns import Columns
from service.imports.csv_format import detect_format
from service.imports.files import RecordFile

HEADER = "name,identity.email,communication_style\n"
ANNA, BERT, CARL = "Anna,a@example.de,\n", "Bert,b@example.de,\n", "Carl,c@example.de,\n"


def written(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def names_and_problems(path: Path, **stated: str) -> tuple[list[str], list[tuple[int, str]]]:
    """Names of the records that could be read; line and reason of the others."""
    records = list(RecordFile(path, CustomerInput, **stated))
    names = [json.loads(one.raw).get("name", "") for one in records if one.problem is None]
    return names, [(one.line, one.problem) for one in records if one.problem is not None]


@pytest.mark.parametrize(
    ("rows", "names", "refused"),
    [
        pytest.param(ANNA + '"Bert,b@example.de,\n' + CARL, ["Anna", "Carl"], {3: "never closed"}, id="unclosed quote"),
        pytest.param('"Anna,a@example.de,', [], {2: "never closed"}, id="unclosed quote in the last row"),
        pytest.param(
            '"Anna,a@x.de,\n"Bert",b@x.de,\n' + CARL, ["Bert", "Carl"], {2: "expected after"}, id="and another"
        ),
        pytest.param(
            '"Anna,a@x.de,\nBert",b@x.de,\n' + CARL,
            ["Carl"],
            {2: "end of the line", 3: "without a second"},
            id="swallowed",
        ),
        pytest.param('"Anna"x,a@example.de,\n' + BERT, ["Bert"], {2: "expected after"}, id="text behind a quote"),
        pytest.param("Anna,a@example.de,,more\n" + BERT, ["Bert"], {2: "4 cells, and the header 3"}, id="more cells"),
        pytest.param(ANNA + "Bert,b@exam", ["Anna"], {3: "2 cells, and the header 3"}, id="cut off"),
        pytest.param(ANNA + "\n,,\n   \n" + BERT, ["Anna", "Bert"], {5: "1 cells"}, id="blank rows"),
        pytest.param("Anna,a@example.de,,,,\n", ["Anna"], {}, id="empty cells beyond the header"),
        pytest.param(
            'Anna,a@example.de,"brief,\nand ""clear"""\n' + BERT, ["Anna", "Bert"], {}, id="a text of two lines"
        ),
        pytest.param("Anna,a@example.de,\r" + "Bert,b@example.de,\r", ["Anna", "Bert"], {}, id="lines of old Macs"),
        pytest.param("Anna,a@example.de,\r\nBert,b@example.de,", ["Anna", "Bert"], {}, id="lines of Windows"),
        pytest.param("Anna,a@example.de," + "x" * (2 << 20) + "\n" + BERT, ["Bert"], {2: "1 MB"}, id="a giant cell"),
    ],
)
@pytest.mark.promise("D23")
def test_a_row_that_is_not_well_formed_is_refused_by_its_line_and_no_other(tmp_path, rows, names, refused):
    read, problems = names_and_problems(written(tmp_path, HEADER + rows))
    assert read == names
    assert [line for line, _ in problems] == list(refused)
    for (_, problem), part in zip(problems, refused.values(), strict=True):
        assert part in problem


GERMAN = "name;identity.email\nJürgen Groß;j@example.de\nZoë Łuk;z@example.de\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Jürgen Groß"),
        ("utf-8-sig", "Jürgen Groß"),
        ("utf-16", "Jürgen Groß"),
        ("utf-16-le", "Jürgen Groß"),
        ("utf-16-be", "Jürgen Groß"),
        ("utf-32", "Jürgen Groß"),
        ("latin-1", "Jürgen Gro\xdf"),
        ("cp1252", "Jürgen Groß"),
    ],
)
def test_a_files_encoding_is_found(tmp_path, encoding, name):
    text = GERMAN.splitlines(keepends=True)
    names, problems = names_and_problems(written(tmp_path, "".join(text[:2]).encode(encoding)))
    assert (names, problems) == ([name], [])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "name;identity.email\nАнна Иванова;a@example.ru\n"),
        ("iso-8859-2", "name;identity.email\nŁukasz Żółć;l@example.pl\n"),
        ("cp1253", "name;identity.email\nΑννα Παπαδοπούλου;a@example.gr\n"),
        ("cp850", "name;identity.email\nBjörn Müller;b@example.de\n"),
        ("shift_jis", "name;identity.email\n山田太郎;y@example.jp\n"),
    ],
)
def test_an_encoding_that_cannot_be_told_is_asked_for_and_then_used(tmp_path, encoding, text):
    path = written(tmp_path, text.encode(encoding))
    with pytest.raises(InvalidInput, match="say --encoding"):
        RecordFile(path, CustomerInput)
    names, _ = names_and_problems(path, encoding=encoding)
    assert names == [text.splitlines()[1].partition(";")[0]]


def test_a_guess_says_so_and_shows_a_word(tmp_path):
    path = written(tmp_path, "name;identity.email\nJürgen;j@example.de\n".encode("cp1252"))
    assert (
        "if `Jürgen` is not how it is spelled, say --encoding" in RecordFile(path, CustomerInput).csv_format.describe()
    )


@pytest.mark.promise("D23")
def test_a_broken_letter_in_a_file_of_utf8_costs_its_row_alone(tmp_path):
    path = written(tmp_path, GERMAN.encode() + b"J\xfcrgen;j2@example.de\n")
    names, problems = names_and_problems(path)
    assert names == ["Jürgen Groß", "Zoë Łuk"]
    assert problems == [(4, "The row is not well-formed: `name` has bytes that are not of the file's encoding.")]


def test_a_file_that_ends_within_a_letter_says_so(tmp_path):
    path = written(tmp_path, "name;identity.email\nAnna;a@example.de\nBert;b@example.de".encode("utf-16")[:-1])
    _, problems = names_and_problems(path)
    assert len(problems) == 1
    assert "cannot be read further" in problems[0][1]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("stated", ["", "sep={}\n", '"sep={}"\r\n', "SEP={}\n"])
def test_the_separator_is_found_or_read_from_the_first_line(tmp_path, separator, stated):
    text = (
        stated.format(separator) + separator.join(["name", "identity.email"]) + "\n" + f"Anna{separator}a@example.de\n"
    )
    assert names_and_problems(written(tmp_path, text)) == (["Anna"], [])


def test_a_separator_that_stands_in_cells_does_not_win(tmp_path):
    text = 'identity.email;"name";segments\na@example.de;"Muster, Anna, Dr., MBA, LL.M.";"vip; new"\n'
    (record,) = RecordFile(written(tmp_path, text), CustomerInput)
    assert json.loads(record.raw) == {
        "identities": [{"kind": "email", "value": "a@example.de"}],
        "name": "Muster, Anna, Dr., MBA, LL.M.",
        "segments": ["vip", "new"],
    }


def test_a_stated_format_wins(tmp_path):
    path = written(tmp_path, "name;identity.email\nAnna;a@example.de\n")
    assert detect_format(path, Columns(CustomerInput).is_known, encoding="utf-8", separator=",").separator == ","
