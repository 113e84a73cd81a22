"""Handoffs in the database: locked together with their customer, changed by one statement, told of by the outbox."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from service.agents.model import AgentWishes
from service.db.change import LockedCustomer
from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import HandoffUnknown, InvalidInput
from service.handoff import transitions as moves
from service.handoff.caller import Caller
from service.handoff.model import Handoff, HandoffGiver, Offer
from service.handoff.summaries import SummaryRecord, summaries_as_json
from service.handoff.transitions import PendingUpdate, VersionedStore
from service.model.ids import new_id
from service.model.vocabulary import OPEN_HANDOFF_STATES, HandoffMode, HandoffState

SQL = Statements("service.handoff", "repository")


_CURSOR = re.compile(r"(?P<priority>-?[0-9]{1,6}):(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_encode = msgspec.json.Encoder().encode
_offers_decoder = msgspec.json.Decoder(tuple[Offer, ...])
_giver_decoder = msgspec.json.Decoder(HandoffGiver)
_wishes_decoder = msgspec.json.Decoder(AgentWishes)


class HandoffFilter(Struct, frozen=True, kw_only=True):
    """Which handoffs are wanted: of a queue, in a state, after the last one seen before."""

    queue: str | None = None
    state: HandoffState | None = None
    after: str | None = None
    limit: int = 50


class NewHandoffRecord(Struct, frozen=True, kw_only=True):
    """A handoff to be stored at `at` with the summary that was written with it; its customer is locked."""

    handoff: Handoff
    customer: LockedCustomer
    at: datetime
    summary: SummaryRecord | None = None


class OpenHandoff(Struct, frozen=True, kw_only=True):
    """An open handoff of a customer, by what its conversation is about."""

    handoff_id: UUID
    conversation_id: UUID
    created_at: datetime
    subject_key: str


class HandoffRow(NamedTuple):
    """A row of the table handoff; `given_by`, `offers` and `packet` are JSON. An update has no packet."""

    customer_id: UUID
    handoff_id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    state: HandoffState
    mode: HandoffMode
    key_id: UUID
    given_by: str
    queue: str
    asked_queue: str
    reason_code: str | None
    reason_text: str | None
    summary: str | None
    priority: int
    created_at: datetime
    offers: str
    deadline: datetime | None
    taken_by: str | None
    token: UUID | None
    outcome: str | None
    ended_at: datetime | None
    callback_id: UUID | None
    packet: str | None
    version: int
    wishes: str | None


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
    """The open handoffs of this customer, as if it were never merged, oldest first."""
    return [OpenHandoff(**row) for row in await connection.fetch(SQL.find_open_handoffs, customer_id)]


async def find_offers_to_agent(connection: Connection, agent: str) -> list[UUID]:
    """The handoffs that are offered to this agent alone now."""
    return [row["handoff_id"] for row in await connection.fetch(SQL.find_offers_to_agent, agent)]


async def find_last_agents(connection: Connection, customers: Sequence[tuple[UUID, str | None]]) -> dict[UUID, str]:
    """Canonical customer -> the agent who served the customer last, other than the one named beside the customer."""
    rows = await connection.fetch(SQL.find_last_agents, *columns(customers, 2))
    return {row["customer_id"]: row["agent"] for row in rows}


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


async def insert_handoffs(connection: Connection, new: Sequence[NewHandoffRecord]) -> list[Handoff]:
    """Store new handoffs, each of another customer, with the timers of their offers; gives them with their versions."""
    created = []
    for one in new:
        one.customer.version += 1
        created.append(replace(one.handoff, version=one.customer.version))
    if created:
        await connection.execute(
            SQL.insert_handoffs,
            [_handoff_row(handoff, packet=bytes(handoff.packet).decode()) for handoff in created],
            [new_id() for _ in created],
            [one.at for one in new],
            [summaries_as_json(one.summary) for one in new],
        )
    return created


def _handoff_row(handoff: Handoff, *, packet: str | None) -> HandoffRow:
    return HandoffRow(
        customer_id=handoff.customer_id,
        handoff_id=handoff.handoff_id,
        conversation_id=handoff.conversation_id,
        parent_id=handoff.parent_id,
        state=handoff.state,
        mode=handoff.mode,
        key_id=handoff.key_id,
        given_by=_json(handoff.given_by),
        queue=handoff.queue,
        asked_queue=handoff.asked_queue,
        reason_code=handoff.reason_code,
        reason_text=handoff.reason_text,
        summary=handoff.summary,
        priority=handoff.priority,
        created_at=handoff.created_at,
        offers=_json(handoff.offers),
        deadline=handoff.deadline,
        taken_by=handoff.taken_by,
        token=handoff.token,
        outcome=handoff.outcome,
        ended_at=handoff.ended_at,
        callback_id=handoff.callback_id,
        packet=packet,
        version=handoff.version,
        wishes=None if handoff.wishes is None else _json(handoff.wishes),
    )


async def update_handoff(
    connection: Connection, locked: LockedCustomer, handoff: Handoff, caller: Caller, *, action: str
) -> Handoff:
    """Store what became of a handoff that is locked; gives it with the version that shows it."""
    update = PendingUpdate(entity=handoff, customer=locked, caller=caller, action=action)
    return await moves.update_locked(connection, HANDOFF_STORE, update)


def _update_parameters(updates: Sequence[PendingUpdate[Handoff]]) -> list[list[object]]:
    """The parameters of the statement `update_handoffs`."""
    return [
        [_handoff_row(one.entity, packet=None)._replace(customer_id=one.customer.customer_id) for one in updates],
        [one.customer.version for one in updates],
        [one.caller.now for one in updates],
        [one.caller.key_id for one in updates],
        [f"handoff.{one.action}" for one in updates],
        [new_id() for _ in updates],
    ]


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
        "wishes": row["wishes"] and _wishes_decoder.decode(row["wishes"]),
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
