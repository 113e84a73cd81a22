"""Special conditions in the database: granted, changed, revoked; each is a change of the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, structs

from service.conditions import boundaries
from service.conditions.model import Condition, ConditionInput, ConditionPatch
from service.conditions.money import check_payable
from service.db.change import LockedCustomer, RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import ConditionNotInForce, ConditionUnknown, CustomerUnknown, InvalidInput
from service.model.ids import new_id
from service.model.vocabulary import Audience, ConditionKind, Stacking, UsePeriod

SQL = Statements("service.conditions", "conditions")

_condition_decoder = msgspec.json.Decoder(Condition)
_conditions_decoder = msgspec.json.Decoder(list[Condition])
_encode = msgspec.json.Encoder(decimal_format="number").encode


class ConditionRow(NamedTuple):
    """A row of the table condition; `terms` and `scope` are JSON."""

    customer_id: UUID
    condition_id: UUID
    title: str
    kind: ConditionKind
    terms: str
    scope: str
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    audiences: list[Audience]
    contract: str | None
    max_uses: int | None
    max_uses_per: UsePeriod | None
    created_at: datetime
    revoked_at: datetime | None


class StoredConditionPage(Struct, frozen=True, kw_only=True):
    """Conditions of a customer, newest first; `next` continues after the last one, None at the end."""

    conditions: Sequence[Condition]
    next: UUID | None
    version: int


async def grant_condition(
    connection: Connection, customer_id: UUID, requested: ConditionInput, *, now: datetime, key_id: UUID
) -> tuple[Condition, RecordedChange]:
    """A new condition of the customer, in force from now unless it says otherwise."""
    locked = await lock_customer(connection, customer_id)
    granted = Condition(
        **{**structs.asdict(requested), "valid_from": requested.valid_from or now},
        id=new_id(),
        customer_id=locked.owner_id,
        created_at=now,
        revoked_at=None,
    )
    _check_terms(granted)
    condition = await _write_condition(connection, granted, now)
    await connection.execute(SQL.mark_condition_holder, locked.customer_id)
    return condition, await _record_condition_change(
        connection, locked, condition, "condition.created", now=now, key_id=key_id
    )


async def read_condition(connection: Connection, condition_id: UUID) -> tuple[Condition, RecordedChange]:
    """The condition, and its (canonical) customer with the present version. ConditionUnknown if there is none."""
    row = await connection.fetchrow(SQL.read_condition, condition_id)
    if row is None:
        raise ConditionUnknown
    return _condition_decoder.decode(row["condition"]), RecordedChange(
        customer_id=row["canonical_id"], version=row["version"]
    )


async def list_conditions(
    connection: Connection, customer_id: UUID, *, after: UUID | None, limit: int
) -> StoredConditionPage:
    """At most `limit` conditions of the customer, past and revoked ones too. CustomerUnknown if there is none."""
    row = await connection.fetchrow(SQL.list_conditions, customer_id, after, limit + 1)
    if row is None:
        raise CustomerUnknown
    found = _conditions_decoder.decode(row["conditions"])
    more = len(found) > limit
    return StoredConditionPage(
        conditions=found[:limit], next=found[limit - 1].id if more else None, version=row["version"]
    )


async def change_condition(
    connection: Connection, condition_id: UUID, patch: ConditionPatch, *, now: datetime, key_id: UUID
) -> tuple[Condition, RecordedChange]:
    """The condition with what the patch names; what changes nothing is no change. A revoked one stays as it is."""
    condition, locked = await lock_condition(connection, condition_id)
    if condition.revoked_at is not None:
        raise ConditionNotInForce("The condition was revoked and stays as it was: grant a new one.")
    changes = {name: value for name, value in structs.asdict(patch).items() if value is not UNSET}
    changed = structs.replace(condition, **changes)
    fields = tuple(name for name in changes if getattr(changed, name) != getattr(condition, name))
    if not fields:
        return condition, RecordedChange(customer_id=locked.customer_id, version=locked.version)
    if {"terms", "kind"} & {*fields}:
        _check_terms(changed)
    changed = await _write_condition(connection, changed, now)
    return changed, await _record_condition_change(
        connection, locked, changed, "condition.changed", fields, now=now, key_id=key_id
    )


async def revoke_condition(
    connection: Connection, condition_id: UUID, *, now: datetime, key_id: UUID
) -> RecordedChange:
    """End the condition now; its history stays. Revoking it again changes nothing."""
    condition, locked = await lock_condition(connection, condition_id)
    if condition.revoked_at is not None:
        return RecordedChange(customer_id=locked.customer_id, version=locked.version)
    revoked = await _write_condition(connection, structs.replace(condition, revoked_at=now), now)
    return await _record_condition_change(connection, locked, revoked, "condition.revoked", now=now, key_id=key_id)


async def lock_condition(connection: Connection, condition_id: UUID) -> tuple[Condition, LockedCustomer]:
    """The condition, locked with its customer until the transaction ends."""
    owner_id = await connection.fetchval(SQL.find_condition_owner, condition_id)
    if owner_id is None:
        raise ConditionUnknown
    locked = await lock_customer(connection, owner_id)
    condition, _ = await read_condition(connection, condition_id)
    return condition, locked


def _check_terms(condition: Condition) -> None:
    """Refuse an amount that no till can pay out; the price of one unit may be finer, as that of fuel is."""
    amount, currency = condition.terms.amount, condition.terms.currency
    if condition.kind is not ConditionKind.PRICE and amount is not UNSET and currency is not UNSET:
        check_payable(amount, currency, field="terms.amount")


async def _write_condition(connection: Connection, condition: Condition, now: datetime) -> Condition:
    """The condition as it is kept: with its times in UTC."""
    if condition.valid_until is not None and condition.valid_until <= condition.valid_from:
        raise InvalidInput(field="valid_until", message="A condition must end after it begins.")
    await connection.execute(SQL.write_condition, [_condition_row(condition)])
    await boundaries.schedule_boundaries(connection, condition, now)
    return (await read_condition(connection, condition.id))[0]


def _condition_row(condition: Condition) -> ConditionRow:
    return ConditionRow(
        customer_id=condition.customer_id,
        condition_id=condition.id,
        title=condition.title,
        kind=condition.kind,
        terms=_encode(condition.terms).decode(),
        scope=_encode(condition.scope).decode(),
        valid_from=condition.valid_from,
        valid_until=condition.valid_until,
        priority=condition.priority,
        stacking=condition.stacking,
        audiences=list(condition.audiences),
        contract=condition.contract,
        max_uses=condition.max_uses,
        max_uses_per=condition.max_uses_per,
        created_at=condition.created_at,
        revoked_at=condition.revoked_at,
    )


async def _record_condition_change(
    connection: Connection,
    locked: LockedCustomer,
    condition: Condition,
    action: str,
    fields: tuple[str, ...] = (),
    *,
    now: datetime,
    key_id: UUID,
) -> RecordedChange:
    return await record_change(
        connection, locked, now=now, key_id=key_id, action=action, fields=fields, subject_id=condition.id
    )
