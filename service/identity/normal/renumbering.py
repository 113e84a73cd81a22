"""Telephone numbers that name one line: those of an old numbering plan, and those with and without a mobile mark.

A number of an old plan is one that the present plan cannot have, so that each rule is safe for present numbers. Plans
with old numbers that can be other lines today (Ho Chi Minh City before 2017, Gabon before 2019) have no rule. Where no
notice is named, the rule is that of libphonenumber's migrator (migrator/src/data/recipes.csv in google/libphonenumber).
"""

import re
from typing import NamedTuple


class NumberRule(NamedTuple):
    """National numbers of a form -> how they are written since."""

    old: re.Pattern[str]
    new: str


def _rules(*rules: tuple[str, str]) -> tuple[NumberRule, ...]:
    return tuple(NumberRule(re.compile(old), new) for old, new in rules)


_RENUMBERED = {
    # Mexico, 2019: no 1 after +52; no 01, 044 and 045 within the country.
    "52": _rules((r"(?:0?1|0?4[45])([2-9]\d{9})", r"\1")),
    # Brazil, 2012 to 2016: a ninth digit before mobile numbers.
    "55": _rules((r"([1-9][1-9])([689]\d{7})", r"\g<1>9\2")),
    # Colombia, 1 September 2021, CRC (resolution 5826/2019): 60 before the area code of fixed lines.
    "57": _rules((r"([124-8][2-9]\d{6})", r"60\1")),
    # Vietnam, 2018: mobile numbers lose a digit.
    "84": _rules(
        (r"16([2-9]\d{7})", r"3\1"),
        (r"12([068]\d{7})", r"7\1"),
        (r"121(\d{7})", r"79\1"),
        (r"122(\d{7})", r"77\1"),
        (r"12([345]\d{7})", r"8\1"),
        (r"127(\d{7})", r"81\1"),
        (r"129(\d{7})", r"82\1"),
        (r"18([68]\d{7})", r"5\1"),
        (r"199(\d{7})", r"59\1"),
    ),
    # Côte d'Ivoire, 31 January 2021, ARTCI: two digits of the operator (Moov, MTN, Orange) before every number.
    "225": _rules(
        (r"((?!800|900)[04-9][0-3]\d{6})", r"01\1"),
        (r"([04-9][4-6]\d{6})", r"05\1"),
        (r"([04-9][7-9]\d{6})", r"07\1"),
        (r"(2\d8\d{5})", r"21\1"),
        (r"([23]\d0\d{5})", r"25\1"),
        (r"([23]\d{7})", r"27\1"),
    ),
    # Benin, 30 November 2024, ARCEP: 01 before every number.
    "229": _rules((r"([2-9]\d{7})", r"01\1")),
    # Cameroon, 21 November 2014, ART: 6 before mobile numbers, 2 before fixed lines.
    "237": _rules((r"([5-79]\d{7})", r"6\1"), (r"([23]\d{7})", r"2\1")),
    # Saudi Arabia: 1 before the area code of fixed lines.
    "966": _rules((r"([1-467]\d{7})", r"1\1")),
}
_MARKED = {
    # Argentina: mobile and fixed lines share the numbers of an area; a call from abroad marks a mobile line with a 9
    # (https://en.wikipedia.org/wiki/Telephone_numbers_in_Argentina). A caller's number comes with the 9 or without it.
    "54": _rules((r"((?:11|2\d|3\d)\d{8})", r"9\1")),
}
"""Both spellings are in use, and a call needs the one that its line has."""


def present_number(e164: str) -> str:
    """The number of the line in the numbering plan of today; E.164, both ways."""
    return _rewritten(e164, _RENUMBERED)


def line_number(e164: str) -> str:
    """One number for the line: numbers that differ in a mark alone are the same; E.164, both ways."""
    return _rewritten(e164, _MARKED)


def _rewritten(e164: str, rules_by_code: dict[str, tuple[NumberRule, ...]]) -> str:
    for end in (3, 4):
        for old, new in rules_by_code.get(e164[1:end], ()):
            if (found := old.fullmatch(e164, end)) is not None:
                return e164[:end] + found.expand(new)
    return e164
