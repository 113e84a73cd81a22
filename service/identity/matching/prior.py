"""The prior of matching, learned from the pairs at hand: how many pairs of one person there are for each record."""

from collections import Counter
from collections.abc import Iterable

from service.identity.matching.tables import MatchTables
from service.identity.matching.weigh import MatchScore

_ROUNDS = 60
_DIGITS = 4
_NEARLY_NO_CHANGE = 1e-3
_KNOWN_RECORDS = 500
"""The tables' prior counts as much as what so many records say."""


class PriorSample:
    """Counts what was thought of pairs, rounded, so that a million pairs need little memory."""

    def __init__(self) -> None:
        """Begin without pairs."""
        self.counts: Counter[tuple[float, float]] = Counter()

    def add(self, scores: Iterable[MatchScore]) -> None:
        """Count pairs; those that are surely of strangers say nothing."""
        self.counts.update(
            (round(score.p, _DIGITS), round(score.household, _DIGITS)) for score in scores if score.p + score.household
        )


def with_prior(tables: MatchTables, sample: PriorSample, *, records: int, share: float = 1.0) -> MatchTables:
    """The tables with the prior of which the pairs at hand are most likely; no other number changes.

    `tables` and `records` are those that the scores were made with; the sample holds `share` of all candidate pairs.
    """
    person, household = tables.person, tables.household
    for _ in range(_ROUNDS):
        before = person
        people, homes = _expected(sample.counts, person / tables.person, household / tables.household)
        known = records + _KNOWN_RECORDS
        person = (2 * people / share + _KNOWN_RECORDS * tables.person) / known
        household = (2 * homes / share + _KNOWN_RECORDS * tables.household) / known
        if abs(person / before - 1) < _NEARLY_NO_CHANGE:
            break
    return _replaced(tables, person, household)


def _expected(counts: Counter[tuple[float, float]], more_people: float, more_homes: float) -> tuple[float, float]:
    """How many pairs are expected to be one person, and one household, with priors so many times as high."""
    people = homes = 0.0
    for (p, household), pairs in counts.items():
        one, home = p * more_people, household * more_homes
        whole = one + home + max(1 - p - household, 0.0)
        people += pairs * one / whole
        homes += pairs * home / whole
    return people, homes


def _replaced(tables: MatchTables, person: float, household: float) -> MatchTables:
    return MatchTables(made_from=tables.made_from, person=person, household=household, fields=tables.fields)
