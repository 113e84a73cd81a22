"""How alike two names are, as levels; equal whichever of the two comes first."""

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler

from service.identity.matching.phonetics import cologne
from service.identity.normal.nicknames import VARIANTS

UNKNOWN: Final = -1
SAME: Final = 0
GIVEN_VARIANT: Final = 1
GIVEN_INITIAL: Final = 2
GIVEN_ALIKE: Final = 3
GIVEN_DIFFERENT: Final = 4
GIVEN_ONE_GENERATION: Final = 5
GIVEN_TWO_GENERATIONS: Final = 6
FAMILY_ALIKE: Final = 1
FAMILY_PART: Final = 2
FAMILY_SIMILAR: Final = 3
FAMILY_DIFFERENT: Final = 4
_GIVEN_ALIKE = 0.9
_FAMILY_ALIKE = 0.93
_FAMILY_SIMILAR = 0.84
_SOUND = 0.7
"""Names that sound alike look alike at least so much: Jack and Hugh have one code."""
_SHORT = 3
_CACHED = 1 << 18
_DOUBLE = re.compile("(.)\\1")
_SWAPPED_GIVEN = frozenset({SAME, GIVEN_VARIANT, GIVEN_INITIAL, GIVEN_ALIKE})
_SWAPPED_FAMILY = frozenset({SAME, FAMILY_ALIKE, FAMILY_PART})


def name_levels(given: str, family: str, other_given: str, other_family: str) -> tuple[int, int]:
    """The levels of given and family name; if both fit far better the other way round, the levels of that."""
    first, last = given_level(given, other_given), family_level(family, other_family)
    if first in {UNKNOWN, GIVEN_DIFFERENT} and (last >= FAMILY_SIMILAR or last == UNKNOWN):
        swapped = _swapped_levels(given, family, other_given, other_family)
        if swapped is not None:
            return swapped
    return first, last


def _swapped_levels(given: str, family: str, other_given: str, other_family: str) -> tuple[int, int] | None:
    """The levels of the given name of one and the family name of the other, the better of both ways to look at it."""
    one = given_level(given, other_family), family_level(family, other_given)
    two = given_level(family, other_given), family_level(given, other_family)
    fitting = [levels for levels in (one, two) if _fits(*levels)]
    return min(fitting, default=None)


def _fits(first: int, last: int) -> bool:
    """True if both names agree, or the family name does and one record has no other name."""
    return last in _SWAPPED_FAMILY and (first in _SWAPPED_GIVEN or first == UNKNOWN)


@lru_cache(maxsize=_CACHED)
def given_level(one: str, other: str) -> int:
    """The level of two given names; each may be several words."""
    if not one or not other:
        return UNKNOWN
    if one == other:
        return SAME
    if len(one) == 1 or len(other) == 1:
        return GIVEN_INITIAL if one[0] == other[0] else GIVEN_DIFFERENT
    ones, others = one.split(), other.split()
    if not set(ones).isdisjoint(others) or _is_nickname(ones, others):
        return GIVEN_VARIANT
    return GIVEN_ALIKE if _given_alike(one, other, ones[0], others[0]) else GIVEN_DIFFERENT


def _is_nickname(ones: list[str], others: list[str]) -> bool:
    """True if one name is a short form of the other, in whatever spelling: Steffi and Stephanie."""
    return not (_forms(ones).isdisjoint(map(_spelling, others)) and _forms(others).isdisjoint(map(_spelling, ones)))


def _forms(words: list[str]) -> set[str]:
    return {form for word in words for form in _VARIANTS.get(_spelling(word), ())}


@lru_cache(maxsize=_CACHED)
def _spelling(word: str) -> str:
    """One spelling for a given name: Stephanie as Stefanie, Karsten as Carsten, Sybille as Sibylle."""
    return _DOUBLE.sub(r"\1", word.replace("ph", "f").replace("th", "t").replace("c", "k").replace("y", "i"))


_VARIANTS = {_spelling(word): frozenset(map(_spelling, forms)) for word, forms in VARIANTS.items()}


def _given_alike(one: str, other: str, first: str, other_first: str) -> bool:
    likeness = JaroWinkler.normalized_similarity(one, other)
    if likeness >= _SOUND and min(len(one), len(other)) > _SHORT and OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    same_sound = likeness < _GIVEN_ALIKE and cologne(first) == cologne(other_first)
    return likeness >= _GIVEN_ALIKE or (same_sound and JaroWinkler.normalized_similarity(first, other_first) >= _SOUND)


@lru_cache(maxsize=_CACHED)
def family_level(one: str, other: str) -> int:
    """The level of two family names; each may be several words."""
    if not one or not other:
        return UNKNOWN
    if one == other:
        return SAME
    likeness = JaroWinkler.normalized_similarity(one, other)
    if likeness >= _FAMILY_ALIKE:
        return FAMILY_ALIKE
    if likeness >= _SOUND and (OSA.distance(one, other, score_cutoff=1) <= 1 or _sounds_same(one, other)):
        return FAMILY_ALIKE
    if not set(one.split()).isdisjoint(other.split()):
        return FAMILY_PART
    return FAMILY_SIMILAR if likeness >= _FAMILY_SIMILAR else FAMILY_DIFFERENT


@lru_cache(maxsize=_CACHED)
def organisation_level(one: str, other: str) -> int:
    """The level of the names of two organisations: the words that they do not share tell them apart."""
    if not one or not other or one == other:
        return SAME if one == other else UNKNOWN
    ones, others = one.split(), other.split()
    rest, other_rest = (" ".join(word for word in x if word not in y) for x, y in ((ones, others), (others, ones)))
    if not rest or not other_rest:
        return FAMILY_PART
    return FAMILY_ALIKE if family_level(rest, other_rest) == FAMILY_ALIKE else FAMILY_DIFFERENT


def _sounds_same(one: str, other: str) -> bool:
    sound = "".join(map(cologne, one.split()))
    return len(sound) > 1 and sound == "".join(map(cologne, other.split()))
