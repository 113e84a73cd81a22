"""The month before the demo's day is the same one each time, and holds what the pages on journeys show."""

from collections import Counter
from datetime import timedelta

import pytest

from service.demo.day.month import load_month

pytestmark = pytest.mark.slow

MATTERS = list(load_month().matters())


def test_every_matter_is_that_of_another_customer():
    assert len({matter.identity["value"] for matter in MATTERS}) == len(MATTERS)
    assert 120 <= len(MATTERS) <= 200


def test_the_month_is_the_same_each_time():
    again = load_month().matters()
    assert [list(one.interactions()) for one in again] == [list(one.interactions()) for one in MATTERS]


def test_matters_began_within_30_days_and_everything_of_them_is_past():
    for matter in MATTERS:
        times = [ago for ago, _fields in matter.interactions()]
        assert timedelta() < min(times) <= max(times) < timedelta(days=30), matter.number
        assert times == sorted(times, reverse=True), matter.number
        if matter.way.ending == "solved":
            assert timedelta() < matter.ended < min(times), matter.number


def test_who_gave_up_is_silent_for_14_days_and_who_did_not_is_not():
    for matter in MATTERS:
        last = min(ago for ago, _fields in matter.interactions())
        if matter.way.ending != "solved":
            assert (last > timedelta(days=14)) is (matter.way.ending == "gave_up"), matter.number


def test_two_segments_have_enough_matters_to_be_compared():
    of_segments = Counter(matter.way.segment for matter in MATTERS)
    assert set(of_segments) == {"new", "existing"}
    assert min(of_segments.values()) >= 60
