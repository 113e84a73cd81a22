import pytest

from service.identity.normal.dates import normal_date

SPELLINGS = [
    "1980-03-12",
    "12.03.1980",
    "12.3.1980",
    "12. 3. 80",
    "12/03/1980",
    "12-03-1980",
    "1980/03/12",
    "19800312",
    "12031980",
    "120380",
    "80-03-12",
    "12. März 1980",
    "12 mars 1980",
    "12-Mar-80",
    "March 12th, 1980",
    "12.III.1980",
    "1980-03-12T00:00:00Z",
    "12.03.1980 00:00",
    "geb. 12.03.1980",
    "29292",
    "29292.0",
    "١٢/٠٣/١٩٨٠",
]
NO_DATES = ["", "-", "unbekannt", "1980", "03/1980", "12.3.", "00.00.1980", "12.03.198", "99999", "1" * 100, "a.b.c"]
DEFAULTS = [
    "1.1.1900",
    "01.01.1970",
    "11.11.1111",
    "11.11.1911",
    "1753-01-01",
    "1899-12-30",
    "0001-01-01",
    "31.12.9999",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_birth_date_is_the_same_in_every_spelling(text):
    assert normal_date(text) == "19800312"


@pytest.mark.parametrize("text", NO_DATES + DEFAULTS)
def test_what_is_no_date_or_filled_in_by_a_system_says_nothing(text):
    assert normal_date(text) == ""


@pytest.mark.parametrize(
    ("text", "stated_year", "date"),
    [
        ("12.03.24", 2026, "19240312"),
        ("12.03.05", 2026, "20050312"),
        ("12.03.05", 2010, "19050312"),
        ("12.03.80", 2026, "19800312"),
        ("12.03.99", 2026, "19990312"),
        ("12.03.00", 2026, "20000312"),
        ("12.03.2030", 2026, ""),
        ("12.03.2024", 2026, "20240312"),
    ],
)
def test_a_birth_date_is_in_the_past_of_its_record(text, stated_year, date):
    assert normal_date(text, stated_year) == date


@pytest.mark.parametrize(
    ("text", "date"), [("31.02.1980", "19800231"), ("12.13.1980", "19801213"), ("03/31/1980", "19800331")]
)
def test_a_slip_in_a_date_leaves_it_comparable(text, date):
    assert normal_date(text) == date
