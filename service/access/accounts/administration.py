"""Accounts as an administrator of the console sees and changes them: no one of them can be the last to go.

A change is made by an administrator who stays one. Such changes wait for each other, so that no two administrators take
each other's role away.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from service.access.accounts.accounts import change_account, disable_account, enable_account
from service.access.accounts.model import AgentAccount
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, Conflict, RoleNotAllowed
from service.model.vocabulary import AgentRole

SQL = Statements("service.access.accounts", "administration")


class AccountActivity(AgentAccount, frozen=True, kw_only=True):
    """An account with the last signs of its agent that are still on record; `link_until` of a link not used yet."""

    signed_in_at: datetime | None
    seen_at: datetime | None
    link_until: datetime | None


async def list_activity(connection: Connection, now: datetime) -> list[AccountActivity]:
    """Every account there ever was, those in force first, by name."""
    return [_listed(row) for row in await connection.fetch(SQL.list_activity, now, None)]


async def read_account(connection: Connection, account_id: UUID, now: datetime) -> AccountActivity:
    """This account. Absent if there is none."""
    row = await connection.fetchrow(SQL.list_activity, now, account_id)
    if row is None:
        raise Absent("There is no such account.")
    return _listed(row)


async def change_account_as(
    connection: Connection, by: UUID, account: AgentAccount, *, role: AgentRole, queues: Sequence[str]
) -> None:
    """Give an account another role and other queues, as the administrator `by`.

    Conflict if that takes their own role; RoleNotAllowed if they are no administrator any more.
    """
    await _check_admin(connection, by)
    if account.account_id == by and role is not AgentRole.ADMIN:
        raise Conflict("No administrator takes their own role away: another one does.")
    await change_account(connection, account.name, role=role, queues=queues)


async def disable_account_as(connection: Connection, by: UUID, account: AgentAccount, now: datetime) -> None:
    """Disable an account as the administrator `by`. Conflict if it is their own; RoleNotAllowed as above."""
    await _check_admin(connection, by)
    if account.account_id == by:
        raise Conflict("No administrator disables their own account: another one does.")
    await disable_account(connection, account.name, now)


async def enable_account_as(connection: Connection, by: UUID, account: AgentAccount) -> None:
    """Enable a disabled account as the administrator `by`. RoleNotAllowed as above."""
    await _check_admin(connection, by)
    await enable_account(connection, account.name)


async def _check_admin(connection: Connection, by: UUID) -> None:
    """RoleNotAllowed unless `by` is an administrator in force, which then holds until the transaction ends."""
    if by not in {row["account_id"] for row in await connection.fetch(SQL.lock_admins)}:
        raise RoleNotAllowed


def _listed(row: asyncpg.Record) -> AccountActivity:
    return AccountActivity(**{**row, "role": AgentRole(row["role"]), "queues": tuple(row["queues"])})
