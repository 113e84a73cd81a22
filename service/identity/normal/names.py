"""The name of a person or an organisation out of the name fields of a record."""

from typing import NamedTuple

from service.identity.normal.folding import folded
from service.identity.normal.given_names import AMBIGUOUS, GIVEN_NAMES, IN_ONE_WORD
from service.identity.normal.name_fields import NOTHING, NameField, read_name_field
from service.identity.normal.organisations import normal_organisation
from service.identity.normal.titles import PARTICLES
from service.identity.sources.model import StatedName

Words = tuple[str, ...]
_BOTH = 2
"""A given and a family name."""
_INITIALS = 2


class NormalName(NamedTuple):
    """Folded names; an organisation has no names of a person."""

    given: str = ""
    family: str = ""
    former: str = ""
    generation: str = ""
    organisation: str = ""
    emails: tuple[str, ...] = ()


def read_names(name: StatedName, *, is_born: bool = False) -> NormalName:
    """The names, wherever of the fields each of them stands; e-mail addresses that stood there too.

    What `is_born` on a day is a person, if a whole name of one stands beside that of an organisation.
    """
    given, family, full = (_field(text) for text in (name.given, name.family, name.full))
    emails = given.emails + family.emails + full.emails
    has_person = bool(given.words or family.words)
    stated = (given, family) if has_person or given.organisation or family.organisation else (full,)
    if any(field.organisation for field in stated) and not _is_whole_person(stated, is_born=is_born):
        whole = " ".join(text for text in (name.given, name.family) if text) or name.full or ""
        return NormalName(organisation=normal_organisation(whole), emails=emails)
    if has_person:
        given_words, family_words = _of_both(given, family)
    else:
        given_words, family_words = full.after_comma, full.words
    if not (given_words and family_words):
        given_words, family_words = _completed(given_words, family_words, full if has_person else NOTHING)
    first, last = _in_order(_folded(given_words), _folded(family_words))
    former = family.former or full.former or given.former
    generation = family.generation or full.generation or given.generation
    return NormalName(IN_ONE_WORD.get(first, first), last, former, generation, "", emails)


def _is_whole_person(fields: tuple[NameField, ...], *, is_born: bool) -> bool:
    """Whether both names of a person stand beside the name of a firm, such as that of the employer."""
    words = [word for field in fields for word in field.words + field.after_comma]
    is_given = (len(first := folded(word).partition(" ")[0]) == 1 or first in GIVEN_NAMES for word in words)
    return len(words) >= _BOTH and (is_born or any(is_given))


def _field(text: str | None) -> NameField:
    return read_name_field(text) if text else NOTHING


def _folded(words: Words) -> str:
    return " ".join(filter(None, map(folded, words)))


def _of_both(given: NameField, family: NameField) -> tuple[Words, Words]:
    """Given and family words, where one of the fields may hold the other name as well."""
    first, last = given.words, family.words
    if given.after_comma:
        first = given.after_comma if not last or _folded(first) == _folded(last) else (*first, *given.after_comma)
        last = last or given.words
    if family.after_comma and not first:
        first = family.after_comma
    first, last = _without(first, last), _without(last, first)
    while len(first) > 1 and last and first[-1].islower() and _is_particle(first[-1]):
        first, last = first[:-1], (first[-1], *last)
    return first, last


def _without(words: Words, others: Words) -> Words:
    """The words without those that the other field has as well; all of them if nothing else were left."""
    if len(words) == 1 or not others:
        return words
    known = {folded(word) for word in others}
    rest = tuple(word for word in words if folded(word) not in known)
    return rest if rest and len(rest) < len(words) and len(words) - len(rest) == len(known) else words


def _completed(given: Words, family: Words, full: NameField) -> tuple[Words, Words]:
    """Both names, if one field holds them or the whole name tells the other one."""
    if full.words and (given or family):
        other = _without(full.after_comma + full.words, given or family)
        return (other, family) if family else (given, other)
    if given:
        is_given_alone = len(given) == 1 or _is_given_only(given[-1])
        return (given, family) if is_given_alone else split_name(given)
    return split_name(family)


def split_name(words: Words) -> tuple[Words, Words]:
    """Given and family words of a whole name in either order; a name of one word is a family name if it can be one.

    The family name is what begins with a particle, else the one word in capitals, else the word that is no given name,
    else the last one.
    """
    if len(words) < _BOTH:
        return (words, ()) if words and _is_given_only(words[0]) else ((), words)
    particle = next((place for place, word in enumerate(words) if _is_particle(word)), None)
    if particle:
        return words[:particle], words[particle:]
    is_given = [folded(word).partition(" ")[0] in GIVEN_NAMES for word in words]
    if particle == 0:
        return (words[-1:], words[:-1]) if is_given[-1] and len(words) > _BOTH else ((), words)
    capitals = [word for word in words if len(word) > _INITIALS and word.isupper()]
    if len(capitals) == 1:
        return tuple(word for word in words if word != capitals[0]), (capitals[0],)
    if is_given[-1] and not is_given[0]:
        return words[1:], words[:1]
    return words[:-1], words[-1:]


def _is_given_only(word: str) -> bool:
    return (name := folded(word)) in GIVEN_NAMES and name not in AMBIGUOUS


def _is_particle(word: str) -> bool:
    return folded(word) in PARTICLES and not word.endswith(".")


def _in_order(given: str, family: str) -> tuple[str, str]:
    """Both names in their fields: they change places if only that makes a given name of one."""
    last, first = family.split(), given.split()
    if len(family) == 1:  # the initial of a family name can be that of any other
        return given, ""
    if not (first and last) or any(word in GIVEN_NAMES for word in first):
        return given, family
    is_swapped = all(word in GIVEN_NAMES and word not in AMBIGUOUS for word in last)
    return (family, given) if is_swapped else (given, family)
