"""How well promises to call back are kept."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements

SQL = Statements("service.handoff.callbacks", "kept")


class KeptPromises(Struct, frozen=True, kw_only=True):
    """Of so many decided promises so many were kept."""

    decided: int
    kept: int


async def count_kept_promises(connection: Connection, queues: Sequence[str], *, since: datetime) -> KeptPromises:
    """Those of these queues whose time ended after `since`; a promise that is still open is not decided."""
    row = await connection.fetchrow(SQL.count_kept, queues, since)
    assert row is not None  # a count is always one row
    return KeptPromises(decided=row["decided"], kept=row["kept"])
