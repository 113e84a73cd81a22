"""Agents in the database: declared, kept there by signs of life, and read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
from msgspec import UNSET, UnsetType

from service.agents.model import Agent, AgentChange
from service.agents.rules import check_queues
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import AgentNotDeclared, RoleNotAllowed
from service.model.page import Page

SQL = Statements("service.agents", "repository")


async def save_agent(
    connection: Connection,
    name: str,
    change: AgentChange,
    *,
    now: datetime,
    absent_after: timedelta,
    only_queue: str | None = None,
) -> tuple[Agent, bool]:
    """Declare an agent, or what is new of one: a sign of life; gives whether the agent is new.

    `only_queue` is the queue of a partner, which may declare its own agents alone: RoleNotAllowed for others.
    InvalidInput names queues that do not exist.
    """
    if change.queues is not UNSET:
        unknown = await connection.fetchval(SQL.find_unknown_queues, list(change.queues))
        check_queues(change.queues, unknown, only_queue=only_queue)
    row = await connection.fetchrow(
        SQL.save_agent,
        name,
        None if change.available is UNSET else change.available,
        _values(change.queues),
        _values(change.skills),
        _values(change.languages),
        now,
        now + absent_after,
        only_queue,
    )
    if row is None:
        raise RoleNotAllowed("This agent serves other queues than that of the key.")
    return _agent_from_row(row, now, only_queue), row["created"]


async def record_heartbeat(
    connection: Connection, name: str, *, now: datetime, absent_after: timedelta, only_queue: str | None = None
) -> Agent:
    """A sign of life of an agent. AgentNotDeclared if there is none, or none of the partner's queue `only_queue`."""
    row = await connection.fetchrow(SQL.record_heartbeat, name, now, now + absent_after, only_queue)
    if row is None:
        raise AgentNotDeclared
    return _agent_from_row(row, now, only_queue)


async def record_heartbeats(
    connection: Connection, names: Sequence[str], *, now: datetime, absent_after: timedelta
) -> None:
    """A sign of life of each of these agents who is declared."""
    await connection.execute(SQL.record_heartbeats, names, now, now + absent_after)


async def find_agent(
    connection: Connection, name: str, *, now: datetime, only_queue: str | None = None
) -> Agent | None:
    """This agent; None if it was never declared, or is not of the partner's queue `only_queue`."""
    row = await connection.fetchrow(SQL.find_agent, name, only_queue)
    return None if row is None else _agent_from_row(row, now, only_queue)


async def list_agents(
    connection: Connection,
    *,
    queue: str | None,
    after: str | None,
    limit: int,
    now: datetime,
    only_queue: str | None = None,
) -> Page[Agent]:
    """Agents by name: all, or those of a queue."""
    rows = await connection.fetch(SQL.list_agents, queue, only_queue, after, limit + 1)
    found = [_agent_from_row(row, now, only_queue) for row in rows[:limit]]
    return Page(items=found, next=found[-1].name if len(rows) > limit else None)


def _values(given: tuple[str, ...] | UnsetType) -> list[str] | None:
    """The values without repetitions, in their order; None if none were given."""
    return None if given is UNSET else list(dict.fromkeys(given))


def _agent_from_row(row: asyncpg.Record, now: datetime, only_queue: str | None) -> Agent:
    return Agent(
        name=row["name"],
        available=row["available"],
        there=row["available"] and now < row["absent_at"],
        queues=tuple(one for one in row["queues"] if only_queue in {None, one}),
        skills=tuple(row["skills"]),
        languages=tuple(row["languages"]),
        seen_at=row["seen_at"],
        absent_at=row["absent_at"],
    )
