"""Queues in the database: defined, read, and followed along their fallbacks."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

import asyncpg
import msgspec
from msgspec import structs

from service.agents.model import AgentPresence
from service.calendar import rules
from service.calendar.model import Calendar, OpenStatus
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import AgentUnknown, Conflict, InvalidInput, QueueUnknown
from service.handoff.model import HandoffTarget
from service.handoff.queues.model import Queue, QueueFallback, QueueInput, StaffedQueue
from service.model.page import Page
from service.model.timer_kinds import TimerKind

SQL = Statements("service.handoff.queues", "repository")


_calendar_decoder = msgspec.json.Decoder(Calendar)
_agents_decoder = msgspec.json.Decoder(tuple[AgentPresence, ...])


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
        await connection.execute(SQL.schedule_hours_checks, name, now, TimerKind.HOURS_CHANGED)
    return created


async def save_queue(
    connection: Connection, name: str, definition: QueueInput, *, seen: str | None, now: datetime
) -> None:
    """Replace the definition of the tag `seen` (see `definition_tag`); None defines a queue that is not there yet.

    Conflict if the definition is another one by now, QueueUnknown if there is none, InvalidInput for a name that is
    taken; errors as with `upsert_queue`.
    """
    await connection.execute(SQL.lock_queues)
    if seen is not None:
        if definition_tag(await read_queue(connection, name)) != seen:
            raise Conflict("The definition of this queue was changed meanwhile.")
    elif await find_fallback_chains(connection, [name]):
        raise InvalidInput(field="name", message="There is a queue of this name already.")
    await upsert_queue(connection, name, definition, now=now)


def definition_tag(queue: Queue) -> str:
    """A short text that is another one when the definition is."""
    return sha256(msgspec.json.encode(queue)).hexdigest()[:16]


async def preview_chain(connection: Connection, name: str, definition: QueueInput) -> list[Queue]:
    """The chain that a queue would have by a definition that is not stored. InvalidInput if its fallback is none."""
    fallback = definition.fallback.queue
    if fallback is not None:
        await _check_fallback(connection, name, fallback)
    following = await find_fallback_chains(connection, [fallback]) if fallback is not None else {}
    first = Queue(name=name, **{field: getattr(definition, field) for field in QueueInput.__struct_fields__})
    return [first, *following.get(fallback or "", ())]


async def _check_fallback(connection: Connection, name: str, fallback: str) -> None:
    names = [queue.name for queue in (await find_fallback_chains(connection, [fallback])).get(fallback, ())]
    if not names and fallback != name:
        raise InvalidInput(field="fallback.queue", message="There is no such queue: define it first.")
    if name in {fallback, *names}:
        raise InvalidInput(field="fallback.queue", message="Its fallbacks lead back to this queue: end in a callback.")


async def find_fallback_chain(
    connection: Connection, name: str, *, now: datetime | None = None, agent: str | None = None
) -> list[Queue]:
    """The queue and those it falls back to, as in `find_fallback_chains`. QueueUnknown if there is no such queue."""
    chains = await find_fallback_chains(connection, [name], now=now, agent=agent)
    if not chains:
        raise QueueUnknown
    return chains[name]


async def find_fallback_chains(
    connection: Connection, names: Collection[str], *, now: datetime | None = None, agent: str | None = None
) -> dict[str, list[Queue]]:
    """Each queue of these names with those it falls back to, in that order; staffed, if `now` is given.

    A staffed queue has the agents that are declared for it, and the named agent, as they are at that moment.
    """
    chains: dict[str, list[Queue]] = {}
    for row in await connection.fetch(SQL.find_fallback_chains, list(names), now, agent):
        queue = _queue_from_row(row)
        if row["agents"] is not None:
            queue = StaffedQueue(**structs.asdict(queue), agents=_agents_decoder.decode(row["agents"]))
        chains.setdefault(row["head"], []).append(queue)
    return chains


async def find_chain_for_target(
    connection: Connection, target: HandoffTarget, *, now: datetime, default_queue: str | None = None
) -> list[Queue]:
    """The staffed queues for a target.

    An agent named alone belongs to `default_queue`, to where they took a handoff last, or to the first queue that they
    are declared for.
    """
    name = target.queue or default_queue or await connection.fetchval(SQL.find_last_queue_of_agent, target.agent)
    if name is None:
        raise AgentUnknown(
            field="to.agent", message="This agent has not taken a handoff yet: name their queue as well."
        )
    return await find_fallback_chain(connection, name, now=now, agent=target.agent)


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
    calendar = _calendar_decoder.decode(row["calendar"])
    return Queue(
        name=row["name"],
        title=row["title"],
        calendar=calendar,
        offer_timeout_s=row["offer_timeout_s"],
        max_offers=row["max_offers"],
        fallback=QueueFallback(queue=fallback) if fallback else QueueFallback(callback=True),
        partner=row["partner"],
        notes=rules.reading_notes(calendar),
    )
