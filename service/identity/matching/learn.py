"""Tables learned from the pairs at hand, without labels, by expectation and maximization (EM) with three classes.

What is learned of a field comes only from pairs that the key of another field brought together: pairs that were found
by their telephone numbers say nothing of how often the numbers of one person agree. The household class is kept near
the tables in use, because it is rare and dies when it is left free. What strangers share is not learned: among pairs
that keys brought together there are no random ones. Learning proposes tables; it never switches to them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from service.identity.matching.keys import KEY_FIELDS, KeyKind
from service.identity.matching.names import GIVEN_DIFFERENT
from service.identity.matching.tables import FieldTable, MatchTables
from service.identity.matching.wording import FIELDS

LEAST_DIFFERENT_GIVEN_NAMES: Final = 0.8
"""People of one household have different given names at least so often; else the class has become another."""
_HOUSEHOLD_PAIRS = 200
"""So many pairs of each field the household table in use counts as."""
_PERSON_PAIRS = 20
_ROUNDS = 100
_NEARLY_NO_CHANGE = 1e-4
_SMALLEST_SHARE = 1e-9


class Proposal(Struct, frozen=True, kw_only=True):
    """Tables that were learned."""

    tables: MatchTables
    refusal: str | None
    """Why they must not be used; None if they may."""


class LevelCounts:
    """Counts how often pairs have which levels, and by which keys they met; a million pairs need little memory."""

    def __init__(self) -> None:
        """Begin without pairs."""
        self.counts: Counter[tuple[tuple[int, ...], int]] = Counter()

    def add(self, levels: tuple[int, ...], kinds: Iterable[KeyKind], pairs: int = 1) -> None:
        """Count pairs of these levels that met under keys of these kinds."""
        self.counts[levels, sum({1 << kind for kind in kinds})] += pairs


class _Class:
    """One class of pairs while it is learned: its prior for each record, and its shares of levels."""

    def __init__(self, prior: float, columns: list[tuple[float, ...]], pairs: float) -> None:
        self.prior = prior
        self.known = [[share * pairs for share in column] for column in columns]
        self.columns = [list(column) for column in columns]

    def logarithms(self) -> list[list[float]]:
        """Logarithms of the shares; the last of each field is that of the level -1."""
        return [[*(math.log(max(share, _SMALLEST_SHARE)) for share in column), 0.0] for column in self.columns]


def learn_tables(counts: LevelCounts, tables: MatchTables, *, records: int) -> Proposal:
    """Tables of which the pairs at hand are most likely, beginning at those in use."""
    fields = [tables.fields[name] for name in FIELDS]
    person = _Class(tables.person, [field.person for field in fields], _PERSON_PAIRS)
    household = _Class(tables.household, [field.household for field in fields], _HOUSEHOLD_PAIRS)
    stranger = _Class(records, [field.stranger for field in fields], 0)
    seen = [(levels, _telling(mask), pairs) for (levels, mask), pairs in sorted(counts.counts.items())]
    for _ in range(_ROUNDS):
        if _improve(seen, (person, household, stranger), records) < _NEARLY_NO_CHANGE:
            break
    learned = MatchTables(
        made_from=f"{sum(counts.counts.values())} pairs of {records} records, by EM without labels",
        person=person.prior,
        household=household.prior,
        fields={
            name: FieldTable(person=tuple(one), household=tuple(home), stranger=field.stranger)
            for name, field, one, home in zip(FIELDS, fields, person.columns, household.columns, strict=True)
        },
    )
    return Proposal(tables=learned, refusal=refusal(learned))


def refusal(tables: MatchTables) -> str | None:
    """Why tables must not be used: their household class is no household; None if it is one."""
    different = tables.fields["given"].household[GIVEN_DIFFERENT]
    if different >= LEAST_DIFFERENT_GIVEN_NAMES:
        return None
    return (
        f"Two people of one household have different given names in {different:.0%} of pairs; "
        f"below {LEAST_DIFFERENT_GIVEN_NAMES:.0%} the class is no household any more."
    )


def _telling(mask: int) -> tuple[bool, ...]:
    """For each field whether a key of other fields brought the pair together."""
    kinds = [kind for kind in KeyKind if mask >> kind & 1]
    return tuple(any(name not in KEY_FIELDS[kind] for kind in kinds) for name in FIELDS)


Seen = list[tuple[tuple[int, ...], tuple[bool, ...], int]]


def _improve(seen: Seen, classes: tuple[_Class, _Class, _Class], records: int) -> float:
    """One round; the largest change of a share."""
    learned = classes[:2]
    sums = [[list(column) for column in one.known] for one in learned]
    totals = [0.0, 0.0]
    for (levels, telling, pairs), shares in zip(seen, _expected(seen, classes), strict=True):
        for which, share in enumerate(shares):
            weight = share * pairs
            totals[which] += weight
            for at, level in enumerate(levels):
                if level >= 0 and telling[at]:
                    sums[which][at][level] += weight
    change = 0.0
    for which, one in enumerate(learned):
        one.prior = max(2 * totals[which] / records, _SMALLEST_SHARE)
        for at, column in enumerate(sums[which]):
            whole = sum(column)
            fresh = [share / whole for share in column]
            change = max(change, *(abs(new - old) for new, old in zip(fresh, one.columns[at], strict=True)))
            one.columns[at] = fresh
    return change


def _expected(seen: Seen, classes: tuple[_Class, _Class, _Class]) -> Iterator[tuple[float, float]]:
    """For each kind of pair how likely it is one person and one household, by what is known so far."""
    logs = [one.logarithms() for one in classes]
    priors = [math.log(one.prior) for one in classes]
    for levels, _, _ in seen:
        weights = [
            prior + sum(column[level] for column, level in zip(table, levels, strict=True))
            for prior, table in zip(priors, logs, strict=True)
        ]
        highest = max(weights)
        person, household, stranger = (math.exp(weight - highest) for weight in weights)
        whole = person + household + stranger
        yield person / whole, household / whole
