"""Lists matches: of all customers by strength, of one customer, and the values that are no evidence any more."""

import math
import re
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.identity.decisions import LATER_PERIOD
from service.identity.matching.weigh import MatchReason, MatchStrength
from service.model.page import Page
from service.resolution.matches.model import MatchItem, MatchState, SharedValue

SQL = Statements("service.resolution.matches", "listing")

_CURSOR = re.compile(r"(?P<rank>[0-9.e-]{1,30})_(?P<one>[0-9a-f-]{36})_(?P<other>[0-9a-f-]{36})", re.ASCII)
_BEFORE_ALL = (math.inf, UUID(int=2**128 - 1), UUID(int=2**128 - 1))
_RANKS: dict[MatchStrength | None, tuple[float, float]] = {
    None: (0.0, math.inf),
    MatchStrength.STRONG: (3.5, math.inf),
    MatchStrength.LIKELY: (1.5, 3.5),
    MatchStrength.HOUSEHOLD: (0.0, 1.5),
}
"""The ranks of each strength: from, to below."""
_DECISIONS = {
    MatchState.LATER: ["later"],
    MatchState.SAME: ["same"],
    MatchState.APART: ["apart", "household"],
}
_reasons_decoder = msgspec.json.Decoder(list[MatchReason])


async def list_matches(
    connection: Connection,
    *,
    strength: MatchStrength | None = None,
    state: MatchState = MatchState.OPEN,
    after: str | None = None,
    limit: int,
    now: datetime,
) -> Page[MatchItem]:
    """A page of the matches of this state at `now`, the strongest first; `after` is a page's `next`."""
    place = (*_RANKS[strength], *_parse_cursor(after))
    if state is MatchState.OPEN:
        rows = await connection.fetch(SQL.list_open, *place, LATER_PERIOD, limit + 1, now)
    else:
        rows = await connection.fetch(SQL.list_decided, *place, _DECISIONS[state], limit + 1, now - LATER_PERIOD)
    items = [_item(row) for row in rows[:limit]]
    return Page(items=items, next=_cursor(rows[limit - 1]) if len(rows) > limit else None)


async def list_customer_matches(connection: Connection, customer_id: UUID, *, now: datetime) -> list[MatchItem]:
    """The matches of this canonical customer, open ones first, each by strength; the customer comes first in each."""
    return [_item(row) for row in await connection.fetch(SQL.list_of_customer, customer_id, now - LATER_PERIOD)]


async def list_shared_values(connection: Connection, *, limit: int) -> list[SharedValue]:
    """The values that too many customers have to be evidence, the newest first."""
    return [SharedValue(**row) for row in await connection.fetch(SQL.list_shared, limit)]


def _item(row: asyncpg.Record) -> MatchItem:
    fields = {name: row[name] for name in MatchItem.__struct_fields__}
    return msgspec.convert({**fields, "reasons": _reasons_decoder.decode(row["reasons"])}, MatchItem)


def _cursor(row: asyncpg.Record) -> str:
    return f"{row['rank']!r}_{row['customer_id']}_{row['other_customer_id']}"


def _parse_cursor(after: str | None) -> tuple[float, UUID, UUID]:
    if after is None:
        return _BEFORE_ALL
    found = _CURSOR.fullmatch(after)
    if found is None:
        raise _invalid_cursor()
    try:
        return float(found["rank"]), UUID(found["one"]), UUID(found["other"])
    except ValueError:
        raise _invalid_cursor() from None


def _invalid_cursor() -> InvalidInput:
    return InvalidInput(field="after", message="This is no cursor: take the `next` of the page before.")
