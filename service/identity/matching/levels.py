"""How alike two records are: one level per field, equal whichever of the two comes first."""

from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler

from service.identity.matching.model import NormalAddress
from service.identity.matching.names import (
    GIVEN_ONE_GENERATION,
    GIVEN_TWO_GENERATIONS,
    GIVEN_VARIANT,
    SAME,
    UNKNOWN,
    family_level,
    name_levels,
    organisation_level,
)
from service.identity.matching.profile import ComparedMailbox, Profile

BORN_SLIP: Final = 1
BORN_TWO_SLIPS: Final = 2
BORN_SAME_YEAR: Final = 3
BORN_DIFFERENT: Final = 4
BORN_NEAR: Final = 5
HOUSE: Final = 0
STREET: Final = 1
POSTAL_CODE: Final = 2
OTHER_STREET: Final = 3
TOWN: Final = 4
ELSEWHERE: Final = 5
TOWN_ONLY: Final = 6
MOBILE: Final = 0
LAND_LINE: Final = 1
PHONE_SLIP: Final = 2
PHONE_DIFFERENT: Final = 3
MAILBOX: Final = 0
LOCAL_PART: Final = 1
MAIL_SLIP: Final = 2
MAIL_DIFFERENT: Final = 3
IDENTITY: Final = 0
IDENTITY_SLIP: Final = 1
IDENTITY_DIFFERENT: Final = 2
_STREET_ALIKE = 0.92
_TOWN_ALIKE = 0.9
_MAIL_SLIPS = 2
_BEHIND_DISTRICT = 3
_CACHED = 1 << 18


def compare(a: Profile, b: Profile) -> tuple[int, ...]:
    """The levels in the order of `wording.FIELDS`; -1 where one of both says nothing.

    Of several values the best pair counts. The names of the levels are those of the module `wording`.
    """
    given, family = name_levels(a.given, a.family, b.given, b.family)
    if (a.former or b.former) and family != SAME:
        family = _level_of_former_names(a, b, family)
    if a.organisation or b.organisation:
        given, family = UNKNOWN, organisation_level(a.organisation, b.organisation)
    elif a.generation != b.generation and SAME <= given <= GIVEN_VARIANT:
        given = GIVEN_TWO_GENERATIONS if a.generation and b.generation else GIVEN_ONE_GENERATION
    return (
        given,
        family,
        born_level(a.birth_date, b.birth_date),
        _address_level(a.addresses, b.addresses),
        phone_level(a, b),
        _email_level(a.mailboxes, b.mailboxes),
        identity_level(a.identities, b.identities) if a.identities and b.identities else UNKNOWN,
    )


def _level_of_former_names(a: Profile, b: Profile, family: int) -> int:
    """The best level of all family names that the records have or had."""
    others = [name for name in (b.family, b.former) if name]
    found = [family_level(name, other) for name in (a.family, a.former) if name for other in others]
    return min(found, default=family)


@lru_cache(maxsize=_CACHED)
def born_level(one: str, other: str) -> int:
    """The level of two birth dates, each YYYYMMDD or empty."""
    if not one or not other:
        return UNKNOWN
    if one == other:
        return SAME
    if one[:4] == other[:4] and one[4:6] == other[6:8] and one[6:8] == other[4:6]:
        return BORN_SLIP
    slips = OSA.distance(one, other, score_cutoff=2)
    if slips <= 1:
        return BORN_SLIP
    if slips == BORN_TWO_SLIPS and (one[:4] == other[:4] or one[4:] == other[4:]):
        return BORN_TWO_SLIPS
    if one[:4] == other[:4]:
        return BORN_SAME_YEAR
    return BORN_NEAR if slips == BORN_TWO_SLIPS else BORN_DIFFERENT


def phone_level(a: Profile, b: Profile) -> int:
    """The level of the telephone numbers of two records."""
    if not a.phones or not b.phones:
        return UNKNOWN
    shared = [number for number in a.phones if number in b.phones]
    if shared:
        return MOBILE if any(number in a.mobiles or number in b.mobiles for number in shared) else LAND_LINE
    for one in a.phones:
        for other in b.phones:
            if len(one) == len(other) and OSA.distance(one, other, score_cutoff=1) <= 1:
                return PHONE_SLIP
    return PHONE_DIFFERENT


