"""Tokens that vendors sign instead of the content: each is good for one content, as long as its time is accepted."""

from datetime import datetime
from uuid import UUID

from service.channels.base import OneTimeToken
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import DeliveryRefused

SQL = Statements("service.inbound", "tokens")


async def use_token(connection: Connection, account_id: UUID, token: OneTimeToken, *, now: datetime) -> None:
    """Remember what the token came with. DeliveryRefused if it came with another content before."""
    if await connection.fetchval(SQL.use_token, account_id, token.token, token.content, now) != token.content:
        raise DeliveryRefused
