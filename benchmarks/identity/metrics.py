"""How good matches are, next to the truth; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

LIKELY_P, STRONG_P = 0.5, 0.95
Pair = tuple[str, str]


class FoundPair(NamedTuple):
    """Two records that were matched, how probably they are one person, and what the match was called."""

    a: str
    b: str
    p: float
    strength: str = ""


class PersonTruth(Struct, frozen=True, kw_only=True):
    """Who each record is, and in which household if that is known.

    With several parts, such as two files that are linked, only pairs of records of different parts count.
    """

    persons: Mapping[str, str]
    households: Mapping[str, str] = {}
    parts: Mapping[str, int] = {}

    def counted(self, found: Iterable[FoundPair]) -> list[FoundPair]:
        """The pairs that count."""
        return [one for one in found if not self.parts or self.parts[one.a] != self.parts[one.b]]

    def is_one_person(self, a: str, b: str) -> bool:
        """Whether both records are of one person."""
        return self.persons[a] == self.persons[b]

    def is_household(self, a: str, b: str) -> bool:
        """Whether the records are of two persons of one household."""
        home = self.households.get(a)
        return home is not None and home == self.households.get(b) and not self.is_one_person(a, b)

    def count_pairs(self, group_of: Mapping[str, object]) -> int:
        """How many of the pairs that count are within one group."""
        within_parts = Counter((group, self.parts.get(record)) for record, group in group_of.items())
        pairs = _count_pairs(Counter(group_of.values()))
        return pairs - _count_pairs(within_parts) if self.parts else pairs


class PairQuality(Struct, frozen=True, kw_only=True):
    """How good pairs are at fixed probabilities, and at the one that serves this data best."""

    f1_at_50: float
    precision_at_50: float
    recall_at_50: float
    precision_at_95: float
    recall_at_95: float
    best_f1: float
    best_at: float


class GroupQuality(Struct, frozen=True, kw_only=True):
    """How good groups are, by the pairs within them."""

    f1: float
    precision: float
    recall: float
    largest: int


class Share(Struct, frozen=True, kw_only=True):
    """How many of the found ones are right, and how many of the right ones are found; 1 where there is none."""

    precision: float
    recall: float
    found: int


def measure_pairs(found: Iterable[FoundPair], truth: PersonTruth) -> PairQuality:
    """The quality of all pairs that were found with their probability."""
    ranked = sorted(truth.counted(found), key=lambda one: -one.p)
    total = truth.count_pairs(truth.persons)
    right = [truth.is_one_person(one.a, one.b) for one in ranked]
    likely, strong = (_share([ok for one, ok in zip(ranked, right, strict=True) if one.p >= p], total) for p in _LEVELS)
    best_f1, best_at, correct = 0.0, 1.0, 0
    for number, (one, ok) in enumerate(zip(ranked, right, strict=True), 1):
        correct += ok
        is_last = number == len(ranked) or ranked[number].p != one.p
        if is_last and (score := 2 * correct / (number + total)) > best_f1:
            best_f1, best_at = score, one.p
    return PairQuality(
        f1_at_50=_f1(likely),
        precision_at_50=likely.precision,
        recall_at_50=likely.recall,
        precision_at_95=strong.precision,
        recall_at_95=strong.recall,
        best_f1=best_f1,
        best_at=best_at,
    )


def measure_groups(groups: Iterable[Sequence[str]], truth: PersonTruth) -> GroupQuality:
    """The quality of groups of records; a record that is in none is a group of its own."""
    group_of: dict[str, object] = {record: record for record in truth.persons}
    largest = 1
    for number, group in enumerate(groups):
        largest = max(largest, len(group))
        group_of |= dict.fromkeys(group, number)
    together = truth.count_pairs(group_of)
    right = truth.count_pairs({record: (group, truth.persons[record]) for record, group in group_of.items()})
    share = Share(
        precision=_ratio(right, together), recall=_ratio(right, truth.count_pairs(truth.persons)), found=together
    )
    return GroupQuality(f1=_f1(share), precision=share.precision, recall=share.recall, largest=largest)


def measure_strength(found: Iterable[FoundPair], truth: PersonTruth, strength: str) -> Share:
    """How right the matches of this strength are."""
    chosen = [truth.is_one_person(one.a, one.b) for one in truth.counted(found) if one.strength == strength]
    return _share(chosen, truth.count_pairs(truth.persons))


def measure_households(found: Iterable[FoundPair], truth: PersonTruth, expected: Iterable[Pair]) -> Share:
    """How right the matches called households are, and how many of the expected ones were found."""
    listed = {frozenset((one.a, one.b)) for one in found if one.strength == "household"}
    wanted = {frozenset(pair) for pair in expected if truth.is_household(*pair)}
    right = sum(truth.is_household(*pair) for pair in listed)
    return Share(
        precision=_ratio(right, len(listed)), recall=_ratio(len(listed & wanted), len(wanted)), found=len(listed)
    )


_LEVELS = (LIKELY_P, STRONG_P)


def _share(right: Sequence[bool], total: int) -> Share:
    return Share(precision=_ratio(sum(right), len(right)), recall=_ratio(sum(right), total), found=len(right))


def _f1(share: Share) -> float:
    both = share.precision + share.recall
    return 2 * share.precision * share.recall / both if both else 0.0


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _count_pairs(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
