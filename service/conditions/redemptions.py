"""Uses of conditions in the database: recorded once per receipt, never beyond the limit, and taken back."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, structs

from service.conditions import rules
from service.conditions.conditions import lock_condition
from service.conditions.model import Condition, Redemption, RedemptionInput
from service.conditions.money import check_payable
from service.db.change import RecordedChange, record_change
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

MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far a till's clock may be ahead of ours."""
LATE_AFTER = timedelta(minutes=15)
"""A redemption reported later than this is late, even if the till does not say that it was offline."""

_redemption_decoder = msgspec.json.Decoder(Redemption)
_redemptions_decoder = msgspec.json.Decoder(list[Redemption])


class Redeemer(Struct, frozen=True, kw_only=True):
    """Who redeems: a till sees only what stores see, and one of a certain `store` only what holds there."""

    key_id: UUID
    till: bool
    store: str | None


class ConditionUse(Struct, frozen=True, kw_only=True):
    """Where and when a condition was used; a late use has happened, so it is flagged where another one is refused."""

    store: str
    at: datetime
    late: bool
    over_limit: bool = False
    not_valid: bool = False


class RedemptionResult(Struct, frozen=True, kw_only=True):
    """The redemption of a receipt; `replayed` if it was recorded before."""

    redemption: Redemption
    change: RecordedChange
    replayed: bool


class RedemptionList(Struct, frozen=True, kw_only=True):
    """A part of a condition's redemptions; `next` is the receipt after which the others come."""

    redemptions: list[Redemption]
    next: str | None
    version: int


async def list_redemptions(
    connection: Connection, condition_id: UUID, *, after: str | None, limit: int
) -> RedemptionList:
    """The redemptions of a condition by receipt, voided ones too. ConditionUnknown if there is no such condition."""
    row = await connection.fetchrow(SQL.list_redemptions, condition_id, after, limit + 1)
    if row is None:
        raise ConditionUnknown
    found = _redemptions_decoder.decode(row["redemptions"])
    following = found[limit - 1].receipt if len(found) > limit else None
    return RedemptionList(redemptions=found[:limit], next=following, version=row["version"])


async def redeem_condition(
    connection: Connection,
    condition_id: UUID,
    requested: RedemptionInput,
    *,
    redeemer: Redeemer,
    zone: ZoneInfo,
    now: datetime,
) -> RedemptionResult:
    """Record one use, judged by when it happened; the same receipt again gives the first answer.

    The customer is locked meanwhile, so that of many tills at once only as many succeed as uses are left. What a till
    granted while it was offline is recorded in any case: the goods are gone.
    """
    use = _requested_use(requested, redeemer, now)
    condition, locked = await lock_condition(connection, condition_id)
    _check_visible(condition, redeemer)
    recorded = await _read_redemption(connection, condition, requested.receipt)
    if recorded is not None:
        _check_same_redemption(recorded, requested, use.store)
        change = RecordedChange(customer_id=locked.customer_id, version=locked.version)
        return RedemptionResult(redemption=recorded, change=change, replayed=True)
    if not use.late:
        check_payable(requested.amount, requested.currency, field="amount")
    use = await _checked_use(connection, condition, use, zone)
    redemption = await _write_redemption(connection, condition, requested, use, now)
    action = "condition.redeemed_in_excess" if use.over_limit or use.not_valid else "condition.redeemed"
    change = await record_change(
        connection, locked, now=now, key_id=redeemer.key_id, action=action, subject_id=condition.id
    )
    return RedemptionResult(redemption=redemption, change=change, replayed=False)


