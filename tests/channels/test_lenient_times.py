"""Times as vendors write them: one that cannot be right costs that time, and never the message."""

import pytest

from service.channels import lenient
from tests.fixtures import NOW


@pytest.mark.parametrize(
    "written",
    [
        *("1969-12-31T23:59:59Z", "1970-01-01T00:30:00+02:00", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"),
        *("0001-01-01T00:00:00+14:00", "-1", "1e300", "yesterday"),
    ],
)
def test_a_message_whose_time_cannot_be_right_occurred_when_it_came(written):
    assert lenient.moment(written, NOW) == NOW


@pytest.mark.parametrize("written", ["1970-01-01T00:00:00Z", "2036-11-21T10:30:00+01:00", "2199-12-31T23:59:59Z"])
def test_a_clock_that_is_merely_wrong_is_kept_as_stated(written):
    assert lenient.moment(written, NOW) == NOW.fromisoformat(written)
