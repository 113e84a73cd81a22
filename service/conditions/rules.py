"""Pure decisions about one condition: when it is in force, where it holds, and what is left of it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from service.conditions.model import Condition, Scope
from service.conditions.till import Basket, BasketLine
from service.errors import ForeignStore
from service.model.vocabulary import Channel, UsePeriod


class ValidityPeriod(NamedTuple):
    """From `start` until before `end`, in UTC; None is open."""

    start: datetime | None
    end: datetime | None


class Applicability(NamedTuple):
    """Whether a condition applies, and why in words that name no customer."""

    applies: bool
    because: str


class TillScope(NamedTuple):
    """Where a basket is paid; without a store, terms of certain stores do not hold."""

    store: str | None
    channel: Channel = Channel.STORE


_PERIOD_SUFFIX = {UsePeriod.DAY: " today", UsePeriod.MONTH: " this month", UsePeriod.YEAR: " this year"}


def resolve_store(key_store: str | None, requested_store: str | None) -> str | None:
    """The store that a request means: the key's own or the one it names. ForeignStore if they differ."""
    if key_store is not None and requested_store not in {None, key_store}:
        raise ForeignStore
    return key_store or requested_store


def period_containing(per: UsePeriod | None, at: datetime, zone: ZoneInfo) -> ValidityPeriod:
    """The calendar day, month or year of `zone` that `at` lies in; open on both sides for ever."""
    day = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match per:
        case UsePeriod.DAY:
            following = day + timedelta(days=1)
        case UsePeriod.MONTH:
            day = day.replace(day=1)
            following = (day + timedelta(days=31)).replace(day=1)
        case UsePeriod.YEAR:
            day = day.replace(month=1, day=1)
            following = day.replace(year=day.year + 1)
        case _:
            return ValidityPeriod(None, None)
    return ValidityPeriod(day.astimezone(UTC), following.astimezone(UTC))


def reason_not_in_force(condition: Condition, at: datetime) -> str | None:
    """Why the condition was not in force at this time, or None if it was. Revocation does not reach back."""
    if condition.revoked_at is not None and condition.revoked_at <= at:
        return f"Revoked on {_utc_text(condition.revoked_at)}."
    if at < condition.valid_from:
        return f"In force from {_utc_text(condition.valid_from)}."
    if condition.valid_until is not None and condition.valid_until <= at:
        return f"In force until {_utc_text(condition.valid_until)}."
    return None


def in_force(condition: Condition, at: datetime) -> bool:
    """Whether the condition was granted, begun, not over and not revoked at this time."""
    return reason_not_in_force(condition, at) is None


def reason_out_of_scope(condition: Condition, till: TillScope) -> str | None:
    """Why the condition does not hold at this till, or None if it does."""
    scope = condition.scope
    if scope.stores and till.store not in scope.stores:
        return f"Not in store {till.store}." if till.store else "Only in certain stores, and no store is named."
    if scope.channels and till.channel not in scope.channels:
        return f"Only by channel {' or '.join(scope.channels)}."
    return None


def is_seen_at(scope: Scope, store: str | None) -> bool:
    """Whether a till of this store is shown terms of this scope; a till of no store is shown those of every store."""
    if scope.channels and Channel.STORE not in scope.channels:
        return False
    return store is None or not scope.stores or store in scope.stores


def uses_left(condition: Condition, used: int) -> int | None:
    """How often it can still be redeemed in the period that `used` counts; None without a limit."""
    return None if condition.max_uses is None else max(condition.max_uses - used, 0)


def reason_used_up(condition: Condition, used: int) -> str | None:
    """Why there is no use left in the period that `used` counts, or None if there is one."""
    if condition.max_uses is None or used < condition.max_uses:
        return None
    this_period = _PERIOD_SUFFIX.get(condition.max_uses_per or UsePeriod.EVER, "")
    return f"Used up: {used} of {condition.max_uses}{this_period}."


def evaluate_condition(
    condition: Condition, *, basket: Basket, till: TillScope, used: int, now: datetime
) -> Applicability:
    """Whether the condition, looked at alone, applies to the basket; `used` counts the current period."""
    obstacle = (
        reason_not_in_force(condition, now)
        or reason_out_of_scope(condition, till)
        or reason_used_up(condition, used)
        or _reason_other_currency(condition, basket)
    )
    return Applicability(False, obstacle) if obstacle else _evaluate_lines(condition, basket)


def _reason_other_currency(condition: Condition, basket: Basket) -> str | None:
    currency = condition.terms.currency
    if not isinstance(currency, str) or currency == basket.currency:
        return None
    return f"The amount is in {currency}, the basket in {basket.currency}."


def _evaluate_lines(condition: Condition, basket: Basket) -> Applicability:
    matching = sum(_covers(condition, line) for line in basket.lines)
    total = len(basket.lines)
    lines = "1 line" if total == 1 else f"{total} lines"
    if matching:
        return Applicability(True, f"Applies to {matching} of {lines}.")
    scope = condition.scope
    only = " and ".join(" or ".join(names) for names in (scope.categories, scope.brands) if names)
    return Applicability(False, f"Applies to none of {lines}: only to {only}.")


def _covers(condition: Condition, line: BasketLine) -> bool:
    scope = condition.scope
    return _is_among(line.category, scope.categories) and _is_among(line.brand, scope.brands)


def _is_among(name: str | None, names: tuple[str, ...]) -> bool:
    return not names or (name is not None and name.casefold() in {known.casefold() for known in names})


def _utc_text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
