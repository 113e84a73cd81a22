"""Dates of birth in every spelling; a date that a system fills in by itself is none."""

import re
from datetime import date, timedelta
from functools import lru_cache

from service.identity.normal.folding import folded, listed

_MAX_CHARS = 60
_MAX_DAY = 31
_MONTHS = 12
_OLDEST_YEAR = 1000
_CENTURY = 100
_YOUNGEST_AGE = 10
"""People of two-digit years are at least so old: 24 is 1924, and not 2024."""
_YEAR_OF_UNDATED = 2026
"""Two-digit years are read by it where a record has no time of its own."""
_DEFAULTS = frozenset(
    listed("""
10000101 10010101 11110101 11111111 17530101 18000101 18991230 18991231 19000101 19010101 19040101 19111111
19691231 19700101
""")
)
"""What systems and people fill in where they know none: the first day of an epoch, and repeated digits."""
_NUMBERS = re.compile(r"\d+")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
_SPREADSHEET_START = date(1899, 12, 30)
"""Day 0 of spreadsheets, which count days (https://en.wikipedia.org/wiki/Microsoft_Excel, date problems)."""
_SERIAL_DIGITS = 5
_LAST_SERIAL = 50_000
_ISO_DIGITS = 8
_SHORT_DIGITS = 6
_DAY_DIGITS = 2
_DAY_AND_YEAR = 2
_DAY_MONTH_YEAR = 3
_WORDS = re.compile(r"[^\W\d_]+")
_MONTH_WORDS = {
    folded(word): number
    for number, words in enumerate(
        (
            "I Januar Jänner Jaenner January Janvier Gennaio Jan Jän",
            "II Februar Feber February Février Febbraio Feb Fév",
            "III März Maerz March Mars Marzo Mär Mrz Mar",
            "IV April Avril Aprile Apr Avr",
            "V Mai May Maggio Mag",
            "VI Juni June Juin Giugno Jun Giu",
            "VII Juli July Juillet Luglio Jul Juil Lug",
            "VIII August Août Aout Agosto Aug Ago",
            "IX September Septembre Settembre Sep Sept Set",
            "X Oktober October Octobre Ottobre Okt Oct Ott",
            "XI November Novembre Nov",
            "XII Dezember December Décembre Dicembre Dez Dec Déc Dic",
        ),
        1,
    )
    for word in words.split()
}


@lru_cache(maxsize=131_072)
def normal_date(text: str, stated_year: int = _YEAR_OF_UNDATED) -> str:
    """YYYYMMDD of what was stated in this year, or "": for a year alone, a default date, the future, and no date.

    A day that its month does not have stays: it is a slip, and comparable. Day and month change places if only that
    gives a month.
    """
    parts = _parts(_TIME.sub("", text[:_MAX_CHARS].strip()).removesuffix(".0"))
    if parts is None:
        return ""
    year, month, day = parts
    if year < _CENTURY:
        year += 2000 if year + 2000 <= stated_year - _YOUNGEST_AGE else 1900
    if _MAX_DAY >= month > _MONTHS >= day:
        month, day = day, month
    if not (month and day and _OLDEST_YEAR <= year <= stated_year):
        return ""
    result = f"{year:04}{month:02}{day:02}"
    return "" if result in _DEFAULTS else result


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day as they stand there, the year perhaps with two digits."""
    numbers = _NUMBERS.findall(text)
    if not numbers or max(map(len, numbers)) > _ISO_DIGITS:
        return None
    if len(numbers) == 1:
        return _undivided(numbers[0])
    month = next((number for word in _WORDS.findall(text) if (number := _MONTH_WORDS.get(folded(word)))), None)
    if month is not None and len(numbers) == _DAY_AND_YEAR:
        numbers.insert(1, str(month))
    if len(numbers) != _DAY_MONTH_YEAR:
        return None
    if len(numbers[0]) > _DAY_DIGITS or int(numbers[0]) > _MAX_DAY:
        numbers.reverse()
    if len(numbers[2]) != _DAY_DIGITS and int(numbers[2]) < _OLDEST_YEAR:
        return None
    return int(numbers[2]), int(numbers[1]), int(numbers[0])


def _undivided(digits: str) -> tuple[int, int, int] | None:
    """YYYYMMDD, DDMMYYYY, DDMMYY, or the number of a day in a spreadsheet; else None."""
    if len(digits) == _ISO_DIGITS:
        month, year = int(digits[2:4]), int(digits[4:])
        if 0 < month <= _MONTHS and year >= _OLDEST_YEAR and not 0 < int(digits[4:6]) <= _MONTHS:
            return year, month, int(digits[:2])
        return int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if len(digits) == _SHORT_DIGITS:
        return int(digits[4:]), int(digits[2:4]), int(digits[:2])
    if len(digits) == _SERIAL_DIGITS and int(digits) <= _LAST_SERIAL:
        day = _SPREADSHEET_START + timedelta(days=int(digits))
        return day.year, day.month, day.day
    return None
