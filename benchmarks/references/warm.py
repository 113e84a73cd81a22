"""Fills reference 3's cache with every customer's answer to a look-up by phone, so that warm reads can be measured.

Asking the service itself would outlast the 300 s that an answer lives. Measure right after it.

`BENCH_DATABASE_URL=… BENCH_REDIS_URL=… python -m benchmarks.references.warm`
"""

import asyncio
import gc
import os
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from benchmarks.references.cached import TTL_S, cache_key
from benchmarks.references.records import RECENT, in_force
from benchmarks.references.shapes import ContextOut
from benchmarks.references.tables import Condition, Customer, CustomerIdentity, Interaction

BATCH = 1000


async def warm(database_url: str, redis_url: str, now: datetime) -> int:
    """How many answers were cached."""
    engine = create_async_engine(database_url)
    cached = 0
    async with engine.connect() as connection, Redis.from_url(redis_url) as cache:
        last = await connection.scalar(select(func.max(Customer.id))) or 0
        for first in range(1, last + 1, BATCH):
            bodies = await _bodies(connection, first, now)
            pipeline = cache.pipeline(transaction=False)
            for phone, body in bodies:
                pipeline.set(cache_key(("phone", phone)), body, ex=TTL_S)
            await pipeline.execute()
            cached += len(bodies)
    await engine.dispose()
    return cached


async def _bodies(connection: AsyncConnection, first: int, now: datetime) -> list[tuple[str, bytes]]:
    """(phone number, rendered answer) of up to BATCH customers; rows instead of ORM objects, for speed."""
    last = first + BATCH - 1
    profiles = await connection.execute(
        select(CustomerIdentity.value, *Customer.__table__.columns)
        .join(Customer, Customer.id == CustomerIdentity.customer_id)
        .where(CustomerIdentity.kind == "phone", Customer.id.between(first, last))
    )
    conditions = _by_customer(
        await connection.execute(
            select(*Condition.__table__.columns)
            .where(Condition.customer_id.between(first, last), in_force(now))
            .order_by(Condition.id)
        )
    )
    recent = _by_customer(
        await connection.execute(
            select(*Interaction.__table__.columns)
            .where(Interaction.customer_id.between(first, last))
            .order_by(Interaction.customer_id, Interaction.occurred_at.desc(), Interaction.id.desc())
        )
    )
    return [(row.value, _render(row, conditions[row.id], recent[row.id][:RECENT])) for row in profiles]


def _by_customer(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.customer_id].append(row)
    return grouped


def _render(profile: Any, conditions: list[Any], recent: list[Any]) -> bytes:
    answer = {"customer": profile, "conditions": conditions, "recent": recent}
    return ContextOut.model_validate(answer, from_attributes=True).model_dump_json().encode()


if __name__ == "__main__":
    gc.disable()  # each batch is freed by its reference counts; looking for cycles took half of the time
    started = time.perf_counter()
    count = asyncio.run(warm(os.environ["BENCH_DATABASE_URL"], os.environ["BENCH_REDIS_URL"], datetime.now(UTC)))
    print(f"cached {count} answers in {time.perf_counter() - started:.1f} s")
