"""Judgements of values."""

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """What is thought of a value."""

    VALID = "valid"
    MOBILE = "mobile"
    LINE = "line"
    PREMIUM = "premium"
    OTHER_NUMBER = "other_number"
    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"
    INVALID = "invalid"
    PLACEHOLDER = "placeholder"
    TYPO_SUSPECTED = "typo_suspected"
    DISPOSABLE = "disposable"
    ROLE = "role"
    COUNTRY_UNKNOWN = "country_unknown"
    POSTAL_CODE_INVALID = "postal_code_invalid"
    PLACE_UNLIKELY = "place_unlikely"
    INCOMPLETE = "incomplete"
    FUTURE = "future"
    TOO_OLD = "too_old"
    DEFAULT_DATE = "default_date"
    EMPTY_WORD = "empty_word"
    EMAIL_IN_NAME = "email_in_name"
    DIGITS = "digits"
    MOJIBAKE = "mojibake"
    ORGANISATION = "organisation"

    @property
    def is_good(self) -> bool:
        """Whether there is nothing to mend."""
        return self in _GOOD


_GOOD = frozenset({Verdict.VALID, Verdict.MOBILE, Verdict.LINE})


class Judgement(NamedTuple):
    """A verdict, why or what could be meant in words, and which part of an address it is about."""

    verdict: Verdict
    hint: str | None = None
    part: str = ""
