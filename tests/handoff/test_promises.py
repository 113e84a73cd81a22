"""When a customer is called back."""

from datetime import timedelta

import msgspec
import pytest

from service.errors import WindowClosed, WindowInPast
from service.handoff.callbacks import windows
from service.handoff.callbacks.model import CallbackWindow
from tests.handoff.examples import MONDAY, queue

OFFICE = queue().calendar
EVENING = MONDAY.replace(hour=17)  # six in Berlin, when the office closes
TUESDAY_NINE = MONDAY.replace(day=24, hour=8)
HOUR = timedelta(hours=1)


def window(start, end) -> CallbackWindow:
    return msgspec.convert({"from": start, "to": end}, CallbackWindow)


def test_in_the_evening_the_promise_is_the_whole_next_opening():
    found = windows.next_window(OFFICE, EVENING)
    assert (found.start, found.end) == (TUESDAY_NINE, TUESDAY_NINE + 9 * HOUR)


def test_while_open_the_promise_is_the_rest_of_the_day():
    found = windows.next_window(OFFICE, MONDAY)
    assert (found.start, found.end) == (MONDAY, EVENING)


def test_just_before_closing_nobody_is_promised_a_call_today():
    assert windows.next_window(OFFICE, EVENING - timedelta(minutes=14)).start == TUESDAY_NINE
    assert windows.next_window(OFFICE, EVENING - timedelta(minutes=15)).start < EVENING


def test_a_desk_that_never_closes_promises_two_hours():
    found = windows.next_window(queue(hours="24/7").calendar, MONDAY)
    assert found.end - found.start == 2 * HOUR


def test_a_desk_that_opens_no_more_promises_the_coming_day():
    closed = queue(hours="Mo off").calendar
    found = windows.next_window(closed, MONDAY)
    assert (found.start, found.end) == (MONDAY, MONDAY + 24 * HOUR)


def test_a_chosen_window_is_promised_as_it_is_and_called_in_from_the_opening():
    chosen = windows.validate_window(window(EVENING, TUESDAY_NINE + HOUR), OFFICE, MONDAY)
    assert (chosen.start, chosen.end) == (EVENING, TUESDAY_NINE + HOUR)
    assert windows.first_call_at(OFFICE, chosen, MONDAY) == TUESDAY_NINE


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        (MONDAY - 2 * HOUR, MONDAY, WindowInPast),
        (EVENING, EVENING + HOUR, WindowClosed),
        (MONDAY, MONDAY + timedelta(days=32), WindowClosed),
        (MONDAY + timedelta(days=500), MONDAY + timedelta(days=501), WindowClosed),
    ],
)
def test_a_window_that_cannot_be_kept_is_refused(start, end, refusal):
    with pytest.raises(refusal):
        windows.validate_window(window(start, end), OFFICE, MONDAY)


def test_who_chooses_a_closed_window_is_told_when_it_opens():
    with pytest.raises(WindowClosed, match="opens next at 2026-11-24T08:00:00Z"):
        windows.validate_window(window(EVENING, EVENING + HOUR), OFFICE, MONDAY)
