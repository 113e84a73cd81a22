"""The till's exact look-up: a customer with the conditions in force there, in one round trip."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from service.conditions import rules
from service.conditions.rules import Applicability, TillScope
from service.conditions.stacking import apply_stacking
from service.conditions.till import Basket, CustomerAtTill, HeldCondition, TillCondition, TillCustomer, TillMatch
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown
from service.model.names import initials
from service.model.vocabulary import IdentityKind, UsePeriod

SQL = Statements("service.conditions", "till_lookup")

_record_decoder = msgspec.json.Decoder(CustomerAtTill)
_POSSESSION_KINDS = frozenset({IdentityKind.LOYALTY_CARD})
"""Kinds of identities that prove possession at a till."""


async def look_up_by_identity(
    connection: Connection,
    kind: IdentityKind,
    value: str,
    *,
    till: TillScope,
    basket: Basket | None,
    zone: ZoneInfo,
    now: datetime,
) -> TillMatch:
    """The customer with this (canonical) identity. CustomerUnknown if no customer has it."""
    found = await _read_record(connection, kind, value, None, till=till, zone=zone, now=now)
    return _recognised_customer(found, till=till, basket=basket, now=now, show_name=kind in _POSSESSION_KINDS)


async def look_up_confirmed(
    connection: Connection, customer_id: UUID, *, till: TillScope, basket: Basket | None, zone: ZoneInfo, now: datetime
) -> TillMatch:
    """The customer of a confirmed candidate."""
    found = await _read_record(connection, None, None, customer_id, till=till, zone=zone, now=now)
    return _recognised_customer(found, till=till, basket=basket, now=now, show_name=False)


async def _read_record(
    connection: Connection,
    kind: IdentityKind | None,
    value: str | None,
    customer_id: UUID | None,
    *,
    till: TillScope,
    zone: ZoneInfo,
    now: datetime,
) -> CustomerAtTill:
    starts = (rules.period_containing(per, now, zone).start for per in (UsePeriod.DAY, UsePeriod.MONTH, UsePeriod.YEAR))
    text = await connection.fetchval(SQL.read_till_customer_record, kind, value, customer_id, now, till.store, *starts)
    if text is None:
        raise CustomerUnknown
    return _record_decoder.decode(text)


def _recognised_customer(
    record: CustomerAtTill, *, till: TillScope, basket: Basket | None, now: datetime, show_name: bool
) -> TillMatch:
    name = record.name or ""
    return TillMatch(
        customer=TillCustomer(id=record.customer_id, display=name if show_name else initials(name)),
        conditions=_listed_conditions(record.held)
        if basket is None
        else _evaluated_conditions(record.held, basket, till, now),
        version=record.version,
    )


def _listed_conditions(held: tuple[HeldCondition, ...]) -> tuple[TillCondition, ...]:
    return tuple(_till_condition(condition) for condition in held)


def _evaluated_conditions(
    held: tuple[HeldCondition, ...], basket: Basket, till: TillScope, now: datetime
) -> tuple[TillCondition, ...]:
    evaluated = [
        (condition, rules.evaluate_condition(condition, basket=basket, till=till, used=condition.used, now=now))
        for condition in held
    ]
    return tuple(
        _till_condition(condition, verdict) for condition, verdict in zip(held, apply_stacking(evaluated), strict=True)
    )


def _till_condition(condition: HeldCondition, applicability: Applicability | None = None) -> TillCondition:
    return TillCondition(
        id=condition.id,
        title=condition.title,
        kind=condition.kind,
        terms=condition.terms,
        scope=condition.scope,
        valid_from=condition.valid_from,
        valid_until=condition.valid_until,
        priority=condition.priority,
        stacking=condition.stacking,
        uses_left=rules.uses_left(condition, condition.used),
        applies=msgspec.UNSET if applicability is None else applicability.applies,
        because=msgspec.UNSET if applicability is None else applicability.because,
    )
