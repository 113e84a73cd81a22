"""What one name field says, whatever a person wrote into it."""

import re
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from service.identity.normal.folding import folded, letters_for_digits, repaired
from service.identity.normal.given_names import GIVEN_NAMES
from service.identity.normal.organisations import is_organisation
from service.identity.normal.titles import (
    AND,
    ATTENTION,
    BIRTH_NAME,
    CARE_OF,
    DOTTED_TITLES,
    EMPTY,
    EMPTY_TEXTS,
    GENERATION,
    LEADING_ONLY,
    MARRIED_NAME,
    TITLES,
    TITLES_AFTER,
)

_PLAIN = re.compile(r"[A-ZÄÖÜ][a-zäöüß]+")
_EMAIL = re.compile(r"[^\s,;<>()|\"@]{1,64}@[^\s,;<>()|\"@]{1,100}")
_ASIDE = re.compile(r"\([^()]*\)?|\"[^\"]*\"|„[^“”]*[“”]|\[[^\[\]]*\]?")
_NUMBERS = re.compile(r"\S*\d\S*")
_APART = re.compile(r"[,;|()\[\]]|\s[-–/]+\s")
_OF_SHORT = re.compile(r"(?<!\S)v\.\s?(?P<the>d\.\s?)?(?=[^\W\d_]{2})")
_PLUS = re.compile(r"\s*[&+]\s*")
_SLASH = re.compile(r"([^\W\d_]+)\s*/\s*([^\W\d_]+)")
_DOT = re.compile(r"\.(?=\S)")
_NO_NAMES = EMPTY | TITLES_AFTER
_NOBLE = frozenset(folded("Graf Gräfin Baron Baronin Fürst Fürstin Prinz Prinzessin Ritter Edler Edle").split())
_OF = frozenset(["von", "vom", "zu", "zur", "of", "de"])
_BOTH = 2
"""A given and a family name."""


class NameField(NamedTuple):
    """A field without what is no name; its words as they were spelled."""

    words: tuple[str, ...] = ()
    after_comma: tuple[str, ...] = ()
    former: str = ""
    """The folded family name that the person had before."""
    generation: str = ""
    organisation: str = ""
    """The whole field, if it names an organisation; its words are those that stand apart from the organisation's."""
    emails: tuple[str, ...] = ()


NOTHING = NameField()


@lru_cache(maxsize=131_072)
def read_name_field(text: str) -> NameField:
    """The parts of one field; of two persons the first one counts."""
    if _PLAIN.fullmatch(text):
        word = folded(text)
        if not (word in EMPTY or word in TITLES) and not is_organisation(text):
            return NameField((text,))
    plain = repaired(text)
    if plain.lower() in EMPTY_TEXTS:
        return NOTHING
    emails = tuple(_EMAIL.findall(plain)) if "@" in plain else ()
    plain = CARE_OF.sub("", _EMAIL.sub(" ", plain) if emails else plain)
    plain = _of_attention(plain)
    without_aside = _ASIDE.sub("", plain).strip()
    organisation = plain if is_organisation(without_aside or plain) else ""
    if organisation:
        plain = _beside_firm(plain)
    plain, former = _without_former(plain)
    plain, generation = _without_generation(plain)
    parts = [words for part in plain.split(",") if (words := _words(part))]
    rest = tuple(word for part in parts[1:] for word in part)
    return NameField(parts[0] if parts else (), rest, former, generation, organisation, emails)


def _beside_firm(text: str) -> str:
    """What stands apart from the name of a firm: Hans Müller, if a field holds "Elektro Huber OHG - Hans Müller"."""
    parts = [part for part in _APART.split(text) if part.strip()]
    others = [part for part in parts if not is_organisation(part)]
    return ", ".join(others) if len(others) < len(parts) else ""


def _of_attention(text: str) -> str:
    """Whom a letter to an organisation is for; else the text."""
    found = ATTENTION.search(text)
    if found is None:
        return text
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    return after if after and (not before or is_organisation(before)) else before


def _without_former(text: str) -> tuple[str, str]:
    """The text without the name that the person had before, and that name."""
    if (found := BIRTH_NAME.search(text)) is not None:
        return text[: found.start()], folded(" ".join(_words(text[found.end() :].strip(" )"))))
    if (found := MARRIED_NAME.search(text)) is not None:
        words = _words(text[: found.start()])
        return " ".join((*words[:-1], text[found.end() :].strip(" )"))), folded(" ".join(words[-1:]))
    return text, ""


def _without_generation(text: str) -> tuple[str, str]:
    found = GENERATION.search(text)
    if found is None or not text[: found.start()].strip():
        return text, ""
    return f"{text[: found.start()]} {text[found.end() :]}", "jun" if found["jun"] else "sen"


def _words(text: str) -> tuple[str, ...]:
    """The words that are names, of the first person."""
    text = DOTTED_TITLES.sub(" ", _ASIDE.sub(" ", text) if _ASIDE.sub("", text).strip() else text)
    text = _OF_SHORT.sub(lambda found: "von der " if found["the"] else "von ", text)
    text = _SLASH.sub(_parted, _NUMBERS.sub(" ", letters_for_digits(text)))
    words = [word for word in _DOT.sub(". ", _PLUS.sub(" und ", text)).split() if folded(word)]
    words = _of_first_person(words)
    return () if all(folded(word) in _NO_NAMES for word in words) else tuple(words)


def _parted(found: re.Match[str]) -> str:
    both_given = folded(found[1]) in GIVEN_NAMES and folded(found[2]) in GIVEN_NAMES
    return f"{found[1]} {'und' if both_given else ''} {found[2]}"


def _without_titles(words: list[str]) -> list[str]:
    words = [
        word
        for word, following in zip_longest(words, words[1:], fillvalue="")
        if folded(word) not in TITLES - LEADING_ONLY and not (folded(word) in _NOBLE and following.lower() in _OF)
    ]
    while len(words) > 1 and folded(words[0]) in LEADING_ONLY:
        words = words[1:]
    while len(words) > 1 and folded(words[-1]) in TITLES_AFTER:
        words = words[:-1]
    return words


def _of_first_person(words: list[str]) -> list[str]:
    """The name of the first of two persons: Hans Müller, if Hans u. Maria Müller are named."""
    named = _without_titles(words)
    while len(named) > 1 and named != words and _is_and(named[0]):
        named = _without_titles(named[1:])
    words = named
    place = next((index for index in range(1, len(words)) if _is_and(words[index]) and words[index - 1] != "von"), None)
    if place is None:
        return words
    first, second = words[:place], words[place + 1 :]
    return first if len(first) > 1 or len(second) < _BOTH else [*first, *second[1:]]


def _is_and(word: str) -> bool:
    return word.strip(".").islower() and folded(word) in AND
