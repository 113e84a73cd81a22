"""Pure decisions about a name said at a till: who is meant, what may be hinted, and whether an answer confirms it."""

import hmac
import re
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from rapidfuzz import fuzz

from service.conditions.till import ConfirmationFactor
from service.model.names import initials

_MIN_SIMILARITY = 80.0
"""Of 100: Meier is like enough to Mayer, Maier is not to Müller (both after the same first name)."""
_MIN_ONE_WORD_SIMILARITY = 65.0
"""A surname alone finds the one with a short first name; a first name alone hardly anybody."""

_COUNTRY = re.compile(r"^[a-z]{1,3}\s?-\s?(?=[a-z0-9])")
_NOT_LETTER_OR_DIGIT = re.compile(r"[^a-z0-9]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_DAY_FIRST = re.compile(r"(\d{1,2})[./ -]+(\d{1,2})[./ -]+(\d{4})")


class ConfirmationAnswers(Struct, frozen=True, kw_only=True):
    """What the records know of a customer that a till may ask for; facts are whatever was told."""

    postal_code: object = None
    birth_date: object = None
    phones: tuple[str, ...] = ()


class NameMatch(Struct, frozen=True, kw_only=True):
    """A customer with a similar name, before anything is shown to the till."""

    customer_id: UUID
    name_key: str
    name: str | None
    language: str | None
    since: datetime


def best_name_matches(spoken_key: str, matches: Sequence[NameMatch]) -> list[NameMatch]:
    """Those who may be meant by the name key `said`: each customer once, the likest first."""
    scored = sorted(((_similarity(spoken_key, one.name_key), one) for one in matches), key=_most_similar_first)
    threshold = _MIN_SIMILARITY if " " in spoken_key else _MIN_ONE_WORD_SIMILARITY
    best: dict[UUID, NameMatch] = {}
    for (words, _), one in scored:
        if words >= threshold:
            best.setdefault(one.customer_id, one)
    return list(best.values())


def candidate_hint(match: NameMatch) -> str:
    """Initials, first year and language: enough to tell candidates apart, nothing that could confirm one."""
    parts = (initials(match.name or ""), f"customer since {match.since.year}", match.language)
    return ", ".join(part for part in parts if part)


def confirmation_factors(answers: ConfirmationAnswers) -> dict[ConfirmationFactor, frozenset[str]]:
    """What this customer can be asked, each with every right answer in its plain spelling."""
    known = {
        ConfirmationFactor.POSTAL_CODE: (_postal_code(answers.postal_code),),
        ConfirmationFactor.PHONE_LAST4: (_digits(phone.partition(";")[0])[-4:] for phone in answers.phones),
        ConfirmationFactor.BIRTH_DATE: (_birth_date(answers.birth_date),),
    }
    plain = {factor: frozenset(filter(None, right)) for factor, right in known.items()}
    return {factor: right for factor, right in plain.items() if right}


def confirms_answer(answers: ConfirmationAnswers, factor: ConfirmationFactor, answer: str) -> bool:
    """Whether the customer said what we know, however it is spelt; a near miss takes as long as a far one."""
    plain = _NORMALISERS[factor](answer).encode()
    right = confirmation_factors(answers).get(factor, frozenset())
    return sum(hmac.compare_digest(plain, one.encode()) for one in right) > 0  # every one is compared


def _similarity(spoken_key: str, known_key: str) -> tuple[float, float]:
    """How like the names are by their common words and as wholes, of 100; one word is compared as a whole."""
    whole = fuzz.token_sort_ratio(spoken_key, known_key)
    return (fuzz.token_set_ratio(spoken_key, known_key) if " " in spoken_key else whole), whole


def _most_similar_first(scored: tuple[tuple[float, float], NameMatch]) -> tuple[float, float, UUID]:
    (words, whole), one = scored
    return -words, -whole, one.customer_id


def _postal_code(value: object) -> str:
    return (
        _NOT_LETTER_OR_DIGIT.sub("", _COUNTRY.sub("", str(value).casefold().strip()))
        if _is_text_or_integer(value)
        else ""
    )


def _birth_date(value: object) -> str:
    """The date in ISO 8601, from ISO or day-first spelling; empty if it is neither."""
    text = str(value).strip()
    try:
        if day_first := _DAY_FIRST.fullmatch(text):
            day, month, year = map(int, day_first.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _digits(value: object) -> str:
    return _NOT_DIGIT.sub("", str(value))


def _is_text_or_integer(value: object) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


_NORMALISERS = {
    ConfirmationFactor.POSTAL_CODE: _postal_code,
    ConfirmationFactor.PHONE_LAST4: _digits,
    ConfirmationFactor.BIRTH_DATE: _birth_date,
}
