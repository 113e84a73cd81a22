"""Pairs by keys: each once, and none by a key that too many customers hold."""

from uuid import UUID

import pytest

from service.identity.matching.weigh import MANY
from service.resolution.bulk.pairs import FIRST_KEY, key_ranges, pairs_of_groups

A, B, C = (UUID(int=number) for number in (1, 2, 3))


def pairs(groups: dict[int, list[UUID]], *, crowded: frozenset[int] = frozenset()) -> list[tuple[UUID, UUID]]:
    """The pairs of these groups, whose keys are all that the customers have."""
    keys_of = {one: [key for key, holders in groups.items() if one in holders] for one in (A, B, C)}
    return list(pairs_of_groups(sorted(groups.items()), keys_of, crowded))


def test_customers_who_meet_under_many_keys_are_one_pair():
    assert pairs({-5: [A, B], 7: [B, A], 9: [A, B, C]}) == [(A, B), (A, C), (B, C)]


def test_a_crowded_key_hides_no_pair_that_meets_under_another_one():
    assert pairs({7: [A, B]}) == [(A, B)]
    keys_of = {A: [-5, 7], B: [-5, 7]}
    assert list(pairs_of_groups([(7, [A, B])], keys_of, frozenset())) == []
    assert list(pairs_of_groups([(7, [A, B])], keys_of, frozenset({-5}))) == [(A, B)]


def test_a_mailbox_of_ten_thousand_customers_makes_no_pair():
    crowd = [UUID(int=number) for number in range(10_000)]
    assert list(pairs_of_groups([(7, crowd)], dict.fromkeys(crowd, (7,)), frozenset({7}))) == []
    most = crowd[:MANY]
    assert len(list(pairs_of_groups([(7, most)], dict.fromkeys(most, (7,)), frozenset()))) == MANY * (MANY - 1) // 2


@pytest.mark.parametrize("customers", [0, 1, 1999, 2001, 1_000_000])
def test_ranges_hold_every_key_once(customers):
    ranges = key_ranges(customers)
    assert ranges[0][0] == FIRST_KEY
    assert ranges[-1][1] is None
    assert [end for _, end in ranges[:-1]] == [start for start, _ in ranges[1:]]
