"""Which days close a desk because its country, or its part of the country, celebrates."""

from datetime import UTC, date, datetime

import pytest
from holidays.registry import COUNTRIES

from service.calendar.model import Calendar
from service.calendar.public_holidays import check_region, holidays_of
from service.calendar.rules import open_status
from service.errors import CalendarInvalid

CODES = {alpha_2 for _, alpha_2, *_ in COUNTRIES.values()}
EPIPHANY = datetime(2026, 1, 6, 10, tzinfo=UTC)


def desk(country, subdivision, time_zone="Europe/Berlin"):
    return Calendar(time_zone=time_zone, country=country, subdivision=subdivision, hours="Mo-Fr 09:00-18:00")


@pytest.mark.parametrize(
    ("subdivision", "is_open"), [("BW", False), ("BY", False), ("ST", False), ("HH", True), ("NW", True), (None, True)]
)
def test_6_january_closes_where_it_is_a_holiday(subdivision, is_open):
    assert open_status(desk("DE", subdivision), EPIPHANY).open is is_open


def test_a_holiday_is_named_in_english_and_in_its_own_language():
    assert open_status(desk("DE", "BW"), EPIPHANY).reason == (
        "Closed: Epiphany (Heilige Drei Könige); opens Wednesday 09:00."
    )
    assert holidays_of("AT", None, 2026)[date(2026, 10, 26)] == "National Day (Nationalfeiertag)"


def test_a_holiday_of_an_english_speaking_country_is_named_once():
    assert holidays_of("US", None, 2026)[date(2026, 11, 26)] == "Thanksgiving Day"


def test_names_do_not_follow_the_language_of_the_machine(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "uk")
    holidays_of.cache_clear()
    assert holidays_of("DE", None, 2026)[date(2026, 1, 1)] == "New Year's Day (Neujahr)"


def test_a_holiday_moved_into_the_year_before_closes_there():
    new_year_on_a_saturday = datetime(2021, 12, 31, 17, tzinfo=UTC)
    assert open_status(desk("US", None, "America/New_York"), new_year_on_a_saturday).open is False


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2022, 1, 3), "New Year's Day (observed)"),
        (date(2025, 1, 27), "Australia Day"),
        (date(2027, 12, 28), "Boxing Day (observed)"),
        (date(2027, 1, 26), "Australia Day"),
    ],
)
def test_a_day_that_every_subdivision_has_closes_the_whole_country(on, name):
    assert name in holidays_of("AU", None, on.year)[on]


def test_a_day_that_one_subdivision_lacks_does_not_close_the_country():
    assert date(2026, 1, 6) not in holidays_of("DE", None, 2026)
    assert date(2026, 6, 8) not in holidays_of("AU", None, 2026)  # the King's Birthday has other dates in two states


def test_without_a_country_no_holiday_closes():
    assert open_status(desk(None, None), datetime(2026, 12, 25, 10, tzinfo=UTC)).open is True


@pytest.mark.parametrize("country", sorted(CODES))
def test_the_holidays_of_every_country_can_be_asked_for(country):
    check_region(country, None)
    assert all(name and on.year == 2026 for on, name in holidays_of(country, None, 2026).items())


@pytest.mark.parametrize(
    ("country", "subdivision", "field", "sentence"),
    [
        ("XX", None, "calendar.country", "'XX' is not a country whose holidays are known"),
        ("de", None, "calendar.country", "a code of two capital letters, like DE"),
        ("Germany", None, "calendar.country", "'Germany' is not a country"),
        ("DE", "XY", "calendar.subdivision", "'XY' is not a subdivision of DE: use one of BB, BE, BW"),
        ("DE", "", "calendar.subdivision", "'' is not a subdivision of DE"),
        ("JM", "XY", "calendar.subdivision", "'XY' is not a subdivision of JM: leave it out, it has none."),
        (None, "BW", "calendar.subdivision", "'BW' needs its country"),
    ],
)
def test_an_unknown_region_is_refused_with_what_is_allowed(country, subdivision, field, sentence):
    with pytest.raises(CalendarInvalid) as refused:
        check_region(country, subdivision)
    assert sentence in refused.value.message
    assert refused.value.field == field


def test_desks_of_one_region_share_its_table_of_holidays():
    open_status(desk("DE", "BW"), EPIPHANY)
    built = holidays_of.cache_info().misses
    open_status(Calendar(time_zone="Europe/Berlin", country="DE", subdivision="BW", hours="Sa 10:00-14:00"), EPIPHANY)
    assert holidays_of.cache_info().misses == built
