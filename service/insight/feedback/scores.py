"""Scores of ratings with their 95 % interval; pure.

A share (satisfied, was easy) has the interval of Wilson (1927), which stays within 0 and 100 % and holds for few
answers. The Net Promoter Score, a difference of two shares, has the adjusted Wald interval of Rocks (The American
Statistician, 2016): three answers more, of which 3/4 are promoters and 3/4 detractors.
It is widened to the score itself.
"""

from math import sqrt
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from service.insight.feedback.questions import SurveyQuestion

FEW = 20
"""Scores of fewer answers are shown, and marked."""
_Z = 1.959964
"""The 97.5 % point of the normal distribution."""
_MORE_ANSWERS, _MORE_ENDS = 3, 0.75


class Tally(Struct, frozen=True, kw_only=True):
    """How many answers a question got, and how many of them lie at the top and at the bottom."""

    n: int = 0
    top: int = 0
    bottom: int = 0


class TalliedGroup(NamedTuple):
    """How often a question was answered in a group."""

    key: str | None
    question: SurveyQuestion
    tally: Tally


class Score(Struct, frozen=True, kw_only=True):
    """A score with its interval."""

    n: Annotated[int, Meta(description="Answers that it rests on.")]
    score: Annotated[
        float | None,
        Meta(description="Percent (satisfied, was easy), or promoters minus detractors (-100 to 100); null for none."),
    ]
    low: Annotated[float | None, Meta(description="Lower end of the 95 % interval; null without answers.")]
    high: Annotated[float | None, Meta(description="Upper end of the 95 % interval; null without answers.")]
    few: Annotated[bool, Meta(description=f"Whether it rests on fewer than {FEW} answers: read the interval, not it.")]


def score_of(question: SurveyQuestion, tally: Tally) -> Score:
    """The score of a question, in percent with one decimal."""
    if tally.n == 0:
        return Score(n=0, score=None, low=None, high=None, few=True)
    if question is SurveyQuestion.NPS:
        score, interval = (tally.top - tally.bottom) / tally.n, _interval_of_difference(tally)
    else:
        score, interval = tally.top / tally.n, wilson_interval(tally.top, tally.n)
    low, high = (_percent(one) for one in interval)
    return Score(n=tally.n, score=_percent(score), low=low, high=high, few=tally.n < FEW)


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, both ends from 0 to 1."""
    share, z2 = successes / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _interval_of_difference(tally: Tally) -> tuple[float, float]:
    n = tally.n + _MORE_ANSWERS
    top, bottom = (tally.top + _MORE_ENDS) / n, (tally.bottom + _MORE_ENDS) / n
    difference, score = top - bottom, (tally.top - tally.bottom) / tally.n
    half = _Z * sqrt((top + bottom - difference * difference) / n)
    return max(min(difference - half, score), -1.0), min(max(difference + half, score), 1.0)


def _percent(share: float) -> float:
    return round(100 * share, 1)
