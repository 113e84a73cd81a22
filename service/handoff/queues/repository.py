"""Queues: the desks that take handoffs and callbacks, their hours, and what happens when nobody takes one."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal

import asyncpg
import msgspec
from msgspec import Meta, Struct

from service.calendar import rules
from service.calendar.model import Calendar, OpenStatus
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import AgentUnknown, InvalidInput, QueueUnknown
from service.handoff.model import HandoffTarget, QueueName
from service.model.interaction import RequestShape, ShortText
from service.model.page import Page

SQL = Statements("service.handoff.queues", "repository")

HOURS_CHANGED_TIMER = "callback.hours_changed"
"""The kind of timer that looks at a waiting callback again."""
DAY_S = 86_400


class QueueFallback(RequestShape, frozen=True):
    """What becomes of a handoff that nobody of the queue takes: another queue, or a callback."""

    queue: Annotated[QueueName | None, Meta(description="Queue that is asked next; excludes `callback`.")] = None
    callback: Annotated[
        Literal[True] | None, Meta(description="`true`: the customer is promised a callback; excludes `queue`.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse both at once, or neither."""
        if (self.queue is None) is (self.callback is None):
            raise ValueError('Expected {"queue": "…"} or {"callback": true}')


class QueueInput(RequestShape, frozen=True, omit_defaults=False):
    """A queue as an admin defines it; `partner` names the company that serves it, if it is not ours."""

    title: Annotated[ShortText, Meta(description="Title of the queue for people.")]
    calendar: Annotated[Calendar, Meta(description="Opening hours of the queue.")]
    offer_timeout_s: Annotated[
        int, Meta(ge=1, le=DAY_S, description="How long an offer waits to be accepted, in seconds.")
    ] = 60
    max_offers: Annotated[int, Meta(ge=1, le=100, description="Offers in this queue before the fallback.")] = 3
    fallback: Annotated[QueueFallback, Meta(description="Next step for a handoff that the queue does not take.")] = (
        QueueFallback(callback=True)
    )
    partner: Annotated[
        ShortText | None, Meta(description="Name of the company that serves the queue; null for our own desk.")
    ] = None


class Queue(Struct, frozen=True, kw_only=True):
    """A queue."""

    name: Annotated[str, Meta(description="Name of the queue in paths and requests.")]
    title: Annotated[str, Meta(description="Title of the queue for people.")]
    calendar: Annotated[Calendar, Meta(description="Opening hours of the queue.")]
    offer_timeout_s: Annotated[int, Meta(description="How long an offer waits to be accepted, in seconds.")]
    max_offers: Annotated[int, Meta(description="Offers in this queue before the fallback.")]
    fallback: Annotated[QueueFallback, Meta(description="Next step for a handoff that the queue does not take.")]
    partner: Annotated[
        str | None, Meta(description="Name of the company that serves the queue; null for our own desk.")
    ]


_calendar_decoder = msgspec.json.Decoder(Calendar)


async def upsert_queue(connection: Connection, name: str, definition: QueueInput, *, now: datetime) -> bool:
    """Define a queue; gives whether it is new. Callbacks that wait for its opening are looked at again.

    CalendarInvalid if its calendar cannot be used, InvalidInput if its fallback is unknown or leads back to it.
    """
    rules.check_calendar(definition.calendar, now)
    await connection.execute(SQL.lock_queues)
    if definition.fallback.queue is not None:
        await _check_fallback(connection, name, definition.fallback.queue)
    created: bool = await connection.fetchval(
        SQL.upsert_queue,
        name,
        definition.title,
        msgspec.json.encode(definition.calendar).decode(),
        definition.offer_timeout_s,
        definition.max_offers,
        definition.fallback.queue,
        definition.partner,
    )
    if not created:
        await connection.execute(SQL.schedule_hours_checks, name, now, HOURS_CHANGED_TIMER)
    return created


async def _check_fallback(connection: Connection, name: str, fallback: str) -> None:
    names = [queue.name for queue in (await find_fallback_chains(connection, [fallback])).get(fallback, ())]
    if not names and fallback != name:
        raise InvalidInput(field="fallback.queue", message="There is no such queue: define it first.")
    if name in {fallback, *names}:
        raise InvalidInput(field="fallback.queue", message="Its fallbacks lead back to this queue: end in a callback.")


async def find_fallback_chain(connection: Connection, name: str) -> list[Queue]:
    """The queue and those it falls back to, in that order. QueueUnknown if there is no such queue."""
    chains = await find_fallback_chains(connection, [name])
    if not chains:
        raise QueueUnknown
    return chains[name]


async def find_fallback_chains(connection: Connection, names: Collection[str]) -> dict[str, list[Queue]]:
    """Each queue of these names with those it falls back to, in that order."""
    chains: dict[str, list[Queue]] = {}
    for row in await connection.fetch(SQL.find_fallback_chains, list(names)):
        chains.setdefault(row["head"], []).append(_queue_from_row(row))
    return chains


async def find_chain_for_target(
    connection: Connection, target: HandoffTarget, *, default_queue: str | None = None
) -> list[Queue]:
    """The queues for a target; an agent named alone belongs to `home`, or to where they took a handoff last."""
    name = target.queue or default_queue or await connection.fetchval(SQL.find_last_queue_of_agent, target.agent)
    if name is None:
        raise AgentUnknown(
            field="to.agent", message="This agent has not taken a handoff yet: name their queue as well."
        )
    return await find_fallback_chain(connection, name)


async def read_queue(connection: Connection, name: str) -> Queue:
    """This queue. QueueUnknown if there is none."""
    return (await find_fallback_chain(connection, name))[0]


async def list_queues(connection: Connection, *, after: str | None, limit: int) -> Page[Queue]:
    """All queues."""
    queues = [_queue_from_row(row) for row in await connection.fetch(SQL.list_queues, after, limit + 1)]
    return Page(items=queues[:limit], next=queues[limit - 1].name if len(queues) > limit else None)


async def opening_status(connection: Connection, name: str, at: datetime) -> OpenStatus:
    """Whether the queue is open at a moment, until when, when it opens next, and why."""
    return rules.open_status((await read_queue(connection, name)).calendar, at)


def _queue_from_row(row: asyncpg.Record) -> Queue:
    fallback = row["fallback_queue"]
    return Queue(
        name=row["name"],
        title=row["title"],
        calendar=_calendar_decoder.decode(row["calendar"]),
        offer_timeout_s=row["offer_timeout_s"],
        max_offers=row["max_offers"],
        fallback=QueueFallback(queue=fallback) if fallback else QueueFallback(callback=True),
        partner=row["partner"],
    )
