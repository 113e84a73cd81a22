"""Facts as people correct them: a corrected or deleted value stays in the history."""

from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from service.db.change import LockedCustomer, RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import FactUnknown, FactVouchedFor, InvalidInput
from service.model.interaction import FactName, RequestShape, Timestamp
from service.model.vocabulary import Channel

SQL = Statements("service.timeline", "facts")


class FactInput(RequestShape, frozen=True):
    """A correction of a fact; the value is any JSON but null."""

    value: Annotated[
        str | int | float | bool | list[Any] | dict[str, Any], Meta(description="The correct value, any JSON but null.")
    ]
    verified: Annotated[bool, Meta(description="True when the caller has proof of the value.")] = False


class FactValue(msgspec.Struct, frozen=True, kw_only=True):
    """One value that a fact has or had."""

    value: Annotated[Any, Meta(description="The value as it was stated, any JSON but null.")]
    source: Annotated[str, Meta(description="The system, or the key of the corrector, that stated the value.")]
    channel: Annotated[
        Channel | None, Meta(description="The channel on which it was said; null for a correction by hand.")
    ]
    at: Annotated[Timestamp, Meta(description="When it was stated, an RFC 3339 time.")]
    verified: Annotated[bool, Meta(description="True when the source had proof of the value.")]
    version: Annotated[int, Meta(description="Version of the customer's context that brought the value.")]


class KnownFact(FactValue, frozen=True, kw_only=True):
    """What a fact is from now on."""

    name: Annotated[str, Meta(description="The fact's name, an HTML autocomplete token where one exists.")]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact with its history."""

    name: Annotated[str, Meta(description="The fact's name, an HTML autocomplete token where one exists.")]
    now: Annotated[FactValue | None, Meta(description="The value that counts; null after the fact was deleted.")]
    history: Annotated[
        list[FactValue],
        Meta(description="The other values, the newest first: earlier ones, and any that did not replace it."),
    ]


class _VouchedFact(NamedTuple):
    """The value that a person vouched for, and whether one is of the very customer that was named."""

    fact: KnownFact
    of_owner: bool


HIDDEN_VALUE, _DELETED = "null", "deleted"
"""Value and source of the fact that a deletion leaves, while others of the merge set know it."""
_fact_decoder = msgspec.json.Decoder(Fact)
_known_decoder = msgspec.json.Decoder(KnownFact)


def checked_fact_name(name: str) -> str:
    """The name, if a fact can have it. InvalidInput if not."""
    try:
        return msgspec.convert(name, FactName)
    except msgspec.ValidationError:
        raise InvalidInput(field="name", message="A fact's name has 1 to 100 characters and no spaces.") from None


async def read_fact(connection: Connection, customer_id: UUID, name: str) -> Fact:
    """The fact of this customer's merge set with its whole history. FactUnknown if it never had a value."""
    fact = _fact_decoder.decode(await connection.fetchval(SQL.read_fact, customer_id, name))
    if fact.now is None and not fact.history:
        raise FactUnknown
    return fact


async def correct_fact(
    connection: Connection,
    customer_id: UUID,
    name: str,
    fact_input: FactInput,
    *,
    now: datetime,
    key_id: UUID,
    source: str,
    by_person: bool,
) -> tuple[KnownFact, RecordedChange]:
    """The fact with the value that counts from now on, and the change; every other value stays in its history.

    A person of the company vouches for the value; it replaces what a machine states, and not the other way round.
    """
    locked = await lock_customer(connection, customer_id)
    vouched = None if by_person else await _find_vouched_fact(connection, locked, name)
    change = await _record_fact_change(connection, locked, "fact.corrected", name, now=now, key_id=key_id)
    value = msgspec.json.encode(fact_input.value).decode()
    row = (locked.owner_id, name, value, source, now, fact_input.verified, change.owner_version)
    if vouched is not None and vouched.of_owner:
        await connection.execute(SQL.insert_ended_fact, *row)
        return vouched.fact, change
    await connection.fetchrow(SQL.archive_fact, locked.owner_id, name, change.owner_version)
    await connection.execute(SQL.insert_fact, *row, by_person)
    if vouched is not None:
        return vouched.fact, change
    known = KnownFact(
        name=name,
        value=fact_input.value,
        source=source,
        channel=None,
        at=now,
        verified=fact_input.verified,
        version=change.owner_version or change.version,
    )
    return known, change


async def delete_fact(
    connection: Connection, customer_id: UUID, name: str, *, now: datetime, key_id: UUID, by_person: bool
) -> RecordedChange:
    """The fact is known no longer; its values stay in its history.

    What others of the merge set know of it is not theirs to lose: it is hidden as long as they are merged.
    FactUnknown if it was not known, FactVouchedFor if a person vouched for it and a machine is to delete it.
    """
    locked = await lock_customer(connection, customer_id)
    if not by_person and await _find_vouched_fact(connection, locked, name) is not None:
        raise FactVouchedFor
    change = await _record_fact_change(connection, locked, "fact.deleted", name, now=now, key_id=key_id)
    archived = await connection.fetchrow(SQL.archive_fact, locked.owner_id, name, change.owner_version)
    assert archived is not None  # aggregates give a row
    if not archived["was_known"] and not archived["known_of_others"]:
        raise FactUnknown
    if archived["known_of_others"]:
        await connection.execute(
            SQL.insert_fact,
            locked.owner_id,
            name,
            HIDDEN_VALUE,
            _DELETED,
            now,
            False,
            change.owner_version,
            archived["vouched_of_others"],
        )
    return change


async def _find_vouched_fact(connection: Connection, locked: LockedCustomer, name: str) -> _VouchedFact | None:
    row = await connection.fetchrow(SQL.find_vouched_fact, locked.customer_id, name, locked.owner_id)
    return None if row is None else _VouchedFact(_known_decoder.decode(row["fact"]), row["of_owner"])


async def _record_fact_change(
    connection: Connection, locked: LockedCustomer, action: str, name: str, *, now: datetime, key_id: UUID
) -> RecordedChange:
    return await record_change(connection, locked, now=now, key_id=key_id, action=action, fields=(name,))
