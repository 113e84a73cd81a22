"""How likely two records speak of one person: three classes of pairs, one person, one household and strangers."""

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct, field

from service.identity.matching import levels
from service.identity.matching.levels import compare
from service.identity.matching.model import NormalAddress
from service.identity.matching.names import FAMILY_ALIKE, SAME, UNKNOWN
from service.identity.matching.profile import ComparedMailbox, Profile
from service.identity.matching.rarity import Rarity
from service.identity.matching.strength import kinds_of_evidence, names_agree
from service.identity.matching.tables import MatchTables
from service.identity.matching.wording import FIELDS, HOUSEHOLD_REASON, LEVELS

LIKELY: Final = 0.5
STRONG: Final = 0.95
MANY: Final = 100
"""A telephone number or mailbox that more records share is no evidence."""
_FEW_PHONES = 3
_FEW_MAILBOXES = 4
_ALIKE_NAMES = 3
"""So many spellings sound like a name."""
_HARDLY = 0.005
"""A pair below this is no suggestion, whatever else is known; its reasons are not kept."""
_SAME_PLACE = frozenset({levels.POSTAL_CODE, levels.OTHER_STREET, levels.TOWN_ONLY})
_PLACE_SHARE = 0.001
"""How many of strangers live in one place, as the tables see it."""
_SHARED_PHONE = frozenset({levels.MOBILE, levels.LAND_LINE})
_More = tuple[int, float, bool]
"""A field, what is added to the strangers, and whether the household gets as much."""
_GIVEN, _FAMILY, _BORN, _ADDRESS, _PHONE, _EMAIL = range(len(FIELDS) - 1)


class MatchStrength(StrEnum):
    """How much a suggestion is worth."""

    STRONG = "strong"
    LIKELY = "likely"
    HOUSEHOLD = "household"


class MatchReason(Struct, frozen=True, kw_only=True):
    """What one field says of a pair."""

    field: Annotated[
        str, Meta(description="What was compared: given, family, born, address, phone, email, identity or household.")
    ]
    level: Annotated[str, Meta(description="How far the two agree in it: a code such as `same`, `alike` or `slip`.")]
    bits: Annotated[float, Meta(description="How many bits of evidence that is for one person; below 0 against it.")]
    text: Annotated[str, Meta(description="The same as a sentence in English.")]


class NameFrequencies(Struct, frozen=True, kw_only=True):
    """How often values occur among the records at hand; a value that is not in here is rare."""

    given: Mapping[str, int] = field(default_factory=dict)
    given_total: int = 0
    family: Mapping[str, int] = field(default_factory=dict)
    family_total: int = 0
    born: Mapping[str, int] = field(default_factory=dict)
    """Some dates stand for a year alone, or for nothing known."""
    born_total: int = 0
    places: Mapping[str, int] = field(default_factory=dict)
    """Postal codes and towns: customers of one branch live near it."""
    place_total: int = 0
    phones: Mapping[str, int] = field(default_factory=dict)
    emails: Mapping[str, int] = field(default_factory=dict)


class MatchScore(Struct, frozen=True):
    """What is thought of a pair."""

    p: float
    """How likely it is one person."""
    household: float
    """How likely it is two people of one household."""
    strength: MatchStrength | None
    """None for a pair that is no suggestion."""
    levels: tuple[int, ...]
    bits: tuple[float, ...]
    """Of each field, one person against strangers; then what a household takes away again."""

    @property
    def reasons(self) -> list[MatchReason]:
        """What speaks for one person and against, the fields that say nothing left out."""
        found = [
            MatchReason(field=name, level=LEVELS[name][level][0], bits=round(bits, 1), text=LEVELS[name][level][1])
            for name, level, bits in zip(FIELDS, self.levels, self.bits, strict=False)
            if level >= 0
        ]
        name, code, text = HOUSEHOLD_REASON
        explained = round(self.bits[-1], 1) if self.bits else 0.0
        return found + ([MatchReason(field=name, level=code, bits=explained, text=text)] if explained < 0 else [])


_STRANGERS = MatchScore(0.0, 0.0, None, (), ())


