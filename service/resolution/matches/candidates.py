"""Which customers a profile is to be compared with, and what the comparison needs to know of all customers."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from uuid import UUID

import asyncpg
from msgspec import ValidationError
from msgspec.structs import replace

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.identity.matching.keys import KeyKind, key_kind, match_keys
from service.identity.matching.model import NormalAddress, NormalPhone, NormalRecord
from service.identity.matching.profile import Profile
from service.identity.matching.tables import MatchTables, read_tables, shipped_tables
from service.identity.matching.weigh import MANY, NameFrequencies, Weigher
from service.resolution.matches.profiles import NAME_FIELDS, names_of

SQL = Statements("service.resolution.matches", "candidates")

MAX_CANDIDATES = 50

Holders = Mapping[int, Sequence[UUID]]
"""Key -> the customers that meet under it, at most one more than may be."""


async def read_holders(connection: Connection, keys: Collection[int]) -> dict[int, list[UUID]]:
    """The customers that meet under each key; more than `MANY` are too many to be evidence."""
    return {row["key"]: row["holders"] for row in await connection.fetch(SQL.read_holders, list(keys), MANY + 1)}


def choose_candidates(keys: Iterable[int], holders: Holders, *, but: UUID | None = None) -> list[UUID]:
    """The customers that meet under these keys, those under most keys first; a key of too many brings none."""
    met = Counter(one for key in keys if len(holders[key]) <= MANY for one in holders[key])
    return sorted((one for one in met if one != but), key=lambda one: (-met[one], one))[:MAX_CANDIDATES]


def contact_keys(records: Iterable[Profile]) -> dict[tuple[str, str], int]:
    """The telephone numbers (`phone`), e-mail addresses (`email`) and homes (`address`) of records, with their keys."""
    found: dict[tuple[str, str], int | None] = {}
    for record in records:
        found.update({("phone", number): phone_key(number) for number in record.phones})
        emails = (f"{box.local}@{box.domain}" for box in record.mailboxes)
        found.update({("email", email): email_key(email) for email in emails})
        found.update({("address", home_of(address)): home_key(address) for address in record.addresses})
    return {contact: key for contact, key in found.items() if key is not None}


@lru_cache(maxsize=1 << 16)
def phone_key(number: str) -> int | None:
    """The key under which the customers of a telephone number meet; None for one that is too short."""
    return next(iter(match_keys(NormalRecord(phones=(NormalPhone(number, False),)))), None)


@lru_cache(maxsize=1 << 16)
def email_key(email: str) -> int | None:
    """The key under which the customers of an e-mail address meet."""
    return next(iter(match_keys(NormalRecord(emails=(email,)))), None)


@lru_cache(maxsize=1 << 16)
def home_key(address: NormalAddress) -> int | None:
    """The key under which the customers of a house meet; None for an address without a street."""
    keys = match_keys(NormalRecord(addresses=(address,)))
    return next((key for key in keys if key_kind(key) is KeyKind.HOUSE), None)


def home_of(address: NormalAddress) -> str:
    """An address as one text."""
    return " ".join(filter(None, (address.postal_code, address.town, address.street, address.house)))


def count_contacts(records: Iterable[Profile], holders: Holders) -> dict[tuple[str, str], int]:
    """How many customers have each telephone number, e-mail address and home of these records."""
    return {contact: len(holders.get(key, ())) for contact, key in contact_keys(records).items()}


async def read_weigher(
    connection: Connection, compared: Iterable[Sequence[Profile]], contacts: Mapping[tuple[str, str], int]
) -> Weigher:
    """What weighs these customers' records, by the frequencies of their names among all customers."""
    tables = await read_active_tables(connection)
    names = {name for records in compared for name in names_of(records)} | {(field, "") for field in NAME_FIELDS}
    rows = await connection.fetch(SQL.read_frequencies, *columns(sorted(names), 2))
    counts = {(row["field"], row["name"]): row["customers"] for row in rows}
    return weigher_of(tables, counts, contacts)


def weigher_of(
    tables: MatchTables, names: Mapping[tuple[str, str], int], contacts: Mapping[tuple[str, str], int]
) -> Weigher:
    """What weighs pairs by these tables, by how many customers have a name, a telephone number, an e-mail address."""
    frequencies = NameFrequencies(
        given=_of_field(names, "given"),
        given_total=names.get(("given", ""), 0),
        family=_of_field(names, "family"),
        family_total=names.get(("family", ""), 0),
        born=_of_field(names, "born"),
        born_total=names.get(("born", ""), 0),
        places=_of_field(names, "place"),
        place_total=names.get(("place", ""), 0),
        phones=_of_field(contacts, "phone"),
        emails=_of_field(contacts, "email"),
    )
    return Weigher(tables, frequencies, records=names.get(("record", ""), 0))


async def read_active_tables(connection: Connection) -> MatchTables:
    """The tables that matching works with, with the prior that was learned last."""
    row = await connection.fetchrow(SQL.read_tables)
    assert row is not None  # the migration wrote it
    tables = _chosen_tables(row)
    if row["person"] is None:
        return tables
    return replace(tables, person=row["person"], household=row["household"])


async def read_base_tables(connection: Connection) -> MatchTables:
    """The tables that an operator chose, or those that are shipped, with their own prior."""
    row = await connection.fetchrow(SQL.read_tables)
    assert row is not None  # the migration wrote it
    return _chosen_tables(row)


def _chosen_tables(row: asyncpg.Record) -> MatchTables:
    """The tables of an operator, unless there are none, or they lack levels that this version knows."""
    try:
        return read_tables(row["tables"].encode()) if row["tables"] else shipped_tables()
    except ValidationError:
        return shipped_tables()


def _of_field(counts: Mapping[tuple[str, str], int], field: str) -> dict[str, int]:
    return {name: count for (one, name), count in counts.items() if one == field and name}