async def void_redemption(
    connection: Connection, condition_id: UUID, receipt: str, *, redeemer: Redeemer, now: datetime
) -> RecordedChange:
    """Take the use with this receipt back; again is no change. RedemptionUnknown if there is none, or elsewhere.

    ConditionUnknown for a condition that the redeemer may not see.
    """
    condition, locked = await lock_condition(connection, condition_id)
    _check_visible(condition, redeemer)
    redemption = await _read_redemption(connection, condition, receipt)
    if redemption is None or redeemer.store not in {None, redemption.store}:
        raise RedemptionUnknown
    if redemption.voided_at is not None:
        return RecordedChange(customer_id=locked.customer_id, version=locked.version)
    await connection.execute(SQL.void_redemption, condition.customer_id, condition.id, receipt, now)
    return await record_change(
        connection,
        locked,
        now=now,
        key_id=redeemer.key_id,
        action="condition.redemption_voided",
        subject_id=condition.id,
    )


def _requested_use(requested: RedemptionInput, redeemer: Redeemer, now: datetime) -> ConditionUse:
    store = rules.resolve_store(redeemer.store, requested.store)
    if store is None:
        raise InvalidInput(field="store", message="This field is required: the key belongs to no store.")
    redeemed_at = requested.redeemed_at or now
    if redeemed_at > now + MAX_CLOCK_SKEW and not requested.offline:
        raise InvalidInput(field="redeemed_at", message="This time lies in the future.")
    late = requested.offline or now - redeemed_at > LATE_AFTER
    return ConditionUse(store=store, at=min(redeemed_at, now) if requested.offline else redeemed_at, late=late)


def _check_visible(condition: Condition, redeemer: Redeemer) -> None:
    """What a till may not see looks absent to it."""
    if redeemer.till and Audience.STORE not in condition.audiences:
        raise ConditionUnknown
    if redeemer.store is not None and rules.reason_out_of_scope(condition, rules.TillScope(redeemer.store)):
        raise ConditionUnknown


def _check_same_redemption(recorded: Redemption, requested: RedemptionInput, store: str) -> None:
    same_time = requested.offline or requested.redeemed_at in {None, recorded.redeemed_at}
    same = (recorded.store, recorded.amount, recorded.currency) == (store, requested.amount, requested.currency)
    if not (same and same_time):
        raise IdempotencyKeyReused("This receipt was redeemed with another store, amount, currency or time.")


async def _checked_use(connection: Connection, condition: Condition, use: ConditionUse, zone: ZoneInfo) -> ConditionUse:
    """The use with its flags, if it may be recorded; what speaks against one that is not late is raised."""
    not_then = rules.reason_not_in_force(condition, use.at)
    not_there = rules.reason_out_of_scope(condition, rules.TillScope(use.store))
    if not use.late and not_then:
        raise ConditionNotInForce(not_then)
    if not use.late and not_there:
        raise ConditionOutOfScope(not_there)
    over_limit = await _reason_over_limit(connection, condition, use.at, zone)
    if not use.late and over_limit:
        raise ConditionUsedUp(over_limit)
    return structs.replace(use, over_limit=bool(over_limit), not_valid=bool(not_then or not_there))


async def _reason_over_limit(connection: Connection, condition: Condition, at: datetime, zone: ZoneInfo) -> str | None:
    """Why no use was left in the period of that time, or None if one was."""
    if condition.max_uses is None:
        return None
    bounds = rules.period_containing(condition.max_uses_per, at, zone)
    return rules.reason_used_up(
        condition, await connection.fetchval(SQL.count_uses, condition.customer_id, condition.id, *bounds)
    )


async def _write_redemption(
    connection: Connection, condition: Condition, requested: RedemptionInput, use: ConditionUse, now: datetime
) -> Redemption:
    await connection.execute(
        SQL.record_redemption,
        condition.customer_id,
        condition.id,
        requested.receipt,
        use.store,
        requested.amount,
        requested.currency,
        use.at,
        now,
        use.late,
        use.over_limit,
        use.not_valid,
    )
    recorded = await _read_redemption(connection, condition, requested.receipt)
    assert recorded is not None
    return recorded


async def _read_redemption(connection: Connection, condition: Condition, receipt: str) -> Redemption | None:
    text = await connection.fetchval(SQL.read_redemption, condition.customer_id, condition.id, receipt)
    return None if text is None else _redemption_decoder.decode(text)
