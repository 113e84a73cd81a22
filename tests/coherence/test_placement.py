"""Which servers hold what is cached, and what is believed no longer when another takes over."""

import pytest

from service.coherence.placement import Placement, parse_placement


@pytest.mark.parametrize("text", ["", "a", "a,b,c", "a,b;0=1,63=2"])
def test_what_is_recorded_is_read_as_it_was_written(text):
    assert parse_placement(text).text() == text


def test_a_single_server_is_recorded_as_ever():
    assert parse_placement("0123456789abcdef") == Placement(servers=frozenset({"0123456789abcdef"}))


def test_a_primary_that_takes_over_gets_new_names_for_its_parts_and_the_others_keep_theirs():
    before = parse_placement("a,b;1=4")
    after = before.after_takeover({"b": {2, 3}, "c": {0, 1}}, others=())
    assert after == Placement(servers=frozenset("bc"), epochs={0: 1, 1: 5})
    assert [after.space_of("space", part) for part in (0, 1, 2)] == ["space.1", "space.5", "space"]


def test_a_server_that_does_not_answer_now_stays_recorded():
    assert parse_placement("a,b").after_takeover({"c": {0}}, others={"b"}).servers == frozenset("bc")
