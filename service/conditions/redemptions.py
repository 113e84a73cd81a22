"""Uses of conditions in the database: recorded once per receipt, never beyond the limit, and taken back."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from service.conditions import rules
from service.conditions.conditions import locked_condition
from service.conditions.model import Condition, Redemption, RedemptionInput
from service.db.change import Change, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import (
    ConditionNotInForce,
    ConditionOutOfScope,
    ConditionUnknown,
    ConditionUsedUp,
    IdempotencyKeyReused,
    InvalidInput,
    RedemptionUnknown,
)
from service.model.vocabulary import Audience

SQL = Statements("service.conditions", "redemptions")

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far a till's clock may be ahead of ours."""

_redemption = msgspec.json.Decoder(Redemption)


class Redeemer(Struct, frozen=True, kw_only=True):
    """Who redeems: a till sees only what stores see, and one of a certain `store` only what holds there."""

    key_id: UUID
    till: bool
    store: str | None


class Redeemed(Struct, frozen=True, kw_only=True):
    """The redemption of a receipt; `replayed` if it was recorded before."""

    redemption: Redemption
    change: Change
    replayed: bool


async def redeem(
    connection: Connection,
    condition_id: UUID,
    wanted: RedemptionInput,
    *,
    by: Redeemer,
    zone: ZoneInfo,
    now: datetime,
) -> Redeemed:
    """Record one use, judged by when it happened; the same receipt again gives the first answer.

    The customer is locked meanwhile, so that of many tills at once only as many succeed as uses are left.
    """
    store, redeemed_at = _where_and_when(wanted, by, now)
    condition, locked = await locked_condition(connection, condition_id)
    _check_visible(condition, by)
    recorded = await _read(connection, condition, wanted.receipt)
    if recorded is not None:
        _check_same(recorded, wanted, store)
        change = Change(customer_id=locked.customer_id, version=locked.version)
        return Redeemed(redemption=recorded, change=change, replayed=True)
    await _check_allowed(connection, condition, rules.Till(store), redeemed_at, zone)
    redemption = await _record(connection, condition, wanted, store=store, redeemed_at=redeemed_at, now=now)
    change = await record_change(
        connection, locked, now=now, key_id=by.key_id, action="condition.redeemed", subject_id=condition.id
    )
    return Redeemed(redemption=redemption, change=change, replayed=False)


async def void(connection: Connection, condition_id: UUID, receipt: str, *, by: Redeemer, now: datetime) -> Change:
    """Take the use with this receipt back; again is no change. RedemptionUnknown if there is none, or elsewhere."""
    condition, locked = await locked_condition(connection, condition_id)
    redemption = await _read(connection, condition, receipt)
    if redemption is None or by.store not in {None, redemption.store}:
        raise RedemptionUnknown
    if redemption.voided_at is not None:
        return Change(customer_id=locked.customer_id, version=locked.version)
    await connection.execute(SQL.void_redemption, condition.customer_id, condition.id, receipt, now)
    return await record_change(
        connection, locked, now=now, key_id=by.key_id, action="condition.redemption_voided", subject_id=condition.id
    )


def _where_and_when(wanted: RedemptionInput, by: Redeemer, now: datetime) -> tuple[str, datetime]:
    store = rules.store_of(by.store, wanted.store)
    if store is None:
        raise InvalidInput(field="store", message="This field is required: the key belongs to no store.")
    redeemed_at = wanted.redeemed_at or now
    if redeemed_at > now + CLOCKS_DIFFER:
        raise InvalidInput(field="redeemed_at", message="This time lies in the future.")
    return store, redeemed_at


def _check_visible(condition: Condition, by: Redeemer) -> None:
    """What a till may not see looks absent to it."""
    if by.till and Audience.STORE not in condition.audiences:
        raise ConditionUnknown
    if by.store is not None and rules.out_of_scope(condition, rules.Till(by.store)):
        raise ConditionUnknown


def _check_same(recorded: Redemption, wanted: RedemptionInput, store: str) -> None:
    same_time = wanted.redeemed_at in {None, recorded.redeemed_at}
    same = (recorded.store, recorded.amount, recorded.currency) == (store, wanted.amount, wanted.currency)
    if not (same and same_time):
        raise IdempotencyKeyReused("This receipt was redeemed with another store, amount, currency or time.")


async def _check_allowed(
    connection: Connection, condition: Condition, till: rules.Till, at: datetime, zone: ZoneInfo
) -> None:
    if because := rules.not_in_force(condition, at):
        raise ConditionNotInForce(because)
    if because := rules.out_of_scope(condition, till):
        raise ConditionOutOfScope(because)
    if condition.max_uses is None:
        return
    bounds = rules.period(condition.max_uses_per, at, zone)
    used = await connection.fetchval(SQL.count_uses, condition.customer_id, condition.id, *bounds)
    if because := rules.used_up(condition, used):
        raise ConditionUsedUp(because)


async def _record(
    connection: Connection,
    condition: Condition,
    wanted: RedemptionInput,
    *,
    store: str,
    redeemed_at: datetime,
    now: datetime,
) -> Redemption:
    await connection.execute(
        SQL.record_redemption,
        condition.customer_id,
        condition.id,
        wanted.receipt,
        store,
        wanted.amount,
        wanted.currency,
        redeemed_at,
        now,
    )
    recorded = await _read(connection, condition, wanted.receipt)
    assert recorded is not None
    return recorded


async def _read(connection: Connection, condition: Condition, receipt: str) -> Redemption | None:
    text = await connection.fetchval(SQL.read_redemption, condition.customer_id, condition.id, receipt)
    return None if text is None else _redemption.decode(text)
