"""How the hours of a week are written, and what is said of those that cannot be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.calendar.hours import parse_special_hours, parse_week
from service.calendar.model import DayInterval
from service.errors import CalendarInvalid

NINE_TO_SIX = (DayInterval(540, 1080),)
MORNING_AND_AFTERNOON = (DayInterval(540, 720), DayInterval(780, 1080))
NIGHT = (DayInterval(1320, 1560),)
ALL_DAY = (DayInterval(0, 1440),)


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        ("Mo-Fr 09:00-18:00; Sa 10:00-14:00", (*[NINE_TO_SIX] * 5, (DayInterval(600, 840),), ())),
        ("Mo-Fr 09:00-12:00,13:00-18:00", (*[MORNING_AND_AFTERNOON] * 5, (), ())),
        ("Fr 22:00-02:00", ((), (), (), (), NIGHT, (), ())),
        ("Mo,We,Fr-Su 22:00-02:00", (NIGHT, (), NIGHT, (), NIGHT, NIGHT, NIGHT)),
        ("Fr-Mo 09:00-18:00", (NINE_TO_SIX, (), (), (), NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX)),
        ("09:00-18:00", (NINE_TO_SIX,) * 7),
        ("24/7", (ALL_DAY,) * 7),
        ("24/7; Su off", (*[ALL_DAY] * 6, ())),
        ("off", ((),) * 7),
        ("Mo-Su 09:00-18:00; We closed", (NINE_TO_SIX, NINE_TO_SIX, (), *[NINE_TO_SIX] * 4)),
        ("Mo-Su 09:00-18:00; We 22:00-02:00", (NINE_TO_SIX, NINE_TO_SIX, NIGHT, *[NINE_TO_SIX] * 4)),
        (" mo - fr  9:00 – 18:00 ;", (*[NINE_TO_SIX] * 5, (), ())),
        ("Mo 13:00-18:00, 09:00-12:00", (MORNING_AND_AFTERNOON, *[()] * 6)),
        ("Mo 09:00-12:00,12:00-18:00", (NINE_TO_SIX, *[()] * 6)),
        ("00:00-23:59", (ALL_DAY,) * 7),
        ("Mo 00:00-23:59; Tu 18:00 - 23:59", (ALL_DAY, (DayInterval(1080, 1440),), *[()] * 5)),
        ("Mo 00:00-24:00; Tu 18:00-24:00", (ALL_DAY, (DayInterval(1080, 1440),), *[()] * 5)),
    ],
)
def test_weekly_hours_are_read_as_their_author_meant_them(hours, week):
    assert parse_week(hours) == week


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ("", "The hours are empty: write them like Mo-Fr 09:00-18:00"),
        (" ; ", "The hours are empty"),
        ("Mo-Fr", "'Mo-Fr' ends without times"),
        ("Mo-Fr 9-18", "'9-18' is not an interval: write it like 09:00-18:00."),
        ("Mo 09:00-18:00,", "'' is not an interval"),
        ("Mo 09:00+", "'09:00+' is not an interval"),
        ("Mo ٠٩:٠٠-١٨:٠٠", "is not an interval"),
        ("Mo 09:60-18:00", "'09:60-18:00' is not an interval"),
        ("Mo 09:00-25:00", "'09:00-25:00' leaves the day"),
        ("Mo 24:00-02:00", "'24:00-02:00' leaves the day"),
        ("Mo 09:00-24:30", "'09:00-24:30' leaves the day"),
        ("Mo 09:00-09:00", "a whole day is written 00:00-24:00"),
        ("Mo 09:00-13:00,12:00-18:00", "overlap: write them as one"),
        ("Monday 09:00-18:00", "'Monday' in 'Monday' is not a day: use Mo, Tu, We, Th, Fr, Sa, Su"),
        ("Mo-,We 09:00-18:00", "'' in 'Mo-,We' is not a day"),
        ("Mo Tu 09:00-18:00", "'Mo Tu' in 'Mo Tu' is not a day"),
        ("Mo 09:00-18:00, We 14:00-18:00", "separate parts with semicolons"),
        ("Mo-Fr 09:00-18:00; PH off", "'PH' is not needed: public holidays close by the calendar's country"),
        ("Mo-Fr 09:00-12:00; Mo-Fr 13:00-18:00", "'Mo-Fr 09:00-12:00' has no effect"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_the_part_and_what_is_allowed(hours, sentence):
    with pytest.raises(CalendarInvalid) as refused:
        parse_week(hours)
    assert sentence in refused.value.message
    assert refused.value.field == "calendar.hours"


def test_the_hours_of_one_date_are_written_without_days():
    assert parse_special_hours("13:00-18:00, 09:00-12:00") == MORNING_AND_AFTERNOON
    with pytest.raises(CalendarInvalid, match="is not an interval") as refused:
        parse_special_hours("Mo 09:00-12:00")
    assert refused.value.field == "calendar.exceptions"


PIECES = [*"MoTuWehFrSaPH 0123456789:;,-/–\n\t", "24/7", "Mo-Fr ", "09:00-18:00", "22:00-02:00", "off", "; "]


@settings(max_examples=100)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_text_breaks_the_reader(hours):
    try:
        week = parse_week(hours)
    except CalendarInvalid as refused:
        assert refused.message.endswith((".", "?"))
    else:
        assert len(week) == 7
