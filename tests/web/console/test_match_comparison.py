"""Two customers side by side: what says the same in another spelling counts as the same."""

from datetime import UTC, datetime

import pytest

from service.identity.golden.model import GoldenField, GoldenRecord
from service.web.console.matches.comparison import ComparedLine, compared_fields

AT = datetime(2026, 11, 1, tzinfo=UTC)


def golden(name: str, value: str | dict[str, str]) -> GoldenRecord:
    field = GoldenField(value=value, source="shop", external_id="1", stated_at=AT, verified=False, rule="only")
    return GoldenRecord(fields={name: field}, version=1)


def compared(name: str, here: str | dict[str, str], there: str | dict[str, str]) -> ComparedLine:
    (line,) = compared_fields(golden(name, here), golden(name, there), golden(name, here))
    return line


def home(street: str, code: str, town: str) -> dict[str, str]:
    return {"street-address": street, "postal-code": code, "address-level2": town}


@pytest.mark.parametrize(
    ("name", "here", "there"),
    [
        ("birth_date", "01.02.1960", "1960-02-01"),
        ("birth_date", "1.2.60", "1960-02-01"),
        ("given", "Jürgen", "Juergen"),
        ("family", "GROSS", "Groß"),
        ("full", "Müller, Jörg", "Joerg Mueller"),
        ("address", home("Hauptstr. 5", "80331", "München"), home("Hauptstrasse 5", "D-80331", "Muenchen")),
        ("address", home("Am Bach 2", "50667", "Köln"), home("am Bach 2", "50667", "Koeln")),
    ],
)
def test_two_spellings_of_one_value_are_the_same_and_nothing_is_marked(name, here, there):
    line = compared(name, here, there)
    assert line.same
    assert not line.differs
    assert not [piece for side in (line.here, line.there) for one in side for piece in one.pieces if piece.differs]


@pytest.mark.parametrize(
    ("name", "here", "there"),
    [
        ("birth_date", "01.02.1960", "1960-02-02"),
        ("birth_date", "unknown", "1960-02-02"),
        ("family", "Groß", "Klein"),
        ("full", "李", "王"),
        ("address", home("Hauptstr. 5", "80331", "München"), home("Hauptstr. 6", "80331", "München")),
        ("address", {"country": "DE"}, {"country": "AT"}),
    ],
)
def test_values_that_say_something_else_differ(name, here, there):
    assert compared(name, here, there).differs
