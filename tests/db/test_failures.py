"""What PostgreSQL says when it fails, and what callers hear of it."""

import asyncpg
import pytest

from service.db.failures import DatabaseFailure, failure_of, unavailable_error
from service.errors import DatabaseBusy, DatabaseUnavailable

BUSY, GONE, READ_ONLY, EXHAUSTED = DatabaseFailure


@pytest.mark.parametrize(
    ("sqlstate", "failure"),
    [
        ("08006", GONE),
        ("08P01", GONE),
        ("25006", READ_ONLY),
        ("25P03", BUSY),
        ("25P04", BUSY),
        ("40001", BUSY),
        ("40P01", BUSY),
        ("40002", None),
        ("53000", EXHAUSTED),
        ("53100", EXHAUSTED),
        ("53200", EXHAUSTED),
        ("53300", GONE),
        ("53400", BUSY),
        ("55P03", BUSY),
        ("57014", BUSY),
        ("57P01", GONE),
        ("57P02", GONE),
        ("57P03", GONE),
        ("57P04", GONE),
        ("57P05", GONE),
        ("58000", EXHAUSTED),
        ("58030", EXHAUSTED),
        ("58P01", EXHAUSTED),
        ("XX001", EXHAUSTED),
        ("XX002", EXHAUSTED),
        ("22001", None),
        ("23505", None),
        ("25P02", None),
        ("42P01", None),
        ("XX000", None),
        ("P0001", None),
    ],
)
def test_each_state_in_which_postgresql_fails_is_what_repeating_the_request_can_do_about_it(sqlstate, failure):
    assert failure_of(asyncpg.PostgresError.new({"C": sqlstate, "M": "no", "S": "ERROR"})) is failure


def test_a_server_that_cannot_be_reached_is_gone_and_one_that_is_slow_is_busy():
    assert failure_of(ConnectionRefusedError()) is GONE
    assert failure_of(asyncpg.TargetServerAttributeNotMatched()) is GONE
    assert failure_of(TimeoutError()) is BUSY
    assert failure_of(ZeroDivisionError()) is None


def test_callers_hear_no_value_and_that_they_may_repeat():
    assert isinstance(unavailable_error(BUSY), DatabaseBusy)
    for failure in (GONE, READ_ONLY, EXHAUSTED):
        told = unavailable_error(failure)
        assert isinstance(told, DatabaseUnavailable)
        assert "repeat the request with the same ids" in told.detail
