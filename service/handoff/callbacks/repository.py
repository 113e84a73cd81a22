"""Callbacks in the database: locked together with their customer, changed by one statement, told of by the outbox."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.db.change import LockedCustomer, record_change
from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import CallbackUnknown
from service.handoff import transitions
from service.handoff.callbacks.model import CallAttempt, Callback, KnownReason
from service.handoff.caller import Caller
from service.handoff.repository import format_cursor, parse_cursor
from service.handoff.transitions import PendingUpdate, VersionedStore
from service.identity.invalid_numbers import marked_number
from service.model.ids import new_id
from service.model.timer_kinds import TimerKind
from service.model.vocabulary import OPEN_CALLBACK_STATES, CallbackState

SQL = Statements("service.handoff.callbacks", "repository")


_encode = msgspec.json.Encoder().encode
_attempts_decoder = msgspec.json.Decoder(tuple[CallAttempt, ...])


class CallbackFilter(Struct, frozen=True, kw_only=True):
    """Which callbacks are listed: of a queue, in a state, after the cursor of the last one."""

    queue: str | None = None
    state: CallbackState | None = None
    after: str | None = None
    limit: int = 50


class CallbackPrerequisites(Struct, frozen=True, kw_only=True):
    """What calling a customer back can build on: callbacks of the conversation, and a telephone number."""

    open_id: UUID | None
    uncallable_id: UUID | None
    phone: str | None
    marked: list[str]
    """Canonical numbers that a call found to be none."""

    def is_marked(self, phone: str | None) -> bool:
        """Whether this dialled number is one of those."""
        return phone is not None and marked_number(phone) in self.marked

    @property
    def end_reason(self) -> str | None:
        """Why a callback for which no number is left cannot be made."""
        return KnownReason.INVALID_NUMBER if self.marked else None


class CallbackRow(NamedTuple):
    """A row of the table callback; `attempts` is JSON."""

    customer_id: UUID
    callback_id: UUID
    conversation_id: UUID | None
    handoff_id: UUID | None
    queue: str
    state: CallbackState
    key_id: UUID
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    priority: int
    preferred_agent: str | None
    max_attempts: int
    retry_after_s: int
    attempts: str
    claimed_by: str | None
    claimed_at: datetime | None
    claim_until: datetime | None
    token: UUID | None
    kept: bool | None
    late_s: int | None
    missed_windows: int
    created_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    version: int


async def lock_callback(connection: Connection, callback_id: UUID) -> tuple[Callback, LockedCustomer]:
    """The callback and its customer, both locked until the transaction ends. CallbackUnknown if there is none."""
    found = await transitions.lock_with_customer(connection, SQL.lock_callback, callback_id)
    if found is None:
        raise CallbackUnknown
    row, locked = found
    return _callback_from_row(row), locked


async def read_callback(connection: Connection, callback_id: UUID) -> Callback:
    """This callback. CallbackUnknown if there is none."""
    return await transitions.read_entity(connection, CALLBACK_STORE, callback_id)


async def list_callbacks(
    connection: Connection, filters: CallbackFilter, caller: Caller
) -> tuple[list[Callback], str | None]:
    """Callbacks, the highest priority first, then the oldest; and the cursor of the next page."""
    rows = await connection.fetch(
        SQL.list_callbacks,
        filters.queue,
        filters.state,
        *parse_cursor(filters.after),
        filters.limit + 1,
        caller.sees_everything,
        caller.key_id,
        caller.queue,
        caller.ended_visible_after,
        filters.state in OPEN_CALLBACK_STATES,
    )
    found = [_callback_from_row(row) for row in rows[: filters.limit]]
    return found, format_cursor(found[-1].priority, found[-1].callback_id) if len(rows) > filters.limit else None


async def find_callback_prerequisites(
    connection: Connection, customer_id: UUID, conversation_id: UUID | None
) -> CallbackPrerequisites:
    """What is there for calling this customer back about this conversation, as if it were never merged."""
    row = await connection.fetchrow(SQL.find_callback_prerequisites, customer_id, conversation_id)
    assert row is not None  # an aggregate of one row
    return CallbackPrerequisites(**row)


async def insert_callback(
    connection: Connection, locked: LockedCustomer, callback: Callback, caller: Caller
) -> Callback:
    """Store a new callback with its timers; gives it with the version that shows it."""
    callback = replace(callback, version=locked.version + 1)
    row = _callback_row(callback)._replace(customer_id=locked.owner_id)
    await connection.execute(SQL.insert_callback, [row], *columns(_timer_rows(callback), 3))
    await record_change(
        connection,
        locked,
        now=caller.now,
        key_id=caller.key_id,
        action="callback.created",
        subject_id=callback.callback_id,
        event=f"callback.{callback.state}",
    )
    return callback


async def update_callback(
    connection: Connection, locked: LockedCustomer, callback: Callback, caller: Caller, *, action: str
) -> Callback:
    """Store what became of a callback that is locked; gives it with the version that shows it."""
    update = PendingUpdate(entity=callback, customer=locked, caller=caller, action=action)
    return await transitions.update_locked(connection, CALLBACK_STORE, update)


def _update_parameters(updates: Sequence[PendingUpdate[Callback]]) -> list[list[object]]:
    """The parameters of the statement `update_callbacks`."""
    timers = ((one.entity.callback_id, *timer) for one in updates for timer in _timer_rows(one.entity))
    return [
        [_callback_row(one.entity)._replace(customer_id=one.customer.customer_id) for one in updates],
        [one.customer.version for one in updates],
        [one.caller.now for one in updates],
        [one.caller.key_id for one in updates],
        [f"callback.{one.action}" for one in updates],
        *columns(timers, 4),
    ]


def _callback_row(callback: Callback) -> CallbackRow:
    fields = {name: getattr(callback, name) for name in CallbackRow._fields}
    return CallbackRow(**fields | {"attempts": _encode(callback.attempts).decode()})


def _timer_rows(callback: Callback) -> Iterator[tuple[UUID, str, datetime]]:
    """The timers that a callback needs as it stands: new ids, kinds, times."""
    if callback.state is CallbackState.SCHEDULED:
        yield new_id(), TimerKind.CALLBACK_DUE, callback.due_at
    if callback.state in {CallbackState.SCHEDULED, CallbackState.DUE} and callback.kept is None:
        yield new_id(), TimerKind.WINDOW_PASSED, callback.promised_to
    if callback.claim_until is not None:
        yield new_id(), TimerKind.CLAIM_EXPIRED, callback.claim_until


def _callback_from_row(row: asyncpg.Record) -> Callback:
    """The row as a callback; what the columns hold as text becomes what it is."""
    fields = {name: row[name] for name in Callback.__struct_fields__}
    fields |= {"state": CallbackState(row["state"]), "attempts": _attempts_decoder.decode(row["attempts"])}
    return Callback(**fields)


CALLBACK_STORE: VersionedStore[Callback] = VersionedStore(
    select=SQL.read_callbacks,
    from_row=_callback_from_row,
    update=SQL.update_callbacks,
    update_parameters=_update_parameters,
    not_found=CallbackUnknown,
)
"""How callbacks are read and stored."""
