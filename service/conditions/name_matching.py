"""Pure decisions about a name said at a till: who is meant, what may be hinted, and whether an answer confirms it."""

import hmac
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from service.conditions.till import ConfirmationFactor
from service.model.letters import is_sign
from service.model.names import initials

_MIN_WORD_LIKENESS = 81.0
"""Of 100: Schneidr is like enough to Schneider; Miller is not to Müller, and neither is Anne to Anna."""
_MIN_CODE_LIKENESS = 90.0
"""Of words in other alphabets than Latin, Cyrillic and Greek, many of which write few vowels: محمود is not محمد."""
_INITIAL_LIKENESS = 75.0
_MIN_TRANSPOSED = 4
"""Letters; Ian and Ina are two names."""
_MIN_SIGNS = 2
"""Chinese or Korean characters: 李娜 is a full name, 李 is the family name of a hundred million."""
_PARTICLES = frozenset(
    """
    af al av bin bint da de dei del dela dem den der des di do dos du el i ibn la las los te ten ter van vom von zu
    zum zur
    """.split()  # noqa: SIM905 - the words read better as a text
)
"""Words before a family name that people leave out or mistake; as they stand in a name key."""

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


class SearchTerms(Struct, frozen=True, kw_only=True):
    """What the records are searched for: names like `whole`, with words like both words, or that are the last word."""

    whole: str
    first_word: str
    last_word: str


def search_terms(spoken_key: str) -> SearchTerms | None:
    """What the records are searched for; None if a name key holds too little to search for."""
    words, signs = _parse_key(spoken_key)
    long_words = [word for word in words if len(word) > 1]
    if not long_words and len(signs) < _MIN_SIGNS:
        return None
    whole = " ".join([*words, *signs])
    ends = [whole] if signs else [long_words[0], long_words[-1]]
    return SearchTerms(whole=whole, first_word=ends[0], last_word=ends[-1])


def best_name_matches(spoken_key: str, matches: Sequence[NameMatch], *, spoken: str = "") -> list[NameMatch]:
    """Those who may be meant by a name key, each customer once, the likest first.

    Of those whose words are equally like, customers with the very name `spoken` come first.
    """
    said = _plain_case(spoken)

    def likest_first(scored: tuple[tuple[float, float], NameMatch]) -> tuple[float, bool, float, UUID]:
        (words, whole), one = scored
        return -words, _plain_case(one.name or "") != said, -whole, one.customer_id

    scored = [(_similarity(spoken_key, one.name_key), one) for one in matches]
    best: dict[UUID, NameMatch] = {}
    for (words, _), one in sorted(scored, key=likest_first):
        if words > 0:
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
    """How like the names are by their words, 0 if they are two names, and as wholes, of 100."""
    if spoken_key.replace(" ", "") == known_key.replace(" ", ""):
        return 100.0, 100.0 + (spoken_key == known_key)
    spoken_words, spoken_signs = _parse_key(spoken_key)
    known_words, known_signs = _parse_key(known_key)
    likeness = []
    if spoken_words and known_words:
        likeness.append(_likeness_of_words(spoken_words, known_words, given_first=not known_signs))
    if spoken_signs and known_signs:
        likeness.append(100.0 * (spoken_signs == known_signs))
    return min(likeness, default=0.0), fuzz.token_sort_ratio(spoken_key, known_key)


def _parse_key(name_key: str) -> tuple[list[str], list[str]]:
    """The words of a name key without particles, if there are others, and its signs; both in order."""
    words = [word for word in name_key.split() if not is_sign(word)]
    return [word for word in words if word not in _PARTICLES] or words, [*filter(is_sign, name_key.split())]


def _likeness_of_words(spoken: list[str], known: list[str], *, given_first: bool) -> float:
    """The mean likeness of the words of the shorter name to words of the longer; 0 if any word has none like it.

    One word alone means a family name, so it is not compared with the first of several, nor is an initial enough.
    """
    fewer, more = sorted((spoken, known), key=len)
    left = more[1:] if len(fewer) == 1 < len(more) and given_first else list(more)
    likeness = []
    for word in sorted(fewer, key=len, reverse=True):
        best, position = max((_likeness_of_word(word, other), -number) for number, other in enumerate(left))
        likeness.append(best)
        del left[-position]
    return sum(likeness) / len(likeness) if min(likeness) > 0 and max(likeness) >= _MIN_WORD_LIKENESS else 0.0


def _likeness_of_word(one: str, other: str) -> float:
    """How like two words are, of 100; an initial is like the word it stands for."""
    if 1 in {len(one), len(other)}:
        return _INITIAL_LIKENESS * (one[0] == other[0])
    likeness = _MIN_WORD_LIKENESS if _is_transposed(one, other) else fuzz.ratio(one, other)
    return likeness if likeness >= (_MIN_CODE_LIKENESS if one.isdigit() else _MIN_WORD_LIKENESS) else 0.0


def _is_transposed(one: str, other: str) -> bool:
    """Whether two neighbouring letters of a word are the other way round: Barun, Braun."""
    return len(one) >= _MIN_TRANSPOSED and sorted(one) == sorted(other) and OSA.distance(one, other) == 1


def _plain_case(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


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
