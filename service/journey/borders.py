"""Moves borders between phases, on record, and undoes it."""

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from service.access.model import Principal
from service.db.change import LockedCustomer, RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, InvalidInput
from service.journey.journey import phase_borders
from service.journey.model import Phase
from service.journey.reading import read_journey_records
from service.journey.words import JourneyWords
from service.model.ids import new_id
from service.model.interaction import RequestShape, Timestamp

SQL = Statements("service.journey", "borders")


class BorderChange(RequestShape, frozen=True):
    """A border to move, or the move to undo."""

    index: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Index of the phase to begin at another time, from 0.")
    ] = None
    at: Annotated[
        Timestamp | None,
        Meta(description="When the phase begins from now on, RFC 3339 with offset: between first and last contact."),
    ] = None
    phase: Annotated[Phase | None, Meta(description="What the phase is from now on; absent, it stays what it is.")] = (
        None
    )
    undo: Annotated[
        UUID | None, Meta(description="Id of a move that is undone, the `border_id` of its phase; excludes the others.")
    ] = None

    def __post_init__(self) -> None:
        """ValueError unless it is either a move or an undoing."""
        is_move = self.index is not None and self.at is not None
        if (self.undo is None) is not is_move or (self.undo and (self.index, self.at, self.phase) != (None,) * 3):
            raise ValueError("Expected `index` and `at`, or `undo` alone")


async def change_border(
    connection: Connection,
    customer_id: UUID,
    change: BorderChange,
    words: JourneyWords,
    *,
    now: datetime,
    author: Principal,
) -> RecordedChange:
    """Move a border or undo a move; what was moved stays on record. Absent without such a move."""
    locked = await lock_customer(connection, customer_id)
    if change.undo is not None:
        border_id, action = change.undo, "journey.border_restored"
        if not await connection.fetchval(SQL.undo_border, locked.customer_id, border_id, now, author.name):
            raise Absent("There is no such move of a border, or it was undone.")
    else:
        border_id, action = (
            await _move(connection, locked, change, words, now=now, author=author),
            "journey.border_moved",
        )
    return await record_change(connection, locked, now=now, key_id=author.key_id, action=action, subject_id=border_id)


async def _move(
    connection: Connection,
    locked: LockedCustomer,
    change: BorderChange,
    words: JourneyWords,
    *,
    now: datetime,
    author: Principal,
) -> UUID:
    assert change.index is not None  # the shape has checked it
    assert change.at is not None
    records = await read_journey_records(connection, locked.customer_id, words)
    turns, times = await asyncio.to_thread(phase_borders, records, words, now)
    if change.index >= len(turns):
        raise InvalidInput(field="index", message=f"This journey has {len(turns)} phases, counted from 0.")
    first, last = times[0], times[-1 if change.index else 0]
    if not first <= change.at <= last:
        allowed = f"{first.isoformat()} to {last.isoformat()}" if change.index else first.isoformat()
        raise InvalidInput(field="at", message=f"A time between the contacts is expected: {allowed}.")
    turn = turns[change.index]
    border_id = new_id()
    phase = change.phase or turn.phase
    row = (locked.owner_id, border_id, phase, turn.at, change.at, author.name, author.key_id, now)
    await connection.execute(SQL.insert_border, *row)
    return border_id
