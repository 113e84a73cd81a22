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

_LIKE_ENOUGH = 80.0
"""Of 100: Meier is like enough to Mayer, Maier is not to Müller (both after the same first name)."""
_ONE_WORD_LIKE_ENOUGH = 65.0
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
    """Somebody with a like name, before anybody is shown anything."""

    customer_id: UUID
    name_key: str
    name: str | None
    language: str | None
    since: datetime


def likeliest(said: str, namesakes: Sequence[NameMatch]) -> list[NameMatch]:
    """Those who may be meant by the name key `said`: each customer once, the likest first."""
    scored = sorted(((_likeness(said, one.name_key), one) for one in namesakes), key=_likest_first)
    enough = _LIKE_ENOUGH if " " in said else _ONE_WORD_LIKE_ENOUGH
    meant: dict[UUID, NameMatch] = {}
    for (words, _), one in scored:
        if words >= enough:
            meant.setdefault(one.customer_id, one)
    return list(meant.values())


def hint(namesake: NameMatch) -> str:
    """Initials, first year and language: enough to tell candidates apart, nothing that could confirm one."""
    parts = (initials(namesake.name or ""), f"customer since {namesake.since.year}", namesake.language)
    return ", ".join(part for part in parts if part)


def factors(answers: ConfirmationAnswers) -> dict[ConfirmationFactor, frozenset[str]]:
    """What this customer can be asked, each with every right answer in its plain spelling."""
    known = {
        ConfirmationFactor.POSTAL_CODE: (_postal_code(answers.postal_code),),
        ConfirmationFactor.PHONE_LAST4: (_digits(phone)[-4:] for phone in answers.phones),
        ConfirmationFactor.BIRTH_DATE: (_birth_date(answers.birth_date),),
    }
    plain = {factor: frozenset(filter(None, right)) for factor, right in known.items()}
    return {factor: right for factor, right in plain.items() if right}


def confirms(answers: ConfirmationAnswers, factor: ConfirmationFactor, said: str) -> bool:
    """Whether the customer said what we know, however it is spelt; a near miss takes as long as a far one."""
    plain = _PLAIN[factor](said).encode()
    right = factors(answers).get(factor, frozenset())
    return sum(hmac.compare_digest(plain, one.encode()) for one in right) > 0  # every one is compared


def _likeness(said: str, known: str) -> tuple[float, float]:
    """How like the names are by their common words and as wholes, of 100; one word is compared as a whole."""
    whole = fuzz.token_sort_ratio(said, known)
    return (fuzz.token_set_ratio(said, known) if " " in said else whole), whole


def _likest_first(scored: tuple[tuple[float, float], NameMatch]) -> tuple[float, float, UUID]:
    (words, whole), one = scored
    return -words, -whole, one.customer_id


def _postal_code(told: object) -> str:
    return _NOT_LETTER_OR_DIGIT.sub("", _COUNTRY.sub("", str(told).casefold().strip())) if _is_told(told) else ""


def _birth_date(told: object) -> str:
    """The date in ISO 8601, from ISO or day-first spelling; empty if it is neither."""
    text = str(told).strip()
    try:
        if day_first := _DAY_FIRST.fullmatch(text):
            day, month, year = map(int, day_first.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _digits(told: object) -> str:
    return _NOT_DIGIT.sub("", str(told))


def _is_told(told: object) -> bool:
    return isinstance(told, (str, int)) and not isinstance(told, bool)


_PLAIN = {
    ConfirmationFactor.POSTAL_CODE: _postal_code,
    ConfirmationFactor.PHONE_LAST4: _digits,
    ConfirmationFactor.BIRTH_DATE: _birth_date,
}
