"""Splits records into parts that can be stored at the same time: the records of one customer are in one part.

A part keeps the order of the file. The split depends on the records alone, neither on the number of processes nor on a
setting, so that an interrupted import finds the same parts again.
"""

import re
from collections.abc import Container, Iterator, Sequence
from unicodedata import normalize

import msgspec
from msgspec import Struct

from service.imports.record import FileRecord

_SIGNS = re.compile(r"[\W_]+")
_NO_DIGITS = re.compile(r"\D+")
_PHONE_DIGITS = 7
"""The last digits of a number are the same with and without its country code."""


class _Identity(Struct, gc=False):
    kind: str
    value: str


class _RecordKeys(Struct, gc=False):
    """What says whose a record is; all the rest of it is passed over."""

    identities: tuple[_Identity, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    source: str | None = None
    source_event_id: str | None = None
    external_id: str | None = None
    country: str | None = None


_decode = msgspec.json.Decoder(_RecordKeys).decode


def split_records(records: Sequence[FileRecord], *, part_records: int) -> list[list[FileRecord]]:
    """The records in parts of about `part_records`, each in the order of the file.

    Records that name a common identity, directly or by way of others, are in one part however large that is, and so are
    those that state one event. Spellings of a value count as one; that two values may do so as well costs nothing.
    """
    groups = _group_by_customer(records)
    parts: list[list[tuple[int, FileRecord]]] = [[] for _ in range(-(-len(records) // part_records))]
    for group in groups:
        min(parts, key=len).extend(group)
    return [[record for _, record in sorted(part)] for part in parts if part]


def _group_by_customer(records: Sequence[FileRecord]) -> list[list[tuple[int, FileRecord]]]:
    """The records of each customer with their places, the largest group first."""
    leader = list(range(len(records)))
    first_with: dict[object, int] = {}
    for place, record in enumerate(records):
        for key in _keys(record, first_with):
            other = first_with.setdefault(key, place)
            if other != place:
                leader[_leader_of(place, leader)] = _leader_of(other, leader)
    groups: dict[int, list[tuple[int, FileRecord]]] = {}
    for place, record in enumerate(records):
        groups.setdefault(_leader_of(place, leader), []).append((place, record))
    return sorted(groups.values(), key=len, reverse=True)


def _leader_of(place: int, leader: list[int]) -> int:
    while (above := leader[place]) != place:
        leader[place] = leader[above]
        place = above
    return place


def _keys(record: FileRecord, known: Container[object]) -> Iterator[object]:
    """What this record has in common with others of its customer; nothing if it cannot be read, and so is refused.

    A value that is `known` as it is spelled is not brought to its common spelling again.
    """
    try:
        stated = _decode(record.raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    identities = [(one.kind, one.value) for one in stated.identities]
    identities += [("phone", number) for number in stated.phones]
    identities += [("email", address) for address in stated.emails]
    for identity in identities:
        if identity not in known:
            yield _common_spelling(*identity)
        yield identity
    if stated.source_event_id is not None:
        yield ("event", stated.source, stated.source_event_id)
    if stated.external_id is not None:
        yield ("record", stated.source, stated.external_id)
    if stated.country is not None:
        yield ("country", stated.country)


def _common_spelling(kind: str, value: str) -> str:
    if not value.isascii():
        value = normalize("NFKC", value)
    if kind == "phone":
        return _NO_DIGITS.sub("", value)[-_PHONE_DIGITS:]
    return f"{kind} {_SIGNS.sub('', value).casefold()}"
