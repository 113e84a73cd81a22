"""Scores say how sure they are, however few answers there are."""

import pytest

from service.insight.feedback.questions import SurveyQuestion
from service.insight.feedback.scores import Score, Tally, score_of, wilson_interval

CSAT, NPS = SurveyQuestion.CSAT, SurveyQuestion.NPS


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_interval_of_a_share_is_the_one_of_wilson(successes, n, low, high):
    """The last row is the example of Newcombe (Statistics in Medicine, 1998), method 3."""
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("tally", "score", "low", "high"),
    [
        (Tally(n=100, top=50, bottom=20), 30.0, 14.1, 44.2),
        (Tally(n=1, top=1, bottom=0), 100.0, -48.5, 100.0),
        (Tally(n=4, top=0, bottom=4), -100.0, -100.0, -6.9),
    ],
)
def test_a_net_promoter_score_keeps_its_distance_from_certainty(tally, score, low, high):
    found = score_of(NPS, tally)
    assert (found.score, found.low, found.high) == (score, low, high)


def test_nothing_is_said_of_no_answers():
    assert score_of(CSAT, Tally()) == Score(n=0, score=None, low=None, high=None, few=True)


@pytest.mark.parametrize(("n", "few"), [(1, True), (19, True), (20, False)])
def test_few_answers_are_marked_and_not_hidden(n, few):
    found = score_of(CSAT, Tally(n=n, top=n, bottom=0))
    assert (found.few, found.score) == (few, 100.0)
