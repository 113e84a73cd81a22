"""Matches customers behind the commits: a worker follows the journal, and compares who states something new.

Most events change nothing that is compared: one statement finds those that do. After a gap in the journal all customers
are gone through; so they are once after the upgrade that brought matching. Writes know nothing of it.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.db.statements import Statements
from service.errors import AskonceError, Unavailable
from service.events.following import MovingStatements, follow_events, sweep_on
from service.resolution.automatic import merge_automatically
from service.resolution.matches.found import match_customers, settle_pairs
from service.resolution.matches.profiles import read_changed, read_profiles, store_profiles

SQL = Statements("service.resolution.matches", "online")

MOVING = MovingStatements(SQL.move_event, SQL.move_sweep)

log = structlog.get_logger()

EVENTS_AT_ONCE = 500
CUSTOMERS_AT_ONCE = 50
"""Customers of a step of the run over all of them."""
OWN_EVENTS = ("match.found",)
"""What matching itself tells is no change."""


async def match_changes(database: Database, *, region: str, now: datetime) -> bool:
    """Take the next step; gives whether there may be another one. One worker at a time does it."""

    async def take_step(connection: Connection) -> bool:
        position = await connection.fetchrow(SQL.claim_position)
        if position is None:
            return False
        match_sets = partial(_match_sets, connection, region=region, now=now)
        match = partial(match_stated, connection, region=region, now=now)
        return await follow_events(
            connection, position, MOVING, match_sets, limit=EVENTS_AT_ONCE, without=OWN_EVENTS
        ) or await sweep_on(connection, position, MOVING, match, limit=CUSTOMERS_AT_ONCE)

    return await run_with_retry(database, take_step)


async def _match_sets(connection: Connection, customer_ids: Collection[UUID], *, region: str, now: datetime) -> None:
    """Match all members of the merge sets of these customers."""
    members = [row["customer_id"] for row in await connection.fetch(SQL.read_members, customer_ids)]
    await match_stated(connection, members, region=region, now=now)


async def match_stated(connection: Connection, customer_ids: Collection[UUID], *, region: str, now: datetime) -> None:
    """Match those of these customers that state something new, merge where a rule says so, and mark what is open."""
    customer_ids = [row["customer_id"] for row in await connection.fetch(SQL.keep_profiled, list(customer_ids))]
    if not customer_ids:
        return
    changed = await read_changed(connection, customer_ids, region)
    if changed:
        await store_profiles(connection, changed, now)
    profiles = {one.profile.customer_id: one.profile for one in changed}
    newly_stated = await connection.fetch(SQL.read_newly_stated, list(customer_ids))
    profiles |= await read_profiles(connection, [row["customer_id"] for row in newly_stated])
    if profiles:
        await match_customers(connection, list(profiles.values()), now)
    await _merge(connection, customer_ids, now)
    await settle_pairs(connection, customer_ids)


async def _merge(connection: Connection, customer_ids: Collection[UUID], now: datetime) -> None:
    """Merge where a rule says so; a merge that is refused leaves nothing behind, and keeps nobody waiting."""
    try:
        async with connection.transaction():
            await merge_automatically(connection, customer_ids, now)
    except Unavailable:
        raise
    except AskonceError as error:
        log.warning("automatic_merge_failed", reason=type(error).__name__)
