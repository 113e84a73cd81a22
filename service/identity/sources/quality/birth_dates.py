"""Judges dates of birth."""

import re
from datetime import date
from itertools import pairwise

from service.identity.normal.dates import normal_date
from service.identity.sources.quality.model import Judgement, Verdict

OLDEST_YEARS = 120
_LAST_YEAR = 9999
_WHOLE = re.compile(r"\s*(?:\d{1,4}\D+\d{1,2}\D+\d{1,4}|\d{8})(?:[T ].*)?\s*")
_FILLED_IN = frozenset({("1", "1"), ("12", "30"), ("12", "31"), ("31", "12"), ("30", "12"), ("11", "11")})
"""Months and days at which the epochs of systems begin or end, in either order."""


def judge_birth_date(text: str, today: date) -> Judgement:
    """What is to be thought of a date of birth that is stated today or was before."""
    normal = normal_date(text, today.year)
    if normal:
        return _judge_day(normal, today)
    if normal_date(text, _LAST_YEAR):
        return Judgement(Verdict.FUTURE, "This day is still to come.")
    if _WHOLE.fullmatch(text[:60]) is None:
        return Judgement(Verdict.UNREADABLE, "No whole date can be read in it: YYYY-MM-DD is always understood.")
    numbers = [number.lstrip("0") for number in re.findall(r"\d{1,2}(?!\d{3})", text)]
    if not any(numbers) or any(pair in _FILLED_IN for pair in pairwise(numbers)):
        return Judgement(Verdict.DEFAULT_DATE, "Systems fill this day in where none is known.")
    return Judgement(Verdict.IMPOSSIBLE, "There is no such day.")


def _judge_day(normal: str, today: date) -> Judgement:
    try:
        day = date(int(normal[:4]), int(normal[4:6]), int(normal[6:]))
    except ValueError:
        return Judgement(Verdict.IMPOSSIBLE, "There is no such day.")
    if day > today:
        return Judgement(Verdict.FUTURE, "This day is still to come.")
    if day.year < today.year - OLDEST_YEARS:
        return Judgement(Verdict.TOO_OLD, f"No person is older than {OLDEST_YEARS} years.")
    return Judgement(Verdict.VALID)
