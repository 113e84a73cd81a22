"""What customers are compared by: made of what they state, stored with the keys under which they meet others.

One writer at a time holds the row of `match_state` (`online`, and `askonce resolve`), so that what is read here and
stored in the same transaction belongs together.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
import structlog
from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.identity.matching.profile import Profile
from service.identity.matching.weigh import places_of
from service.resolution.matches.stated import CONTACT_FACTS, customer_records, decode_statements

SQL = Statements("service.resolution.matches", "profiles")

log = structlog.get_logger()

MAX_CUSTOMER_KEYS = 100
FORMS_VERSION = 1
"""One higher when normal forms or keys change: then profiles are out of date, and `askonce resolve` makes them anew."""
NAME_FIELDS = ("given", "family", "born", "place", "record")
"""The fields of the table of frequencies: names, birth dates, places, and `record` for a customer who has any."""
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Profile])


class CustomerProfile(Struct, frozen=True, kw_only=True):
    """What one customer, as if it were never merged, is compared by."""

    customer_id: UUID
    records: Sequence[Profile]
    keys: Sequence[int]


class ChangedProfile(Struct, frozen=True, kw_only=True):
    """A profile that is to be stored, and what was stored before."""

    profile: CustomerProfile
    digest: int
    stored_digest: int | None
    """None for a customer without a stored profile."""
    stored_records: Sequence[Profile]
    stored_keys: Sequence[int]


async def read_changed(connection: Connection, customer_ids: Collection[UUID], region: str) -> list[ChangedProfile]:
    """The profiles of those of these customers that state something else than when their profile was stored."""
    rows = await connection.fetch(SQL.read_stated, list(customer_ids), CONTACT_FACTS, False, FORMS_VERSION)
    return [_changed(row, region) for row in rows]


async def read_statements(connection: Connection, customer_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these customers state, as JSON."""
    rows = await connection.fetch(SQL.read_stated, list(customer_ids), CONTACT_FACTS, True, FORMS_VERSION)
    return {row["customer_id"]: row["stated"] for row in rows}


def _changed(row: asyncpg.Record, region: str) -> ChangedProfile:
    records, keys = _records(row, region)
    return ChangedProfile(
        profile=CustomerProfile(customer_id=row["customer_id"], records=records, keys=keys[:MAX_CUSTOMER_KEYS]),
        digest=row["digest"],
        stored_digest=row["stored"],
        stored_records=() if row["records"] is None else _decode_records(row["records"]),
        stored_keys=row["keys"] or (),
    )


def _records(row: asyncpg.Record, region: str) -> tuple[list[Profile], list[int]]:
    """What a customer is compared by; nothing if a statement breaks a normal form: others do not wait for it."""
    try:
        return customer_records(decode_statements(row["stated"]), region)
    except Exception as error:  # noqa: BLE001 (one strange value would stop the matching of all customers)
        log.warning("profile_failed", customer_id=row["customer_id"], reason=type(error).__name__)
        return [], []


async def read_profiles(connection: Connection, customer_ids: Collection[UUID]) -> dict[UUID, CustomerProfile]:
    """The stored profiles of these customers."""
    return {row["customer_id"]: decode_profile(row) for row in await connection.fetch(SQL.read_profiles, customer_ids)}


def decode_profile(row: asyncpg.Record) -> CustomerProfile:
    """A stored profile."""
    return CustomerProfile(customer_id=row["customer_id"], records=_decode_records(row["records"]), keys=row["keys"])


def _decode_records(stored: bytes) -> Sequence[Profile]:
    """Records as they were stored; none if an earlier version stored another shape, until they are made anew."""
    try:
        return _decoder.decode(stored)
    except msgspec.ValidationError:
        return ()


async def keep_current(connection: Connection, changed: Sequence[ChangedProfile]) -> list[ChangedProfile]:
    """Those of which the stored profile is still the one that was read."""
    ids = [one.profile.customer_id for one in changed]
    now = {row["customer_id"]: row["stated"] for row in await connection.fetch(SQL.read_digests, ids)}
    return [one for one in changed if now.get(one.profile.customer_id) == one.stored_digest]


async def store_profiles(connection: Connection, changed: Sequence[ChangedProfile], now: datetime) -> None:
    """Store profiles with their keys, and count their names."""
    rows = [
        (one.profile.customer_id, one.digest, _encoder.encode(one.profile.records), one.profile.keys, now)
        for one in changed
    ]
    await connection.execute(SQL.store_profiles, rows)
    gone = _key_rows((one.profile.customer_id, set(one.stored_keys) - set(one.profile.keys)) for one in changed)
    if gone:
        await connection.execute(SQL.delete_keys, *columns(gone, 2))
    added = _key_rows((one.profile.customer_id, set(one.profile.keys) - set(one.stored_keys)) for one in changed)
    if added:
        await connection.execute(SQL.add_keys, *columns(added, 2))
    if more := count_names(changed):
        await connection.execute(SQL.count_names, *columns(more, 3))


def _key_rows(keys_of: Iterable[tuple[UUID, set[int]]]) -> list[tuple[int, UUID]]:
    return sorted((key, customer_id) for customer_id, keys in keys_of for key in keys)


def count_names(changed: Sequence[ChangedProfile]) -> list[tuple[str, str, int]]:
    """Field, name, and of how many more customers it is, in this order; the name '' counts all of a field."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in changed:
        counts.update(names_of(one.profile.records))
        counts.subtract(names_of(one.stored_records))
    return sorted((field, name, more) for (field, name), more in counts.items() if more)


def names_of(records: Sequence[Profile]) -> set[tuple[str, str]]:
    """Names, birth dates and places of one customer by fields, each with the '' that stands for all of the field."""
    named = {("given", one.given) for one in records if one.given}
    named |= {("family", name) for one in records if (name := one.family or one.organisation)}
    named |= {("born", one.birth_date) for one in records if one.birth_date}
    named |= {("place", place) for one in records for place in places_of(one.addresses)}
    return named | {(field, "") for field, _ in named} | ({("record", "")} if records else set())
