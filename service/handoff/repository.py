"""Handoffs in the database: locked together with their customer, changed by one statement, told of by the outbox."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from service.db.change import LockedCustomer
from service.db.columns import columns
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import HandoffUnknown, InvalidInput
from service.handoff import transitions as moves
from service.handoff.caller import Caller
from service.handoff.model import Handoff, HandoffGiver, Offer
from service.handoff.transitions import PendingUpdate, VersionedStore
from service.model.ids import new_id
from service.model.vocabulary import OPEN_HANDOFF_STATES, HandoffMode, HandoffState

SQL = Statements("service.handoff", "repository")

OFFER_EXPIRED_TIMER = "handoff.offer_expired"
"""The kind of timer that ends an offer."""

_CURSOR = re.compile(r"(?P<priority>-?[0-9]{1,6}):(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_encode = msgspec.json.Encoder().encode
_offers_decoder = msgspec.json.Decoder(tuple[Offer, ...])
_giver_decoder = msgspec.json.Decoder(HandoffGiver)


class HandoffFilter(Struct, frozen=True, kw_only=True):
    """Which handoffs are wanted: of a queue, in a state, after the last one seen before."""

    queue: str | None = None
    state: HandoffState | None = None
    after: str | None = None
    limit: int = 50


class OpenHandoff(Struct, frozen=True, kw_only=True):
    """An open handoff of a customer, by what its conversation is about."""

    handoff_id: UUID
    conversation_id: UUID
    created_at: datetime
    subject_key: str


async def lock_handoff(connection: Connection, handoff_id: UUID) -> tuple[Handoff, LockedCustomer]:
    """The handoff and its customer, both locked until the transaction ends. HandoffUnknown if there is none."""
    found = await moves.lock_with_customer(connection, SQL.lock_handoff, handoff_id)
    if found is None:
        raise HandoffUnknown
    row, locked = found
    return _handoff_from_row(row), locked


async def read_handoff(connection: Connection, handoff_id: UUID) -> Handoff:
    """This handoff. HandoffUnknown if there is none."""
    return await moves.read_entity(connection, HANDOFF_STORE, handoff_id)


async def find_handoff_queues(connection: Connection, handoff_ids: Sequence[UUID]) -> list[str]:
    """The queues in which these handoffs stand."""
    return [row["queue"] for row in await connection.fetch(SQL.find_handoff_queues, handoff_ids)]


async def find_open_handoffs(connection: Connection, customer_id: UUID) -> list[OpenHandoff]:
    """The open handoffs of this customer's merge set, oldest first."""
    return [OpenHandoff(**row) for row in await connection.fetch(SQL.find_open_handoffs, customer_id)]


async def list_handoffs(
    connection: Connection, filters: HandoffFilter, caller: Caller
) -> tuple[list[Handoff], str | None]:
    """Handoffs without packets, the highest priority first, then the oldest; and the cursor of the next page."""
    rows = await connection.fetch(
        SQL.list_handoffs,
        filters.queue,
        filters.state,
        *parse_cursor(filters.after),
        filters.limit + 1,
        caller.sees_everything,
        caller.key_id,
        caller.queue,
        caller.ended_visible_after,
        filters.state in OPEN_HANDOFF_STATES,
    )
    found = [_handoff_from_row(row) for row in rows[: filters.limit]]
    return found, format_cursor(found[-1].priority, found[-1].handoff_id) if len(rows) > filters.limit else None


async def insert_handoffs(connection: Connection, new: Sequence[tuple[Handoff, LockedCustomer]]) -> list[Handoff]:
    """Store new handoffs, each of another customer, with the timers of their offers; gives them with their versions."""
    created = []
    for handoff, locked in new:
        locked.version += 1
        created.append(replace(handoff, version=locked.version))
    await connection.execute(SQL.insert_handoffs, *columns(map(_insert_row, created), 22))
    return created


def _insert_row(handoff: Handoff) -> tuple[object, ...]:
    """A new handoff, as a row of the statement `insert_handoffs`."""
    return (
        handoff.handoff_id,
        handoff.conversation_id,
        handoff.customer_id,
        handoff.version,
        handoff.created_at,
        handoff.key_id,
        handoff.parent_id,
        handoff.state,
        handoff.mode,
        _json(handoff.given_by),
        handoff.queue,
        handoff.asked_queue,
        handoff.reason_code,
        handoff.reason_text,
        handoff.summary,
        handoff.priority,
        _json(handoff.offers),
        handoff.deadline,
        handoff.ended_at,
        handoff.callback_id,
        bytes(handoff.packet).decode(),
        new_id(),
    )


async def update_handoff(
    connection: Connection, locked: LockedCustomer, handoff: Handoff, caller: Caller, *, action: str
) -> Handoff:
    """Store what became of a handoff that is locked; gives it with the version that shows it."""
    update = PendingUpdate(entity=handoff, customer=locked, caller=caller, action=action)
    return await moves.update_locked(connection, HANDOFF_STORE, update)


def _update_parameters(updates: Sequence[PendingUpdate[Handoff]]) -> list[list[object]]:
    return columns(map(_update_row, updates), 16)


def _update_row(update: PendingUpdate[Handoff]) -> tuple[object, ...]:
    """What became of a handoff, as a row of the statement `update_handoffs`."""
    handoff = update.entity
    return (
        update.customer.customer_id,
        update.customer.version,
        handoff.handoff_id,
        update.caller.now,
        update.caller.key_id,
        f"handoff.{update.action}",
        handoff.state,
        handoff.queue,
        _json(handoff.offers),
        handoff.deadline,
        handoff.taken_by,
        handoff.token,
        handoff.outcome,
        handoff.ended_at,
        handoff.callback_id,
        new_id(),
    )


def format_cursor(priority: int, last_id: UUID) -> str:
    """Where a page ended."""
    return f"{priority}:{last_id}"


def parse_cursor(after: str | None) -> tuple[int | None, UUID | None]:
    """What `cursor` made a cursor of."""
    if after is None:
        return None, None
    found = _CURSOR.fullmatch(after)
    if found is None:
        raise InvalidInput(field="after", message="This is no cursor: take the `next` of the page before.")
    return int(found["priority"]), UUID(found["id"])


def _json(value: object) -> str:
    return _encode(value).decode()


def _handoff_from_row(row: asyncpg.Record) -> Handoff:
    """The row as a handoff; what the columns hold as text becomes what it is."""
    fields = {name: row[name] for name in Handoff.__struct_fields__}
    fields |= {
        "state": HandoffState(row["state"]),
        "mode": HandoffMode(row["mode"]),
        "given_by": _giver_decoder.decode(row["given_by"]),
        "offers": _offers_decoder.decode(row["offers"]),
        "packet": Raw(row["packet"].encode()),
    }
    return Handoff(**fields)


HANDOFF_STORE: VersionedStore[Handoff] = VersionedStore(
    select=SQL.read_handoffs,
    from_row=_handoff_from_row,
    update=SQL.update_handoffs,
    update_parameters=_update_parameters,
    not_found=HandoffUnknown,
)
"""How handoffs are read and stored."""
