"""Tickets: each opens one stream of events for a key, for callers that cannot send the key in a header.

A ticket stands in an address, which others may keep. So it counts once, within a minute, and is stored as its SHA-256.
"""

import secrets
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.access.keys import hash_key
from service.access.model import Principal
from service.db.pool import Connection
from service.db.statements import Statements
from service.model.interaction import Timestamp
from service.model.vocabulary import Role

SQL = Statements("service.access", "tickets")

TICKET_LIFETIME = timedelta(seconds=60)


class EventTicket(Struct, frozen=True, kw_only=True):
    """A ticket that has just been made; it is shown in this answer alone."""

    ticket: Annotated[
        str, Meta(description="Opens one stream, as `GET /v1/events?ticket=`, with the rights of the key that made it.")
    ]
    expires_at: Annotated[Timestamp, Meta(description="Until when the ticket can be used, RFC 3339 in UTC.")]


async def create_ticket(connection: Connection, key_id: UUID, *, now: datetime) -> EventTicket:
    """A new ticket of this key."""
    made = EventTicket(ticket=secrets.token_urlsafe(32), expires_at=now + TICKET_LIFETIME)
    await connection.execute(SQL.create_ticket, hash_key(made.ticket.encode()), key_id, made.expires_at)
    return made


async def redeem_ticket(connection: Connection, ticket: str, *, now: datetime) -> Principal | None:
    """The key of a ticket, which is used up by this; None if it was, has expired, or its key is not in force."""
    row = await connection.fetchrow(SQL.redeem_ticket, hash_key(ticket.encode("utf-8", "surrogatepass")), now)
    return None if row is None else Principal(**{**row, "role": Role(row["role"])})
