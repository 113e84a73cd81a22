"""The prior that is learned from the pairs at hand."""

import pytest

from service.identity.matching.prior import PriorSample, with_prior
from service.identity.matching.tables import shipped_tables
from service.identity.matching.weigh import MatchScore


def sample(*scores: tuple[float, float, int]) -> PriorSample:
    drawn = PriorSample()
    for p, household, pairs in scores:
        drawn.add([MatchScore(p, household, None, (), ())] * pairs)
    return drawn


def test_more_pairs_of_one_person_than_expected_raise_the_prior() -> None:
    tables = shipped_tables()
    learned = with_prior(tables, sample((1.0, 0.0, 40_000), (0.3, 0.1, 1000)), records=10_000)
    assert learned.person == pytest.approx(8, rel=0.1)
    assert learned.household < tables.household
    assert learned.fields == tables.fields


def test_a_share_of_the_pairs_stands_for_all() -> None:
    whole = with_prior(shipped_tables(), sample((1.0, 0.0, 16_000)), records=10_000)
    part = with_prior(shipped_tables(), sample((1.0, 0.0, 1000)), records=10_000, share=1 / 16)
    assert part.person == pytest.approx(whole.person)


def test_a_handful_of_records_hardly_moves_the_prior() -> None:
    tables = shipped_tables()
    assert with_prior(tables, sample((0.0, 0.0, 5)), records=5).person == pytest.approx(tables.person, rel=0.05)
