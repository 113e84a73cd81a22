"""The rules of one condition, as a table of the till's questions."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.conditions.model import Scope, Terms
from service.conditions.rules import (
    TillScope,
    evaluate_condition,
    in_force,
    period_containing,
    reason_not_in_force,
    reason_out_of_scope,
    reason_used_up,
    uses_left,
)
from service.model.vocabulary import Channel, UsePeriod
from tests.conditions.examples import NOW, PROPERTY, basket, condition

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
TILL = TillScope("DE-042")


def test_a_condition_begins_at_its_first_moment_and_is_over_at_its_last():
    term = condition(valid_from=NOW, valid_until=NOW + timedelta(days=1))
    assert not in_force(term, NOW - SECOND)
    assert in_force(term, NOW)
    assert in_force(term, NOW + timedelta(days=1) - SECOND)
    assert not in_force(term, NOW + timedelta(days=1))


def test_a_revocation_takes_effect_at_once_and_does_not_reach_back():
    term = condition(valid_until=None, revoked_at=NOW)
    assert in_force(term, NOW - SECOND)
    assert reason_not_in_force(term, NOW) == "Revoked on 2026-11-21T09:30:00Z."


@pytest.mark.parametrize(
    ("differences", "because"),
    [
        ({"valid_from": datetime(2026, 12, 1, tzinfo=UTC)}, "In force from 2026-12-01T00:00:00Z."),
        ({"valid_until": datetime(2026, 11, 1, tzinfo=UTC)}, "In force until 2026-11-01T00:00:00Z."),
        ({"scope": Scope(stores=("DE-001",))}, "Not in store DE-042."),
        ({"scope": Scope(channels=(Channel.WEB, Channel.PHONE))}, "Only by channel web or phone."),
        ({"max_uses": 2, "max_uses_per": UsePeriod.MONTH}, "Used up: 2 of 2 this month."),
        ({"max_uses": 1, "max_uses_per": UsePeriod.DAY}, "Used up: 2 of 1 today."),
        ({"max_uses": 2, "max_uses_per": UsePeriod.YEAR}, "Used up: 2 of 2 this year."),
        ({"max_uses": 2}, "Used up: 2 of 2."),
        ({"terms": Terms(amount=Decimal(5), currency="CHF")}, "The amount is in CHF, the basket in EUR."),
        ({"scope": Scope(categories=("bags", "hats"))}, "Applies to none of 3 lines: only to bags or hats."),
        ({"scope": Scope(categories=("shoes",), brands=("Y",))}, "Applies to none of 3 lines: only to shoes and Y."),
    ],
)
def test_what_does_not_apply_says_why(differences, because):
    verdict = evaluate_condition(
        condition(**differences), basket=basket("shoes", "Shoes", "socks", brand="x"), till=TILL, used=2, now=NOW
    )
    assert verdict == (False, because)


@pytest.mark.parametrize(
    ("differences", "because"),
    [
        ({}, "Applies to 3 of 3 lines."),
        ({"scope": Scope(categories=("SHOES",))}, "Applies to 2 of 3 lines."),
        ({"scope": Scope(categories=("socks",), brands=("X", "Y"))}, "Applies to 1 of 3 lines."),
        ({"scope": Scope(stores=("DE-001", "DE-042"), channels=(Channel.STORE,))}, "Applies to 3 of 3 lines."),
        ({"max_uses": 3, "max_uses_per": UsePeriod.DAY}, "Applies to 3 of 3 lines."),
        ({"terms": Terms(amount=Decimal(5), currency="EUR")}, "Applies to 3 of 3 lines."),
    ],
)
def test_what_applies_says_to_how_much(differences, because):
    verdict = evaluate_condition(
        condition(**differences), basket=basket("shoes", "Shoes", "socks", brand="x"), till=TILL, used=2, now=NOW
    )
    assert verdict == (True, because)


def test_a_line_without_a_category_is_in_none():
    lines = basket("shoes")
    without = lines.lines[0].__class__(sku="1")
    only_shoes = condition(scope=Scope(categories=("shoes",)))
    verdict = evaluate_condition(
        only_shoes, basket=lines.__class__(currency="EUR", lines=(without,)), till=TILL, used=0, now=NOW
    )
    assert verdict == (False, "Applies to none of 1 line: only to shoes.")


def test_terms_of_certain_stores_need_a_store():
    assert reason_out_of_scope(condition(scope=Scope(stores=("DE-042",))), TillScope(None)) == (
        "Only in certain stores, and no store is named."
    )


@PROPERTY
@given(limit=st.integers(1, 50), used=st.integers(0, 60))
def test_a_condition_is_used_up_exactly_when_no_use_is_left(limit, used):
    term = condition(max_uses=limit)
    assert (uses_left(term, used) == 0) == (reason_used_up(term, used) is not None)


def test_a_condition_without_a_limit_is_never_used_up():
    assert uses_left(condition(), 10_000) is None
    assert reason_used_up(condition(), 10_000) is None


@pytest.mark.parametrize(
    ("per", "at", "start", "end"),
    [
        (UsePeriod.DAY, "2026-11-20T23:30Z", "2026-11-20T23:00Z", "2026-11-21T23:00Z"),
        (UsePeriod.DAY, "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        (UsePeriod.DAY, "2026-10-25T12:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        (UsePeriod.MONTH, "2026-10-31T22:59Z", "2026-09-30T22:00Z", "2026-10-31T23:00Z"),
        (UsePeriod.MONTH, "2026-10-31T23:00Z", "2026-10-31T23:00Z", "2026-11-30T23:00Z"),
        (UsePeriod.MONTH, "2026-12-31T22:00Z", "2026-11-30T23:00Z", "2026-12-31T23:00Z"),
        (UsePeriod.MONTH, "2028-02-29T12:00Z", "2028-01-31T23:00Z", "2028-02-29T23:00Z"),
        (UsePeriod.YEAR, "2026-12-31T23:30Z", "2026-12-31T23:00Z", "2027-12-31T23:00Z"),
    ],
)
def test_a_period_is_a_calendar_period_of_the_companys_time_zone(per, at, start, end):
    moment, first, after = (datetime.fromisoformat(text) for text in (at, start, end))
    assert period_containing(per, moment, BERLIN) == (first, after)


def test_ever_has_no_bounds():
    assert period_containing(UsePeriod.EVER, NOW, BERLIN) == period_containing(None, NOW, BERLIN) == (None, None)


@PROPERTY
@given(
    per=st.sampled_from([UsePeriod.DAY, UsePeriod.MONTH, UsePeriod.YEAR]),
    at=st.integers(0, 130 * 365 * 86_400).map(lambda second: datetime.fromtimestamp(second, UTC)),
    zone=st.sampled_from(["Europe/Berlin", "America/Havana", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
)
def test_periods_follow_each_other_without_gap_or_overlap(per, at, zone):
    start, end = period_containing(per, at, ZoneInfo(zone))
    assert start <= at < end
    assert period_containing(per, end, ZoneInfo(zone)).start == end
    assert period_containing(per, start, ZoneInfo(zone)) == (start, end)
