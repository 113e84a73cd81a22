"""How a query is understood: as identities of every kind, as a number, as a name and as words. Pure."""

import re
from collections.abc import Iterator

import phonenumbers
from msgspec import Struct

from service.errors import InvalidInput
from service.identity.canonical import canonical_value
from service.identity.model import Identity
from service.identity.spelling import fold_width, lower_case, plain_signs, upper_case, without_spaces
from service.model.names import name_key
from service.model.vocabulary import IdentityKind
from service.search.model import SearchedAs

MIN_NUMBER_CHARS = 3
"""Letters and digits of a number, or of its beginning; fewer would begin too many."""
MIN_NAME_CHARS = 2
_MAX_NUMBER_CHARS = 100
_DIALLED = re.compile(r"[+(]?[\d(][\d\s()/.\u2010-\u2015-]*")
_NUMBER_KINDS = (IdentityKind.CUSTOMER_NUMBER, IdentityKind.LOYALTY_CARD)
_WORDS = re.compile(r"\w+")


class Query(Struct, frozen=True, kw_only=True):
    """A query, understood in every way that it can be meant."""

    text: str
    identities: tuple[Identity, ...]
    """Whole identities, in their canonical form."""
    beginnings: tuple[str, ...]
    """How the value of an identity may begin, for those who are still typing; in each spelling that it may have."""
    number: str
    """What may be the value of a fact, or its beginning; empty if it cannot."""
    name_words: tuple[str, ...]
    """The beginnings of the words of a name key."""
    earlier_words: str
    last_word: str
    """The word that may be unfinished; empty if there is no word."""

    @property
    def searched(self) -> list[SearchedAs]:
        """What the query is looked for as."""
        found = [SearchedAs(kind=one.kind, value=one.value) for one in self.identities]
        found += [SearchedAs(kind="number", value=self.number)] if self.number else []
        found += [SearchedAs(kind="name", value=self.text)] if self.name_words else []
        return found + ([SearchedAs(kind="text", value=self.text)] if self.last_word else [])


def understand(text: str, region: str) -> Query:
    """The query as whatever it may mean; numbers without a country code belong to `region`."""
    folded = " ".join(fold_width(text).split())
    words = _WORDS.findall(folded)
    key_words = tuple(name_key(folded).split()) if sum(map(str.isalpha, folded)) >= MIN_NAME_CHARS else ()
    is_number = len(folded) <= _MAX_NUMBER_CHARS and sum(map(str.isalnum, folded)) >= MIN_NUMBER_CHARS
    return Query(
        text=folded,
        identities=tuple(_identities(folded, region)),
        beginnings=tuple(dict.fromkeys(_beginnings(folded, region))) if is_number else (),
        number=folded if is_number else "",
        name_words=key_words,
        earlier_words=folded[: folded.rindex(words[-1])] if words else "",
        last_word=words[-1] if words else "",
    )


def _identities(text: str, region: str) -> Iterator[Identity]:
    """The text as an identity of each kind that it can be one of."""
    for kind in IdentityKind:
        if _may_be(kind, text):
            try:
                yield Identity(kind, canonical_value(kind, text, region))
            except InvalidInput:
                continue


def _may_be(kind: IdentityKind, text: str) -> bool:
    """Whether it is worth a look: the canonical form alone would make a user name of every word."""
    if kind is IdentityKind.EMAIL:
        return "@" in text
    has_digit = any(map(str.isdigit, text))
    if kind is IdentityKind.PHONE:
        return has_digit
    if kind in _NUMBER_KINDS:
        return has_digit or ":" in text
    return len(text) >= MIN_NUMBER_CHARS and " " not in text


def _beginnings(text: str, region: str) -> Iterator[str]:
    """How a stored value may begin if this is the beginning of it; what stands before a colon names another system."""
    value = without_spaces(plain_signs(text)).rpartition(":")[2]
    if value:
        yield value
        yield upper_case(value.strip("-./"))
        yield lower_case(value.lstrip("@"))
    if _DIALLED.fullmatch(plain_signs(text)):
        yield from _dialled_beginnings(plain_signs(text), region)


def _dialled_beginnings(text: str, region: str) -> Iterator[str]:
    """The beginning of a telephone number as it is stored: +49171 for 0171, 0049171 and (+49) 171."""
    digits = "".join(filter(str.isdigit, text))
    country = phonenumbers.country_code_for_region(region)
    if digits.startswith("00"):
        yield f"+{digits[2:]}"
    elif digits.startswith("0"):
        yield f"+{country}{digits[1:]}"
    else:
        yield f"+{digits}"
