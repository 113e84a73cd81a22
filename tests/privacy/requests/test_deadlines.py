"""Requests are due one calendar month after receipt."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.privacy.requests.deadlines import due_day

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (datetime(2026, 11, 21, 9, 30, tzinfo=UTC), date(2026, 12, 21), date(2027, 2, 21)),
        (datetime(2027, 1, 31, 12, tzinfo=UTC), date(2027, 2, 28), date(2027, 4, 30)),
        (datetime(2028, 1, 30, 12, tzinfo=UTC), date(2028, 2, 29), date(2028, 4, 30)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 2, 1), date(2027, 4, 1)),
    ],
)
def test_a_request_is_due_on_the_same_day_of_a_later_month_or_its_last(received, due, extended):
    assert due_day(received, BERLIN, extended=False) == due
    assert due_day(received, BERLIN, extended=True) == extended
