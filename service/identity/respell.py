"""Brings stored identities to the canonical form of this version, which may differ from that of an earlier one."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.change import SYSTEM_KEY_ID, RecordedChange, lock_customer, record_change
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import InvalidInput
from service.identity.canonical import canonical_value
from service.identity.customers import find_owners, record_merge_suggestions
from service.identity.model import Identity, IdentityConflict
from service.identity.profile import remove_identities
from service.model.vocabulary import IdentityKind

SQL = Statements("service.identity", "respell")

_BATCH = 500


class RespelledIdentity(Struct, frozen=True, kw_only=True):
    """What became of a stored identity: `change` of its customer, or the two customers who are `sharing` it now.

    Neither is set if the identity is gone by now.
    """

    change: RecordedChange | None = None
    sharing: tuple[UUID, UUID] | None = None


async def respell_identities(database: Database, *, region: str, now: datetime) -> AsyncIterator[RespelledIdentity]:
    """Each stored identity that this version spells differently, changed in a transaction of its own."""
    last: Identity | None = None
    while batch := await _read_batch(database, last):
        for identity in batch:
            if (wanted := _respelled(identity, region)) != identity:
                async with database.transaction() as connection:
                    respelled = await _respell_identity(connection, identity, wanted, now)
                yield respelled
        last = batch[-1]


def _respelled(identity: Identity, region: str) -> Identity:
    """The identity as this version spells it; the same if this version takes it for none."""
    try:
        return Identity(identity.kind, canonical_value(identity.kind, identity.value, region))
    except InvalidInput:
        return identity


async def _read_batch(database: Database, last: Identity | None) -> Sequence[Identity]:
    async with database.connection() as connection:
        rows = await connection.fetch(SQL.identities_after, *(last or (None, None)), _BATCH)
    return [Identity(IdentityKind(row["kind"]), row["value"]) for row in rows]


async def _respell_identity(
    connection: Connection, identity: Identity, wanted: Identity, now: datetime
) -> RespelledIdentity:
    customer_id = await connection.fetchval(SQL.respell_identity, *identity, wanted.value)
    if customer_id is not None:
        locked = await lock_customer(connection, customer_id, restricted_too=True)
        change = await record_change(connection, locked, now=now, key_id=SYSTEM_KEY_ID, action="identity.respelled")
        return RespelledIdentity(change=change)
    owners = await find_owners(connection, {identity, wanted})
    if len(owners) < len({identity, wanted}):
        return RespelledIdentity()
    owner, other = owners[identity].customer_id, owners[wanted].customer_id
    if owners[identity].survivor_id == owners[wanted].survivor_id:
        change = await remove_identities(connection, owner, [identity], now=now, key_id=SYSTEM_KEY_ID)
        return RespelledIdentity(change=change)
    if (interaction_id := await connection.fetchval(SQL.find_last_interaction, owner)) is not None:
        conflict = IdentityConflict(customer_id=owner, other_customer_id=other, identity=wanted)
        await record_merge_suggestions(connection, [(conflict, interaction_id)], now)
    return RespelledIdentity(sharing=(owner, other))
