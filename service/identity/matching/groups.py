"""Groups of records of one person: pairs are joined if at least half of the pairs between two groups score for it.

Closure alone, which joins all that hang together somehow, puts hundreds of people into one.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any, Final, Protocol, TypeVar

from service.identity.matching.weigh import LIKELY

MAX_GROUP: Final = 200
"""A group does not grow larger."""
_SUPPORT = 0.5
_SURE = 0.75
"""Groups join along a pair of at least so much; the pairs that support it need only be likely."""


class Ordered(Hashable, Protocol):
    """What names a record: a number, a text or a UUID."""

    def __lt__(self, other: Any, /) -> bool:
        """Say which of two comes first."""


Id = TypeVar("Id", bound=Ordered)


def group_pairs(pairs: Iterable[tuple[Id, Id, float]]) -> list[list[Id]]:
    """Groups of two and more, each sorted, from pairs with their p; those below `LIKELY` score against joining.

    The order of the pairs does not matter; each pair stands in them once, and no record is paired with itself.
    """
    likely = sorted((-p, a, b) if a < b else (-p, b, a) for a, b, p in pairs if p >= LIKELY)
    neighbours: defaultdict[Id, set[Id]] = defaultdict(set)
    for _, a, b in likely:
        neighbours[a].add(b)
        neighbours[b].add(a)
    groups = {member: [member] for member in neighbours}
    for against, a, b in likely:
        one, other = groups[a], groups[b]
        if -against >= _SURE and one is not other and _support(one, other, neighbours):
            _join(one, other, groups)
    return sorted(sorted(group) for group in {id(group): group for group in groups.values()}.values() if len(group) > 1)


def _support(one: list[Id], other: list[Id], neighbours: dict[Id, set[Id]]) -> bool:
    """True if half of the pairs between two groups score for one person, and both together are not too many."""
    if len(one) + len(other) > MAX_GROUP:
        return False
    scoring = sum(len(neighbours[member].intersection(other)) for member in one)
    return scoring >= _SUPPORT * len(one) * len(other)


def _join(one: list[Id], other: list[Id], groups: dict[Id, list[Id]]) -> None:
    larger, smaller = (one, other) if len(one) >= len(other) else (other, one)
    larger += smaller
    for member in smaller:
        groups[member] = larger
