"""Which calendars are taken, and what is said of the others."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from service.calendar.model import Calendar, SpecialHours
from service.calendar.rules import check_calendar
from service.errors import CalendarInvalid

NOW = datetime(2026, 2, 2, 10, tzinfo=UTC)
CHRISTMAS_EVE = date(2026, 12, 24)


def calendar(**parts):
    return Calendar(**{"time_zone": "Europe/Berlin", "hours": "Mo-Fr 09:00-18:00"} | parts)


def test_the_calendar_of_the_contract_is_taken_as_json():
    text = b"""{"time_zone": "Europe/Berlin", "country": "DE", "subdivision": "BW",
        "hours": "Mo-Fr 09:00-18:00; Sa 10:00-14:00", "closed": ["2026-12-24"],
        "exceptions": [{"on": "2026-12-31", "hours": "09:00-12:00"}]}"""
    read = msgspec.json.decode(text, type=Calendar)
    check_calendar(read, NOW)
    assert (read.closed, read.exceptions[0].on) == ((CHRISTMAS_EVE,), date(2026, 12, 31))
    assert msgspec.json.decode(msgspec.json.encode(read), type=Calendar) == read


def test_an_unknown_field_is_refused_by_name():
    with pytest.raises(msgspec.ValidationError, match="unknown field `holidays`"):
        msgspec.json.decode(b'{"time_zone":"UTC","hours":"24/7","holidays":[]}', type=Calendar)


@pytest.mark.parametrize(
    ("parts", "field", "sentence"),
    [
        ({"time_zone": "europe/berlin"}, "time_zone", "did you mean Europe/Berlin"),
        ({"time_zone": "Berlin Time"}, "time_zone", "is not a time zone: give a name of the IANA list"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "is not a time zone"),
        ({"time_zone": "Europe"}, "time_zone", "is not a time zone"),
        ({"time_zone": "Europe/Berlin\0"}, "time_zone", "is not a time zone"),
        ({"time_zone": "localtime"}, "time_zone", "is not a time zone"),
        ({"time_zone": ""}, "time_zone", "is not a time zone"),
        ({"country": "XX"}, "country", "is not a country"),
        ({"country": "DE", "subdivision": "XX"}, "subdivision", "is not a subdivision of DE"),
        ({"hours": "sometimes"}, "hours", "ends without times"),
        ({"closed": (CHRISTMAS_EVE, CHRISTMAS_EVE)}, "exceptions", "24 December 2026 is named more than once"),
        (
            {"closed": (CHRISTMAS_EVE,), "exceptions": (SpecialHours(on=CHRISTMAS_EVE, hours="09:00-12:00"),)},
            "exceptions",
            "24 December 2026 is named more than once",
        ),
        ({"exceptions": (SpecialHours(on=CHRISTMAS_EVE, hours="off"),)}, "exceptions", "'off' is not an interval"),
    ],
)
def test_a_calendar_with_a_wrong_part_is_refused_with_what_to_do(parts, field, sentence):
    with pytest.raises(CalendarInvalid) as refused:
        check_calendar(calendar(**parts), NOW)
    assert refused.value.field == f"calendar.{field}"
    assert sentence in refused.value.message


YEARS_OF_CLOSED_DAYS = tuple(NOW.date() + timedelta(days=days) for days in range(-2, 500))


@pytest.mark.parametrize(
    "parts",
    [
        {"hours": "off"},
        {"hours": "off", "exceptions": (SpecialHours(on=date(2026, 2, 1), hours="09:00-12:00"),)},
        {"hours": "24/7", "closed": YEARS_OF_CLOSED_DAYS},
        {"hours": "off", "exceptions": (SpecialHours(on=date(2026, 3, 29), hours="02:00-03:00"),)},
    ],
    ids=["no hours", "only in the past", "every day closed", "only in the skipped hour"],
)
def test_a_calendar_that_never_opens_is_refused(parts):
    with pytest.raises(CalendarInvalid, match="does not open once within 400 days"):
        check_calendar(calendar(**parts), NOW)


def test_a_desk_that_opens_only_on_exceptions_is_taken():
    check_calendar(calendar(hours="off", exceptions=(SpecialHours(on=date(2026, 12, 31), hours="09:00-12:00"),)), NOW)