class Weigher:
    """Weighs pairs by tables, by how frequent their values are and by how many records there are."""

    def __init__(self, tables: MatchTables, frequencies: NameFrequencies, *, records: int) -> None:
        """Take logarithms once; the last weight of each field is that of the level -1: nothing."""
        columns = [tables.fields[name] for name in FIELDS]
        self._person = [_logarithms(column.person) for column in columns]
        self._household = [_logarithms(column.household) for column in columns]
        self._stranger = [_logarithms(column.stranger) for column in columns]
        self._prior_person, self._prior_household = (
            math.log2(min(pairs / max(records, 2), 0.25)) for pairs in (tables.person, tables.household)
        )
        self._sums: dict[tuple[int, ...], tuple[float, float, float]] = {}
        self._phones, self._emails = frequencies.phones, frequencies.emails
        known, own = frequencies, 1 + tables.person
        given, family, born = (columns[at].stranger for at in (_GIVEN, _FAMILY, _BORN))
        self._given = Rarity(known.given, known.given_total, given[SAME], own)
        self._family = Rarity(known.family, known.family_total, family[SAME], own)
        self._alike = Rarity(known.family, known.family_total, family[FAMILY_ALIKE], own)
        self._born = Rarity(known.born, known.born_total, born[SAME], own)
        codes = Rarity(known.places, known.place_total, _PLACE_SHARE, own)
        towns = Rarity(known.places, known.place_total, columns[_ADDRESS].stranger[levels.TOWN], own)
        self._places = {levels.TOWN: towns} | dict.fromkeys(_SAME_PLACE, codes)

    def weigh(self, a: Profile, b: Profile) -> MatchScore:
        """What is thought of two records; equal whichever of the two comes first."""
        if bool(a.organisation) != bool(b.organisation):
            return _STRANGERS
        return self.score(a, b, compare(a, b))

    def weigh_all(self, ones: Sequence[Profile], others: Sequence[Profile]) -> MatchScore:
        """What is thought of two customers: the best pair of their records counts."""
        scores = (self.weigh(a, b) for a in ones for b in others)
        return max(scores, key=lambda score: (score.p, score.household), default=_STRANGERS)

    def score(self, a: Profile, b: Profile, found: tuple[int, ...]) -> MatchScore:
        """What is thought of two records of these levels."""
        more = self._more_of_strangers(a, b, found)
        if found[_PHONE] in _SHARED_PHONE or found[_EMAIL] == levels.MAILBOX:
            found = self._without_values_of_many(a, b, found)
            more += self._more_of_many(a, b, found)
        same, home, other = self._sums.get(found) or self._sum(found)
        for _, bits, is_shared in more:
            other += bits
            home += bits if is_shared else 0.0
        if a.organisation:
            home = -math.inf
        highest = max(same, home, other)
        one, two, three = math.exp2(same - highest), math.exp2(home - highest), math.exp2(other - highest)
        p, household = one / (one + two + three), two / (one + two + three)
        if p + household < _HARDLY:
            return MatchScore(p, household, None, found, ())
        explained = other - highest - math.log2(two + three) if two + three else 0.0
        return MatchScore(
            p, household, self._strength(a, b, found, p, household), found, (*self._bits(found, more), explained)
        )

    def _sum(self, found: tuple[int, ...]) -> tuple[float, float, float]:
        """The logarithms of the three classes, before frequencies; each vector of levels is summed up once."""
        sums = (
            self._prior_person + sum(column[level] for column, level in zip(self._person, found, strict=True)),
            self._prior_household + sum(column[level] for column, level in zip(self._household, found, strict=True)),
            sum(column[level] for column, level in zip(self._stranger, found, strict=True)),
        )
        self._sums[found] = sums
        return sums

    def _bits(self, found: tuple[int, ...], more: list[_More]) -> list[float]:
        """Of each field, one person against strangers."""
        bits = [
            one[level] - other[level] for one, other, level in zip(self._person, self._stranger, found, strict=True)
        ]
        for at, less, _ in more:
            bits[at] -= less
        return bits

    def _more_of_strangers(self, a: Profile, b: Profile, found: tuple[int, ...]) -> list[_More]:
        """What the frequencies of names, dates and places add to the strangers."""
        more: list[_More] = []
        if found[_GIVEN] == SAME:
            more.append((_GIVEN, self._given.bits({a.given, b.given}), False))
        if SAME <= found[_FAMILY] <= FAMILY_ALIKE:
            more.append((_FAMILY, self._bits_of_family(a, b, found), False))
        if found[_BORN] == SAME:
            more.append((_BORN, max(0.0, self._born.bits((a.birth_date,))), False))
        if found[_ADDRESS] in self._places:
            shared = places_of(a.addresses) & places_of(b.addresses)
            if shared:
                more.append((_ADDRESS, self._places[found[_ADDRESS]].bits(shared), False))
        return more

    def _bits_of_family(self, a: Profile, b: Profile, found: tuple[int, ...]) -> float:
        """A name that stands alone, or in the wrong field, may be a given name: then the more frequent use counts."""
        names = {a.family or a.organisation, b.family or b.organisation}
        if found[_FAMILY] == FAMILY_ALIKE:
            return min(0.0, self._alike.bits(names, _ALIKE_NAMES))
        if len(names) > 1:
            names = {a.given, a.family, a.former} & {b.given, b.family, b.former}
        elif found[_GIVEN] != UNKNOWN:
            return self._family.bits(names)
        return max(self._family.bits(names), self._given.bits(names))

    def _without_values_of_many(self, a: Profile, b: Profile, found: tuple[int, ...]) -> tuple[int, ...]:
        """The levels without those of values that so many share that they are no evidence."""
        kept = list(found)
        if found[_PHONE] in _SHARED_PHONE and self._phone_owners(a, b) > MANY:
            kept[_PHONE] = UNKNOWN
        if found[_EMAIL] == levels.MAILBOX and self._mailbox_owners(a, b) > MANY:
            kept[_EMAIL] = UNKNOWN
        return tuple(kept)

    def _more_of_many(self, a: Profile, b: Profile, found: tuple[int, ...]) -> list[_More]:
        """What telephone numbers and mailboxes of several people add to strangers and households."""
        more: list[_More] = []
        if found[_PHONE] in _SHARED_PHONE and (owners := self._phone_owners(a, b)) > _FEW_PHONES:
            more.append((_PHONE, math.log2(owners / _FEW_PHONES), True))
        if found[_EMAIL] == levels.MAILBOX and (owners := self._mailbox_owners(a, b)) > _FEW_MAILBOXES:
            more.append((_EMAIL, math.log2(owners / _FEW_MAILBOXES), True))
        return more

    def _phone_owners(self, a: Profile, b: Profile) -> int:
        return min(self._phones.get(number, 0) for number in a.phones if number in b.phones)

    def _mailbox_owners(self, a: Profile, b: Profile) -> int:
        return min(self._emails.get(f"{one.local}@{one.domain}", 0) for one in _shared(a, b))

    @staticmethod
    def _strength(a: Profile, b: Profile, found: tuple[int, ...], p: float, household: float) -> MatchStrength | None:
        kinds = kinds_of_evidence(found)
        if not kinds and a.of_many and not set(a.of_many).isdisjoint(b.of_many):
            return None  # many live or work together: a name among them says little
        if p >= STRONG and names_agree(found, is_organisation=bool(a.organisation)):
            kinds -= found[_EMAIL] == levels.MAILBOX and _spells_the_name(a, b)
            if kinds:
                return MatchStrength.STRONG
        if p >= LIKELY:
            return MatchStrength.LIKELY
        return MatchStrength.HOUSEHOLD if household >= LIKELY else None


def places_of(addresses: Iterable[NormalAddress]) -> set[str]:
    """The places by which addresses are counted: postal codes and towns."""
    return {place for one in addresses for place in (one.postal_code, one.town) if place}


def _logarithms(shares: tuple[float, ...]) -> list[float]:
    return [*map(math.log2, shares), 0.0]


def _shared(a: Profile, b: Profile) -> list[ComparedMailbox]:
    """The mailboxes that both have."""
    return [
        one for one in a.mailboxes for other in b.mailboxes if (one.local, one.domain) == (other.local, other.domain)
    ]


def _spells_the_name(a: Profile, b: Profile) -> bool:
    """True if what both share is only a mailbox as anna.mueller@, which another Anna Müller may have had before."""
    return all(box.is_the_name for box in _shared(a, b))
