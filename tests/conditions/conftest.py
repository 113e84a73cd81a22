"""A shop's small world: customers with facts and identities, and conditions granted to them."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from service.conditions import conditions
from service.conditions.model import Condition, ConditionInput, Terms
from service.db.pool import Database
from service.model.ids import new_id
from service.model.names import name_key
from service.model.vocabulary import ConditionKind, IdentityKind
from service.settings.model import Settings
from tests.conditions.shop import Shop
from tests.fixtures import KEY_ID, NOW, StandingClock

Grant = Callable[..., Awaitable[Condition]]
NewCustomer = Callable[..., Awaitable[UUID]]


@pytest.fixture
def new_customer(database: Database) -> NewCustomer:
    """A function that makes a customer: name, merged_into, identities as {kind: value}, facts as {name: value}."""

    async def create(
        name: str | None = "Anna Müller",
        *,
        merged_into: UUID | None = None,
        language: str | None = "de",
        identities: dict[str, str] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> UUID:
        customer_id = new_id()
        async with database.transaction() as connection:
            await connection.execute(
                "INSERT INTO customer (customer_id, merged_into, merge_parent, name, name_key, language, since)"
                " VALUES ($1, $2, $2, $3, $4, $5, $6)",
                customer_id,
                merged_into,
                name,
                name_key(name) if name else None,
                language,
                NOW.replace(year=2019),
            )
            for kind, value in (identities or {}).items():
                await connection.execute(
                    "INSERT INTO identity (kind, value, customer_id, verified, source, created_at)"
                    " VALUES ($1, $2, $3, true, 'test', $4)",
                    IdentityKind(kind),
                    value,
                    customer_id,
                    NOW,
                )
            for fact, told in (facts or {}).items():
                await connection.execute(
                    "INSERT INTO fact (customer_id, name, value, source, at, verified, version)"
                    " VALUES ($1, $2, $3, 'test', $4, true, 0)",
                    customer_id,
                    fact,
                    msgspec.json.encode(told).decode(),
                    NOW,
                )
        return customer_id

    return create


@pytest.fixture
def grant(database: Database) -> Grant:
    """A function that grants a customer a condition: 20 percent off, with these differences."""

    async def grant_condition(customer_id: UUID, *, now=NOW, **differences: Any) -> Condition:
        wanted = {"title": "Ambassador", "kind": ConditionKind.DISCOUNT, "terms": Terms(percent=Decimal(20))}
        async with database.transaction() as connection:
            condition, _ = await conditions.grant_condition(
                connection, customer_id, ConditionInput(**{**wanted, **differences}), now=now, key_id=KEY_ID
            )
        return condition

    return grant_condition


@pytest.fixture
def shop(database: Database, settings: Settings, clock: StandingClock) -> Shop:
    """The conditions' routes over HTTP."""
    return Shop(database, settings, clock)
