"""Accounts of agents: created, changed, disabled. A changed role and a disabled account end every session of it."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from service.access.accounts.model import AgentAccount
from service.access.keys import find_or_create_space
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, Conflict, InvalidInput
from service.model.ids import new_id
from service.model.vocabulary import AgentRole

SQL = Statements("service.access.accounts", "accounts")

SPACE = "agents of the console"
"""The name of the space of what agents register."""
_MAX_NAME_CHARS = 200


async def create_account(
    connection: Connection,
    *,
    name: str,
    role: AgentRole,
    now: datetime,
    queues: Sequence[str] = (),
    oidc: tuple[str, str] | None = None,
) -> UUID:
    """The id of a new account, which has no password yet; `oidc` is the issuer and the subject of one who has none.

    Conflict if another account has this name in any spelling; InvalidInput for a name that cannot be shown.
    """
    name = name.strip()
    if not name_key(name):
        raise InvalidInput(f"name: 1 to {_MAX_NAME_CHARS} printable characters are expected.", field="name")
    account_id = new_id()
    space_id = await find_or_create_space(connection, SPACE)
    issuer, subject = oidc or (None, None)
    try:
        await connection.execute(
            SQL.create_account,
            *(account_id, name, name_key(name), role, _check_queues(queues), issuer, subject, space_id, now),
        )
    except asyncpg.UniqueViolationError as error:
        raise Conflict("Another agent has an account of this name.") from error
    return account_id


async def list_accounts(connection: Connection) -> list[AgentAccount]:
    """Every account there ever was, by name."""
    return [_account(row) for row in await connection.fetch(SQL.list_accounts)]


async def find_account(connection: Connection, name: str) -> AgentAccount:
    """The account of this name in any spelling, locked until the transaction ends. Absent if there is none."""
    row = await connection.fetchrow(SQL.lock_account, name_key(name))
    if row is None:
        raise Absent("No agent has an account of this name; `askonce agents list` shows all.")
    return _account(row)


async def change_account(
    connection: Connection, name: str, *, role: AgentRole | None = None, queues: Sequence[str] | None = None
) -> AgentAccount:
    """Give an account another role, or other queues; None leaves it. Another role ends its sessions."""
    account = await find_account(connection, name)
    changed_role = role or account.role
    await connection.execute(
        SQL.change_account,
        account.account_id,
        changed_role,
        _check_queues(account.queues if queues is None else queues),
    )
    if changed_role is not account.role:
        await end_sessions(connection, account.account_id)
    return await find_account(connection, name)


async def disable_account(connection: Connection, name: str, now: datetime) -> None:
    """Let an account sign in no more; its sessions and links end with the transaction."""
    account = await find_account(connection, name)
    await connection.execute(SQL.disable_account, account.account_id, now)
    await end_sessions(connection, account.account_id)


async def enable_account(connection: Connection, name: str) -> None:
    """Let a disabled account sign in again, with the password that it had."""
    account = await find_account(connection, name)
    await connection.execute(SQL.enable_account, account.account_id)


async def end_sessions(connection: Connection, account_id: UUID, *, except_hash: bytes | None = None) -> None:
    """End every session of an account but one, and every link that has not been used."""
    await connection.execute(SQL.end_sessions, account_id, except_hash)
    await end_links(connection, account_id)


async def end_links(connection: Connection, account_id: UUID) -> None:
    """Take away the links of an account that have not been used."""
    await connection.execute(SQL.end_links, account_id)


def name_key(name: str) -> str:
    """The name as it is compared: in one width, in lower case; empty for what cannot be a name."""
    key = unicodedata.normalize("NFKC", name).strip().lower()
    return key if key.isprintable() and len(key) <= _MAX_NAME_CHARS else ""


def _check_queues(queues: Sequence[str]) -> list[str]:
    for queue in queues:
        if not queue.strip() or not queue.isprintable():
            raise InvalidInput("queues: the name of a queue is expected.", field="queues")
    return list(dict.fromkeys(queues))


def _account(row: asyncpg.Record) -> AgentAccount:
    return AgentAccount(**{**row, "role": AgentRole(row["role"]), "queues": tuple(row["queues"])})
