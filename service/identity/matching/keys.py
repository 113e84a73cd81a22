"""Keys under which records that may speak of one person meet, each a signed 64-bit number that says its kind."""

from collections.abc import Iterator
from enum import IntEnum
from hashlib import blake2b
from itertools import combinations, islice

from service.identity.matching.model import NormalRecord
from service.identity.matching.phonetics import cologne

MAX_KEYS = 40
"""More a record does not get, however many values it has."""
MAX_HOLDERS = 100
"""A key that more records hold brings nobody together: it is shared, and no evidence."""
_KIND_BITS = 4
_KIND_MASK = (1 << _KIND_BITS) - 1
_MAX_VALUES = 5
_MAX_WORDS = 3
_TAIL_DIGITS = 9
_FEWEST_DIGITS = 6
_FEWEST_LETTERS = 5
_POOR = 2


class KeyKind(IntEnum):
    """What two records share that meet under a key; the lowest bits of the key say it."""

    PHONE = 0
    EMAIL = 1
    NAME_AND_BIRTH = 2
    """A word of the given or the family name, as it sounds, and the birth date: one key for each of both names."""
    NAME_AND_PLACE = 3
    HOUSE = 4
    NAMES = 5
    """Both names as they sound, in either order."""
    IDENTITY = 6
    PLACE_AND_BIRTH = 7
    MAILBOX = 8
    """An e-mail address without its provider."""
    BIRTH = 9
    """This and those that follow: only of records that have little else to match by."""
    NAME = 10
    NAME_AND_YEAR = 11
    NAME_AND_DAY = 12
    PLACE = 13


KEY_FIELDS: dict[KeyKind, frozenset[str]] = {
    KeyKind.PHONE: frozenset({"phone"}),
    KeyKind.EMAIL: frozenset({"email"}),
    KeyKind.NAME_AND_BIRTH: frozenset({"given", "family", "born"}),
    KeyKind.NAME_AND_PLACE: frozenset({"given", "family", "address"}),
    KeyKind.HOUSE: frozenset({"address"}),
    KeyKind.NAMES: frozenset({"given", "family"}),
    KeyKind.IDENTITY: frozenset({"identity"}),
    KeyKind.PLACE_AND_BIRTH: frozenset({"born", "address"}),
    KeyKind.MAILBOX: frozenset({"email"}),
    KeyKind.BIRTH: frozenset({"born"}),
    KeyKind.NAME: frozenset({"given", "family"}),
    KeyKind.NAME_AND_YEAR: frozenset({"given", "family", "born"}),
    KeyKind.NAME_AND_DAY: frozenset({"given", "family", "born"}),
    KeyKind.PLACE: frozenset({"address"}),
}
"""The fields that a key is made of: pairs that only this key brought together say nothing of how often they agree."""


def match_keys(record: NormalRecord) -> list[int]:
    """The keys of a record, without repetition, the telling ones first; empty if there is nothing to match by."""
    return list(islice(dict.fromkeys(_hashed(kind, text) for kind, text in _texts(record)), MAX_KEYS))


def key_kind(key: int) -> KeyKind:
    """What the records of a key share."""
    return KeyKind(key & _KIND_MASK)


def _hashed(kind: KeyKind, text: str) -> int:
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
    return (number & ~_KIND_MASK) | kind


def _texts(record: NormalRecord) -> Iterator[tuple[KeyKind, str]]:
    names = (record.given, record.family or record.organisation, record.former)
    sounds = list(dict.fromkeys(sound for name in names for sound in _sounds(name)))
    born = record.birth_date
    yield from ((KeyKind.IDENTITY, identity) for identity in record.identities[:_MAX_VALUES])
    yield from _contact_texts(record)
    if born:
        yield from ((KeyKind.NAME_AND_BIRTH, f"{sound} {born}") for sound in sounds)
    yield from ((KeyKind.NAMES, f"{one} {other}") for one, other in combinations(sorted(sounds), 2))
    for place in _places(record):
        yield from ((KeyKind.NAME_AND_PLACE, f"{sound} {place}") for sound in sounds)
        if born:
            yield KeyKind.PLACE_AND_BIRTH, f"{place} {born}"
    if _is_poor(record):
        yield from _broad_texts(record, sounds)


def _contact_texts(record: NormalRecord) -> Iterator[tuple[KeyKind, str]]:
    for phone in record.phones[:_MAX_VALUES]:
        if len(phone.number) >= _FEWEST_DIGITS:
            yield KeyKind.PHONE, phone.number[-_TAIL_DIGITS:]
    for email in record.emails[:_MAX_VALUES]:
        yield KeyKind.EMAIL, email
        local = email.partition("@")[0]
        if len(local) >= _FEWEST_LETTERS:
            yield KeyKind.MAILBOX, local
    for address in record.addresses[:_MAX_VALUES]:
        place = address.postal_code or address.town
        if address.street and place:
            yield KeyKind.HOUSE, f"{place} {address.street} {address.house}"


def _is_poor(record: NormalRecord) -> bool:
    """True if a record has no telephone and at most two of birth date, postal code and e-mail address."""
    has_code = any(address.postal_code for address in record.addresses)
    return not record.phones and bool(record.birth_date) + has_code + bool(record.emails) <= _POOR


def _broad_texts(record: NormalRecord, sounds: list[str]) -> Iterator[tuple[KeyKind, str]]:
    """Keys that many hold. Records with more to match by do without them, so that there are few pairs."""
    born = record.birth_date
    if born:
        yield KeyKind.BIRTH, born
        yield from ((KeyKind.NAME_AND_YEAR, f"{sound} {born[:4]}") for sound in sounds)
        yield from ((KeyKind.NAME_AND_DAY, f"{sound} {born[4:]}") for sound in sounds)
    yield from ((KeyKind.NAME, sound) for sound in sounds)
    for address in record.addresses[:_MAX_VALUES]:
        if address.postal_code:
            yield KeyKind.PLACE, address.postal_code
            yield from ((KeyKind.NAME_AND_PLACE, f"{sound} {address.town}") for sound in sounds if address.town)


def _places(record: NormalRecord) -> list[str]:
    addresses = record.addresses[:_MAX_VALUES]
    return list(dict.fromkeys(place for one in addresses if (place := one.postal_code or one.town)))


def _sounds(name: str) -> list[str]:
    return [sound for word in name.split()[:_MAX_WORDS] if (sound := cologne(word))]
