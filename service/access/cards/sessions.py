"""Cards in force that a desk's server has opened: one agent's look at one customer, and nothing else."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from service.access.accounts.accounts import find_account
from service.access.accounts.model import AgentSession
from service.access.accounts.sessions import csrf_token_of, session_hash_of
from service.access.cards.tokens import CardClaims, TokenFault
from service.db.pool import Database
from service.db.statements import Statements
from service.errors import Absent
from service.model.vocabulary import AgentRole

SQL = Statements("service.access.cards", "sessions")
log = structlog.get_logger()

CARD_LIFETIME = timedelta(minutes=30)
"""How long a card stays open; the desk opens the next one with the next conversation."""


class CardSession(AgentSession, frozen=True, kw_only=True):
    """A card in force; its agent may see this customer by it, and no other."""

    customer_id: UUID


async def open_card(
    database: Database, claims: CardClaims, customer_id: UUID, *, roles: frozenset[AgentRole], now: datetime
) -> str | TokenFault:
    """The id of a new card's session, once for each token; its agent has an account in force of one of these roles."""
    session_id = secrets.token_urlsafe(32)
    async with database.transaction() as connection:
        try:
            account = await find_account(connection, claims.sub)
        except Absent:
            return TokenFault.AGENT
        if account.disabled_at is not None or account.role not in roles:
            return TokenFault.AGENT
        token_hash, session_hash = session_hash_of(f"{claims.iss} {claims.jti}"), session_hash_of(session_id)
        parameters = (token_hash, session_hash, account.account_id, customer_id, now, now + CARD_LIFETIME)
        if await connection.fetchval(SQL.open_card, *parameters) is None:
            return TokenFault.USED
    log.info("card_opened", account_id=account.account_id, customer_id=customer_id, desk=claims.iss)
    return session_id


async def find_card(database: Database, session_id: str, now: datetime) -> CardSession | None:
    """The card of this session, if it is in force; its agent's role is read anew each time."""
    async with database.connection() as connection:
        row = await connection.fetchrow(SQL.find_card, session_hash_of(session_id), now)
    if row is None:
        return None
    fields = dict(row)
    return CardSession(
        role=AgentRole(fields.pop("role")),
        queues=tuple(fields.pop("queues")),
        csrf_token=csrf_token_of(session_id),
        must_set_password=False,
        **fields,
    )


async def end_card(database: Database, session_id: str, now: datetime) -> None:
    """End the card of this session, if it is one."""
    async with database.connection() as connection:
        await connection.execute(SQL.end_card, session_hash_of(session_id), now)
