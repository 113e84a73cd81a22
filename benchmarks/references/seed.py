"""Fills the reference services' database by COPY: deterministic customers, each with 20 interactions and 2 conditions.

Customer `i` of `0 … N-1` has the phone number +49151{i:08d} and the address c{i}@example.com, in row `i + 1`.
Replaces the reference tables of the database it is given, so give it one of its own.

`BENCH_DATABASE_URL=postgresql+asyncpg://… python -m benchmarks.references.seed 100000`
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
from sqlalchemy import func, make_url, select
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.references.tables import Base, Customer

INTERACTIONS_EACH = 20
OPENED_AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
CHANNELS = ("chatbot", "phone", "email", "store", "web", "social")
SENTENCES = (
    "Since this morning the router blinks red and nothing in the house connects any more.",
    "I restarted it twice as your colleague asked me to, and it did not help at all.",
    "The invoice of last month shows the old address although I changed it in the app.",
    "Could somebody please call me back in the afternoon? I waited 20 minutes and was cut off.",
)
CONDITIONS = (
    ("20 % on everything", "discount", json.dumps({"percent": 20})),
    ("Free technician visit", "entitlement", json.dumps({"text": "One visit a year is free of charge."})),
)

Row = tuple[object, ...]


def customers(count: int) -> Iterator[Row]:
    """(id, name, language, since) of each customer."""
    return ((i + 1, f"Customer {i}", "de" if i % 2 else "en", OPENED_AT) for i in range(count))


def identities(count: int) -> Iterator[Row]:
    """(customer_id, kind, value, verified): a phone number and an e-mail address for each customer."""
    for i in range(count):
        yield i + 1, "phone", f"+49151{i:08d}", True
        yield i + 1, "email", f"c{i}@example.com", False


def conditions(count: int) -> Iterator[Row]:
    """(customer_id, title, kind, terms, valid_from): two conditions in force for each customer."""
    return ((i + 1, *condition, OPENED_AT) for i in range(count) for condition in CONDITIONS)


def interactions(count: int) -> Iterator[Row]:
    """(customer_id, source, source_event_id, occurred_at, channel, kind, direction, text, details), 20 per customer."""
    times = [OPENED_AT + timedelta(hours=7 * n) for n in range(INTERACTIONS_EACH)]
    for i in range(count):
        details = json.dumps({"conversation": {"ref": f"seed:{i}", "subject": "Router does not connect"}})
        for n, occurred_at in enumerate(times):
            event = f"{i}-{n}"
            channel, text = CHANNELS[n % len(CHANNELS)], SENTENCES[(i + n) % len(SENTENCES)]
            direction = "outbound" if n % 2 else "inbound"
            yield i + 1, "seed", event, occurred_at, channel, "message", direction, text, details


COPIES = {
    "customers": (customers, "id name language since"),
    "identities": (identities, "customer_id kind value verified"),
    "conditions": (conditions, "customer_id title kind terms valid_from"),
    "interactions": (
        interactions,
        "customer_id source source_event_id occurred_at channel kind direction text details",
    ),
}


async def seed(database_url: str, count: int) -> None:
    """Makes the tables anew and fills them with `count` customers."""
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    await _copy(database_url, count)
    async with engine.begin() as connection:
        sequence = func.pg_get_serial_sequence(Customer.__tablename__, "id")
        await connection.execute(select(func.setval(sequence, count)))
    await engine.dispose()


async def _copy(database_url: str, count: int) -> None:
    """COPY and VACUUM go past SQLAlchemy; the role setting skips 2 million foreign key look-ups (superuser only)."""
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url, server_settings={"session_replication_role": "replica"})
    for table, (rows, columns) in COPIES.items():
        await connection.copy_records_to_table(table, records=rows(count), columns=columns.split())
    await connection.execute("VACUUM (ANALYZE)")
    await connection.close()


if __name__ == "__main__":
    started = time.perf_counter()
    asyncio.run(seed(os.environ["BENCH_DATABASE_URL"], int(sys.argv[1])))
    print(f"seeded {sys.argv[1]} customers in {time.perf_counter() - started:.1f} s")
