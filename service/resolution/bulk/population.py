"""What weighing needs to know of all customers: read once for a run, and told to its processes."""

from collections.abc import Sequence

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.matching.keys import KeyKind, key_kind
from service.identity.matching.tables import MatchTables
from service.identity.matching.weigh import MANY, Weigher
from service.resolution.matches.candidates import contact_keys, weigher_of
from service.resolution.matches.profiles import read_profiles

SQL = Statements("service.resolution.bulk", "population")

FEW = 2
"""Names of so few customers are all equally rare."""
FEW_HOLDERS = 3
"""A telephone number or e-mail address of so few customers loses no weight."""
KEYS_AT_ONCE = 2000
_CONTACT_KINDS = {KeyKind.PHONE, KeyKind.EMAIL, KeyKind.HOUSE}


class Population(Struct, frozen=True, kw_only=True):
    """What all customers together say of evidence."""

    customers: int
    """Those that have a record."""
    crowded: frozenset[int]
    """Keys of too many customers."""
    shared: frozenset[tuple[int, str, str]]
    """Key, field and value of contacts of too many customers."""
    contacts: dict[tuple[str, str], int]
    """Field and value of a contact of several customers -> how many."""
    names: dict[tuple[str, str], int]
    """Field and name -> how many customers; the name '' for all."""

    def weigher(self, tables: MatchTables) -> Weigher:
        """What weighs pairs by these tables."""
        return weigher_of(tables, self.names, self.contacts)


async def read_population(connection: Connection) -> Population:
    """What all customers together say of evidence now."""
    held = {row["key"]: row["customers"] for row in await connection.fetch(SQL.read_held, FEW_HOLDERS)}
    names = {
        (row["field"], row["name"]): row["customers"] for row in await connection.fetch(SQL.read_all_frequencies, FEW)
    }
    contacts = await _read_contacts(connection, [key for key in held if key_kind(key) in _CONTACT_KINDS])
    return Population(
        customers=names.get(("record", ""), 0),
        crowded=frozenset(key for key, customers in held.items() if customers > MANY),
        shared=frozenset((key, *contact) for contact, key in contacts.items() if held[key] > MANY),
        contacts={contact: held[key] for contact, key in contacts.items()},
        names=names,
    )


async def _read_contacts(connection: Connection, keys: Sequence[int]) -> dict[tuple[str, str], int]:
    """Field and value of the contacts of these keys, as profiles have them, with their keys."""
    found: dict[tuple[str, str], int] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        wanted = set(keys[start : start + KEYS_AT_ONCE])
        holders = {row["customer_id"] for row in await connection.fetch(SQL.read_first_holders, list(wanted))}
        profiles = await read_profiles(connection, holders)
        contacts = contact_keys(record for one in profiles.values() for record in one.records)
        found |= {contact: key for contact, key in contacts.items() if key in wanted}
    return found
