"""Groups of records of one person."""

import random

from service.identity.matching.groups import MAX_GROUP, group_pairs


def complete(members: str) -> list[tuple[str, str, float]]:
    return [(one, other, 0.9) for one in members for other in members if one < other]


def test_records_that_all_resemble_each_other_are_one_person() -> None:
    assert group_pairs([*complete("abc"), *complete("xy"), ("a", "x", 0.2)]) == [["a", "b", "c"], ["x", "y"]]


def test_one_pair_alone_does_not_join_two_groups() -> None:
    assert group_pairs([*complete("abc"), *complete("xyz"), ("a", "x", 0.8)]) == [["a", "b", "c"], ["x", "y", "z"]]


def test_a_pair_that_is_only_likely_joins_nobody_by_itself() -> None:
    assert group_pairs([("a", "b", 0.6), ("c", "d", 0.9)]) == [["c", "d"]]


def test_half_of_the_pairs_join_two_groups() -> None:
    between = [("a", "x", 0.8), ("b", "y", 0.8)]
    assert group_pairs([*complete("ab"), *complete("xy"), *between]) == [["a", "b", "x", "y"]]


def test_the_better_pair_is_joined_first() -> None:
    assert group_pairs([("a", "b", 0.8), ("b", "c", 0.99)]) == [["a", "b", "c"]]
    assert group_pairs([("a", "b", 0.8), ("b", "c", 0.99), ("c", "d", 0.99)]) == [["b", "c", "d"]]


def test_the_order_of_the_pairs_does_not_matter() -> None:
    dice = random.Random(4)
    pairs = [(dice.randrange(60), 60 + dice.randrange(60), dice.choice([0.4, 0.6, 0.8, 0.9])) for _ in range(150)]
    pairs = list({(one, other): (one, other, p) for one, other, p in pairs}.values())
    expected = group_pairs(pairs)
    dice.shuffle(pairs)
    assert group_pairs([(other, one, p) for one, other, p in pairs]) == expected


def test_a_group_does_not_grow_without_bounds() -> None:
    crowd = range(MAX_GROUP + 20)
    groups = group_pairs((one, other, 0.99) for one in crowd for other in crowd if one < other)
    assert max(map(len, groups)) == MAX_GROUP
