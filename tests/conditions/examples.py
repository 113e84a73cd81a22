"""Conditions, baskets and times that the tests of this folder speak of."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import settings

from service.conditions.model import Condition, Scope, Terms
from service.conditions.till import Basket, BasketLine
from service.model.ids import new_id
from service.model.vocabulary import Audience, ConditionKind, Stacking

PROPERTY = settings(deadline=None, derandomize=True)
"""How properties are tried: the same examples each time, on however busy a machine."""
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

AMBASSADOR = Condition(
    id=new_id(),
    customer_id=new_id(),
    title="Ambassador 20 %",
    kind=ConditionKind.DISCOUNT,
    terms=Terms(percent=Decimal(20)),
    scope=Scope(),
    valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    valid_until=datetime(2027, 1, 1, tzinfo=UTC),
    priority=0,
    stacking=Stacking.STACK,
    audiences=tuple(Audience),
    contract="AMB-2026-7",
    max_uses=None,
    max_uses_per=None,
    created_at=datetime(2025, 12, 1, tzinfo=UTC),
    revoked_at=None,
)


def condition(**differences: Any) -> Condition:
    """The ambassador's condition with these differences."""
    return msgspec.structs.replace(AMBASSADOR, **{"id": new_id(), **differences})


def basket(*categories: str, brand: str | None = None, currency: str = "EUR") -> Basket:
    """A basket with one line of each category."""
    return Basket(
        currency=currency, lines=tuple(BasketLine(sku=f"sku-{name}", category=name, brand=brand) for name in categories)
    )
