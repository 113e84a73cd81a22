"""What is there for one agent to do: handoffs offered and taken, callbacks, and who waits in the agent's queues."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, convert

from service.db.pool import Connection
from service.db.statements import Statements
from service.model.vocabulary import CallbackOutcome, CallbackState, Channel, HandoffState, Role

SQL = Statements("service.desks", "worklist")

MAX_HANDOFFS = 100
MAX_CALLBACKS = 100
SHOWN_WHEN_TAKEN = timedelta(seconds=60)
"""How long it is said who has taken a handoff that was offered to several agents."""


class HandoffAtHand(Struct, frozen=True, kw_only=True):
    """An open handoff as a list of work shows it; `taken_at` is when its last offer ended."""

    handoff_id: UUID
    customer_id: UUID
    customer_name: str | None
    subject: str | None
    channel: Channel | None
    last_at: datetime | None
    state: HandoffState
    queue: str
    giver_role: Role
    giver: str
    reason: str | None
    offered_at: datetime
    taken_at: datetime | None
    deadline: datetime | None
    taken_by: str | None
    attempts: int
    failed: int

    @property
    def offer_s(self) -> float:
        """How long the present offer stands in all, in seconds."""
        return 1.0 if self.deadline is None else max(1.0, (self.deadline - self.offered_at).total_seconds())


class CallbackUrgency(StrEnum):
    """How urgent a promised call is."""

    MISSED = "missed"
    DUE = "due"
    LATER = "later"


class CallbackAtHand(Struct, frozen=True, kw_only=True):
    """A promised call as a list of work shows it; `attempts` counts the calls so far."""

    callback_id: UUID
    queue: str
    customer_id: UUID
    restricted: bool
    """Whether only the privacy desk may see the customer: the call is made without a name and a reason."""
    customer_name: str | None
    reason: str
    state: CallbackState
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    kept: bool | None
    attempts: int
    max_attempts: int
    last_outcome: CallbackOutcome | None
    preferred_agent: str | None
    claimed_by: str | None
    is_calling: bool
    """Whether a call of the customer rings now."""

    @property
    def caller(self) -> str | None:
        """The agent who calls now."""
        return self.claimed_by if self.state is CallbackState.CLAIMED else None

    def urgency(self, now: datetime) -> CallbackUrgency:
        """Missed once the window has passed without a call; due from the time of the next call on."""
        if self.state is CallbackState.MISSED or (self.kept is not True and self.promised_to <= now):
            return CallbackUrgency.MISSED
        is_due = self.state is not CallbackState.SCHEDULED or self.due_at <= now
        return CallbackUrgency.DUE if is_due else CallbackUrgency.LATER


class QueueLoad(Struct, frozen=True, kw_only=True):
    """How many handoffs a queue is offered now, and since when the first of them waits."""

    queue: str
    waiting: int
    waiting_since: datetime


class Worklist(Struct, frozen=True, kw_only=True):
    """What is there for one agent, each part with what is most urgent first."""

    offered: tuple[HandoffAtHand, ...]
    taken_by_others: tuple[HandoffAtHand, ...]
    in_hand: tuple[HandoffAtHand, ...]
    callbacks: dict[CallbackUrgency, list[CallbackAtHand]]
    waiting: dict[str, QueueLoad]


async def read_worklist(connection: Connection, agent: str, queues: Sequence[str], *, now: datetime) -> Worklist:
    """The work of this agent of these queues."""
    rows = await connection.fetch(SQL.find_handoffs_at_hand, agent, queues, now - SHOWN_WHEN_TAKEN, MAX_HANDOFFS)
    handoffs = [convert(dict(row), HandoffAtHand) for row in rows]
    return Worklist(
        offered=tuple(one for one in handoffs if one.state is HandoffState.OFFERED),
        taken_by_others=tuple(one for one in handoffs if one.taken_by not in {None, agent}),
        in_hand=tuple(one for one in handoffs if one.taken_by == agent and one.state is not HandoffState.OFFERED),
        callbacks=await read_callbacks(connection, queues, now),
        waiting=await read_loads(connection, queues),
    )


async def read_loads(connection: Connection, queues: Sequence[str]) -> dict[str, QueueLoad]:
    """How much waits in each of these queues; one where nothing waits has no load."""
    rows = await connection.fetch(SQL.count_waiting, queues)
    return {row["queue"]: convert(dict(row), QueueLoad) for row in rows}


async def read_callbacks(
    connection: Connection, queues: Sequence[str], now: datetime
) -> dict[CallbackUrgency, list[CallbackAtHand]]:
    """The calls that these queues have promised, by how urgent they are, the next to be called first."""
    found: dict[CallbackUrgency, list[CallbackAtHand]] = {urgency: [] for urgency in CallbackUrgency}
    for row in await connection.fetch(SQL.find_callbacks_at_hand, queues, MAX_CALLBACKS):
        callback = convert(dict(row), CallbackAtHand)
        found[callback.urgency(now)].append(callback)
    return found