def _address_level(ones: tuple[NormalAddress, ...], others: tuple[NormalAddress, ...]) -> int:
    best = UNKNOWN
    for one in ones:
        for other in others:
            level = address_level(one, other)
            if level != UNKNOWN and (best in {UNKNOWN, ELSEWHERE} or level < best):
                best = level
    return best


def address_level(one: NormalAddress, other: NormalAddress) -> int:
    """The level of two addresses."""
    if not one.postal_code or not other.postal_code:
        return _level_without_codes(one, other)
    same_code = one.postal_code == other.postal_code
    if not one.street or not other.street:
        return POSTAL_CODE if same_code else _near(one, other)
    same_town = one.town == other.town != ""
    near = same_code or same_town or OSA.distance(one.postal_code, other.postal_code, score_cutoff=1) <= 1
    if near and _streets_alike(one.street, other.street):
        return HOUSE if one.house == other.house else STREET
    return OTHER_STREET if same_code else _near(one, other)


def _near(one: NormalAddress, other: NormalAddress) -> int:
    """The level of two addresses of which the postal codes differ."""
    if _same_district(one.postal_code, other.postal_code):
        return OTHER_STREET
    return TOWN if one.town == other.town != "" else ELSEWHERE


def _same_district(one: str, other: str) -> bool:
    """True for codes with letters, as in Britain, that differ only behind their district."""
    return not one.isdigit() and one[:-_BEHIND_DISTRICT] == other[:-_BEHIND_DISTRICT] != ""


def _level_without_codes(one: NormalAddress, other: NormalAddress) -> int:
    if not one.town or not other.town:
        return UNKNOWN
    if one.town != other.town and JaroWinkler.normalized_similarity(one.town, other.town) < _TOWN_ALIKE:
        return ELSEWHERE
    if one.street and other.street and _streets_alike(one.street, other.street):
        return HOUSE if one.house == other.house else STREET
    return TOWN_ONLY


@lru_cache(maxsize=_CACHED)
def _streets_alike(one: str, other: str) -> bool:
    return one == other or JaroWinkler.normalized_similarity(one, other) >= _STREET_ALIKE


def _email_level(ones: tuple[ComparedMailbox, ...], others: tuple[ComparedMailbox, ...]) -> int:
    best = UNKNOWN
    for one in ones:
        for other in others:
            level = email_level(one, other)
            if level != UNKNOWN and (best == UNKNOWN or level < best):
                best = level
    return best


def email_level(one: ComparedMailbox, other: ComparedMailbox) -> int:
    """The level of two mailboxes; unknown for two that differ and only spell the names."""
    if one.domain == other.domain:
        if one.local == other.local:
            return MAILBOX
        return MAIL_SLIP if OSA.distance(one.local, other.local, score_cutoff=1) <= 1 else MAIL_DIFFERENT
    if one.is_the_name and other.is_the_name:
        return UNKNOWN
    slips = OSA.distance(one.domain, other.domain, score_cutoff=_MAIL_SLIPS)
    if slips <= _MAIL_SLIPS and slips + OSA.distance(one.local, other.local) <= _MAIL_SLIPS:
        return MAIL_SLIP
    return LOCAL_PART if one.local == other.local else MAIL_DIFFERENT


def identity_level(ones: tuple[str, ...], others: tuple[str, ...]) -> int:
    """The level of identities, each `kind:value`; only those of one kind are compared."""
    best = UNKNOWN
    for one in ones:
        kind = one.partition(":")[0]
        for other in others:
            if one == other:
                return IDENTITY
            if other.partition(":")[0] == kind and best != IDENTITY_SLIP:
                best = IDENTITY_SLIP if OSA.distance(one, other, score_cutoff=1) <= 1 else IDENTITY_DIFFERENT
    return best
