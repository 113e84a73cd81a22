"""Sessions of agents: each sign-in opens a new one, and the database knows its id by the hash alone.

A session ends when it was not used for a while, some hours after it began, when its agent signs out, and with the
account. What an agent may do is read anew at each request. While PostgreSQL is away, a process trusts what it has read
before.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from service.access.accounts.accounts import end_sessions, find_account, name_key
from service.access.accounts.links import use_link
from service.access.accounts.model import AgentSession, OpenedSession, SessionPrincipal
from service.access.accounts.pacing import begin_attempt, forgive_attempt, network_hash
from service.access.accounts.passwords import Passwords, check_new_password
from service.db.pool import Connection, Database, urgent_work
from service.db.statements import Statements
from service.errors import Conflict, SignInRefused, Unauthenticated, Unavailable
from service.model.clock import Clock
from service.model.vocabulary import AgentRole
from service.settings.model import Settings

SQL = Statements("service.access.accounts", "sessions")
log = structlog.get_logger()

SEEN_EVERY = timedelta(minutes=1)
"""How often the use of a session is written down."""
TRUSTED_IN_OUTAGE = timedelta(minutes=15)
"""How long a session that was in force is trusted while PostgreSQL is away; as a key is."""
_MOST_KNOWN = 10_000


async def store_password(connection: Connection, name: str, stored: str) -> None:
    """Give the account of this name the password with this hash, for an installation that is for tests. Absent."""
    account = await find_account(connection, name)
    await connection.execute(SQL.set_password, account.account_id, stored)


class Sessions:
    """Signing in and out, and the session behind a request."""

    def __init__(
        self, database: Database, clock: Clock, settings: Settings, *, passwords: Passwords | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)
        self._passwords = passwords or Passwords()
        self._known: dict[bytes, tuple[AgentSession, datetime]] = {}
        """Sessions in force by their hash, and when they were read."""

    async def sign_in(self, name: str, password: str, address: str) -> OpenedSession:
        """A new session for the right password. SignInRefused; SignInPaused after too many wrong ones."""
        account_id, stored = await self._authenticate(name, password, address)
        async with self._database.transaction() as connection:
            await connection.execute(SQL.remember_network, account_id, network_hash(address), self._clock.now())
            opened = await self.open(connection, account_id, compared_hash=stored)
            if opened is None:
                raise SignInRefused
        return opened

    async def sign_in_by_link(self, token: str, *, sets_passwords: bool = True) -> OpenedSession:
        """A new session for a link, which is used up by this. SignInRefused.

        Where no password can be set, Conflict for a link that asks for one; that link stays good.
        """
        async with self._database.transaction() as connection:
            link = await use_link(connection, token, self._clock.now())
            if link and link.asks_password and not sets_passwords:
                raise Conflict("This link is for a new password.")
            opened = link and await self.open(connection, link.account_id, password_due=link.asks_password)
            if not opened:
                raise SignInRefused("The link was used already, has expired, or never was one.")
        return opened

    async def open(
        self,
        connection: Connection,
        account_id: UUID,
        *,
        password_due: bool = False,
        compared_hash: str | None = None,
    ) -> OpenedSession | None:
        """A new session of this account in the caller's transaction; None if the account is disabled.

        With `compared_hash`, also if the account's password is another one by now.
        """
        session_id, now = secrets.token_urlsafe(32), self._clock.now()
        session_hash = session_hash_of(session_id)
        if not await connection.fetchval(
            SQL.open_session, session_hash, account_id, password_due, now, now + self._longest, compared_hash
        ):
            return None
        agent = await self._read(connection, session_id, touch=False)
        assert agent is not None
        log.info("agent_signed_in", account_id=account_id)
        return OpenedSession(session_id=session_id, csrf_token=agent.csrf_token, agent=agent)

    async def current(self, session_id: str, *, touch: bool = True) -> AgentSession | None:
        """The session of this id, if it is in force. Without `touch` this is no use of it: a stream only waits."""
        if not session_id:
            return None
        session_hash, now = session_hash_of(session_id), self._clock.now()
        try:
            with urgent_work():  # no page is shown without it
                async with self._database.connection() as connection:
                    session = await self._read(connection, session_id, touch=touch)
        except Unavailable:
            session, read_at = self._known.get(session_hash, (None, now))
            if session is None or now >= min(session.ends_at, read_at + TRUSTED_IN_OUTAGE):
                raise
            return session
        self._remember(session_hash, session, now)
        return session

    async def principal_of(self, session_id: str, *, touch: bool = True) -> SessionPrincipal | None:
        """The caller behind a session in force; None also while a password is due."""
        session = await self.current(session_id, touch=touch)
        return None if session is None or session.must_set_password else session.principal

    async def has_session(self, account_id: UUID) -> bool:
        """Whether any session of this account is in force."""
        now = self._clock.now()
        async with self._database.connection() as connection:
            found: bool = await connection.fetchval(SQL.has_session, account_id, now, now - self._idle)
        return found

    async def sign_out(self, session_id: str) -> None:
        """End the session, if it is one."""
        self._known.pop(session_hash_of(session_id), None)
        async with self._database.connection() as connection:
            await connection.execute(SQL.end_session, session_hash_of(session_id))

    async def set_password(self, session_id: str, password: str, *, current: str = "", address: str = "") -> None:
        """Give the agent of this session a password, and end their other sessions and links.

        Without a link that asked for it the `current` password is needed. Unauthenticated; InvalidInput for a bad one;
        errors as with `sign_in`.
        """
        session = await self.current(session_id)
        if session is None:
            raise Unauthenticated
        check_new_password(password, session.name)
        if not session.must_set_password:
            await self._authenticate(session.name, current, address)
        stored = await self._passwords.hash(password)
        async with self._database.transaction() as connection:
            await connection.execute(SQL.set_password, session.account_id, stored)
            await end_sessions(connection, session.account_id, except_hash=session_hash_of(session_id))
            await connection.execute(SQL.password_is_set, session_hash_of(session_id))
        log.info("agent_password_set", account_id=session.account_id)

    async def _authenticate(self, name: str, password: str, address: str) -> tuple[UUID, str]:
        """The account of this name and password, and the hash that matched. An unknown name takes as long."""
        key, now = name_key(name), self._clock.now()
        async with self._database.connection() as connection:
            found = await connection.fetchrow(SQL.find_sign_in, key, network_hash(address))
        counted = await begin_attempt(
            self._database, key, address, now, familiar=found is not None and found["familiar"]
        )
        right = await self._passwords.matches(None if found is None else found["password_hash"], password)
        if found is None or not right:
            log.info("agent_sign_in_refused", account_id=None if found is None else found["account_id"])
            raise SignInRefused
        await forgive_attempt(self._database, counted, now)
        return found["account_id"], found["password_hash"]

    async def _read(self, connection: Connection, session_id: str, *, touch: bool) -> AgentSession | None:
        now = self._clock.now()
        seen_before = now - SEEN_EVERY if touch else None
        row = await connection.fetchrow(
            SQL.find_session, session_hash_of(session_id), now, now - self._idle, seen_before
        )
        if row is None:
            return None
        fields = dict(row)
        return AgentSession(
            must_set_password=fields.pop("password_due"),
            role=AgentRole(fields.pop("role")),
            queues=tuple(fields.pop("queues")),
            csrf_token=csrf_token_of(session_id),
            **fields,
        )

    def _remember(self, session_hash: bytes, session: AgentSession | None, now: datetime) -> None:
        self._known.pop(session_hash, None)
        if session is not None:
            if len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]  # the one that was not used for the longest
            self._known[session_hash] = session, now


def session_hash_of(session_id: str) -> bytes:
    """What is stored of a session's id: it has 256 random bits, so a plain hash reveals nothing."""
    return hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).digest()


def csrf_token_of(session_id: str) -> str:
    """A token that only this session has: it needs no storage, and does not tell the session's id."""
    return hmac.digest(session_id.encode("utf-8", "surrogatepass"), b"csrf", "sha256").hex()
