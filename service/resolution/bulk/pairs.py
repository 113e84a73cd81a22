"""Pairs of customers that meet under the keys of one range, each pair once; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from uuid import UUID

from service.identity.matching.weigh import MANY
from service.resolution.bulk.model import KeyRange
from service.resolution.matches.found import Pair

KEY_SPACE = 1 << 64
FIRST_KEY = -(1 << 63)
CUSTOMERS_A_RANGE = 2000
"""How many customers there are for each range of keys: the keys are hashes, so a range holds a part of all of them."""

Group = tuple[int, Sequence[UUID]]
"""A key and the customers that meet under it."""


def key_ranges(customers: int) -> list[KeyRange]:
    """All keys in ranges of about one size: from, and to below; None is after the last key."""
    parts = max(1, -(-customers // CUSTOMERS_A_RANGE))
    bounds = [FIRST_KEY + KEY_SPACE * part // parts for part in range(parts)]
    return list(zip(bounds, [*bounds[1:], None], strict=True))


def pairs_of_groups(
    groups: Iterable[Group], keys_of: Mapping[UUID, Sequence[int]], crowded: frozenset[int]
) -> Iterator[Pair]:
    """The pairs of these groups, but those that meet under a smaller key already.

    `keys_of` are all keys of each customer; keys of too many customers are `crowded`, and bring nobody together.
    """
    for key, holders in groups:
        if len(holders) > MANY:
            continue
        earlier = {one: frozenset(k for k in keys_of[one] if k < key and k not in crowded) for one in holders}
        for one, other in combinations(holders, 2):
            if earlier[one].isdisjoint(earlier[other]):
                yield (one, other) if one < other else (other, one)
