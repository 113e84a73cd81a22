"""Links that sign in once: 256 random bits each, shown once, stored as their SHA-256."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Struct

from service.access.accounts.accounts import create_account, end_links, find_account
from service.access.keys import hash_key
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, Conflict
from service.model.vocabulary import AgentRole

SQL = Statements("service.access.accounts", "links")

LINK_PATH = "/signin/link"
"""The page of the console that takes a link; it uses the link up only once the agent presses its button."""
OPENING_ACCOUNT = "console"
"""The account of the links that `serve` and `demo` print on their own servers."""


class UsedLink(Struct, frozen=True, kw_only=True):
    """A link that has just been used."""

    account_id: UUID
    asks_password: bool


async def create_link(
    connection: Connection, name: str, *, now: datetime, valid: timedelta, asks_password: bool = True
) -> str:
    """The token of a new link for the account of this name, whose earlier links end.

    With `asks_password` the agent sets a password before anything else. Absent; Conflict if the account is disabled.
    """
    account = await find_account(connection, name)
    if account.disabled_at is not None:
        raise Conflict("The account of this agent is disabled.")
    token = secrets.token_urlsafe(32)
    await end_links(connection, account.account_id)
    await connection.execute(
        SQL.create_link, hash_key(token.encode()), account.account_id, asks_password, now, now + valid
    )
    return token


async def use_link(connection: Connection, token: str, now: datetime) -> UsedLink | None:
    """The account of a link, which is used up by this; None if it was, or is over."""
    row = await connection.fetchrow(SQL.use_link, hash_key(token.encode("utf-8", "surrogatepass")), now)
    return None if row is None else UsedLink(**row)


async def create_opening_link(connection: Connection, *, now: datetime, valid: timedelta) -> str | None:
    """The token of a link by which the console opens with one click, for who started the service on its own servers.

    The account is an admin's and is created with its first link. None if an operator has disabled it.
    """
    try:
        account = await find_account(connection, OPENING_ACCOUNT)
    except Absent:
        await create_account(connection, name=OPENING_ACCOUNT, role=AgentRole.ADMIN, now=now)
    else:
        if account.disabled_at is not None:
            return None
    return await create_link(connection, OPENING_ACCOUNT, now=now, valid=valid, asks_password=False)


def link_url(base_url: str, token: str) -> str:
    """The address that an agent opens."""
    return f"{base_url.rstrip('/')}{LINK_PATH}?{urlencode({'token': token})}"
