"""The principals behind API keys: each process caches look-ups, and a revocation takes effect within two seconds.

A cached key is valid for 1.9 s after its row was read; from 1 s on it is read again while requests use the cached row,
so that no request waits for its own key. While PostgreSQL is down, a key that was good stays good for 15 minutes.
"""

import asyncio
from contextlib import suppress
from datetime import datetime
from math import inf
from time import monotonic
from uuid import UUID

from service.access.keys import find_keys, hash_key, is_in_force, is_key, is_sandbox_key
from service.access.model import Principal
from service.access.tickets import redeem_ticket
from service.db.pool import Database, urgent_work
from service.errors import DatabaseUnavailable, Unauthenticated, Unavailable
from service.model.clock import Clock

KeysByHeader = dict[bytes, tuple[Principal, datetime | None]]

REFRESH_S = 1.0
TRUSTED_S = 1.9
TRUSTED_IN_OUTAGE_S = 900.0
_LOOKUP_TIMEOUT_S = 0.8
"""A look-up that takes longer counts as an outage; with REREAD_S it ends before BELIEVED_S."""
_REJECTED_FOR_S = 1.0
_MAX_REJECTED = 10_000
_SCHEME = b"Bearer "


class _Entry:
    """A key that was in force when it was last read; all times are monotonic."""

    __slots__ = ("believed_until", "forgotten_at", "principal", "reread_at")

    def __init__(self, principal: Principal, read_at: float, expires_in: float) -> None:
        expires_at = read_at + expires_in
        self.principal = principal
        self.reread_at = min(read_at + REFRESH_S, expires_at)
        self.believed_until = min(read_at + TRUSTED_S, expires_at)
        self.forgotten_at = min(read_at + TRUSTED_IN_OUTAGE_S, expires_at)

    def outlive_outage(self, now: float) -> None:
        """The database cannot say more: believe it for the next while."""
        self.reread_at = min(now + REFRESH_S, self.forgotten_at)
        self.believed_until = min(now + TRUSTED_S, self.forgotten_at)


class Principals:
    """The keys that this process has met, by their header: to hash it for each request costs more than the look-up."""

    def __init__(self, database: Database, clock: Clock, *, sandbox: bool = False) -> None:
        self._database = database
        self._clock = clock
        self._sandbox = sandbox
        self._entries: dict[bytes, _Entry] = {}
        self._rejected_until: dict[bytes, float] = {}
        self._pending_lookups: dict[bytes, asyncio.Future[bool]] = {}
        self._queue: list[bytes] = []
        self._worker: asyncio.Task[None] | None = None

    def find_cached(self, authorization: bytes) -> Principal | None:
        """The caller, if that needs no look at the database."""
        entry = self._entries.get(authorization)
        return None if entry is None or monotonic() >= entry.reread_at else entry.principal

    async def authenticate(self, authorization: bytes) -> Principal:
        """The caller. Unauthenticated without a key in force; DatabaseUnavailable if the database cannot be asked."""
        scheme, _, key = authorization.partition(b" ")
        if scheme.lower() != b"bearer" or not is_key(key := key.strip()):
            raise Unauthenticated
        if is_sandbox_key(key) and not self._sandbox:
            raise Unauthenticated("This is the key of a sandbox, which this service is not: take a key of its own.")
        header = _SCHEME + key
        entry = self._entries.get(header)
        now = monotonic()
        if entry is not None and now < entry.believed_until:
            if now >= entry.reread_at:
                self._request_lookup(header)
            return entry.principal
        if self._rejected_until.get(header, 0.0) > now:
            raise Unauthenticated
        answered = await asyncio.shield(self._request_lookup(header))
        entry = self._entries.get(header)
        if entry is not None and monotonic() < entry.believed_until:
            return entry.principal
        raise Unauthenticated if answered else DatabaseUnavailable

    async def redeem_ticket(self, ticket: str) -> Principal:
        """The caller whose key made this ticket, once. Unauthenticated; DatabaseUnavailable."""
        with urgent_work():
            async with self._database.transaction() as connection:
                principal = await redeem_ticket(connection, ticket, now=self._clock.now())
        if principal is None:
            raise Unauthenticated("The ticket was used already, has expired, or never was one.")
        return principal

    async def check_key(self, key_id: UUID) -> None:
        """Unauthenticated unless the key of this id is in force; while the database is away, it is believed to be."""
        with suppress(Unavailable):
            async with self._database.connection() as connection:
                if not await is_in_force(connection, key_id, self._clock.now()):
                    raise Unauthenticated

    def _request_lookup(self, header: bytes) -> "asyncio.Future[bool]":
        """Whether the database answered about this key; concurrent requests share one look-up."""
        future = self._pending_lookups.get(header)
        if future is None:
            future = self._pending_lookups[header] = asyncio.get_running_loop().create_future()
            self._queue.append(header)
            if self._worker is None:
                self._worker = asyncio.create_task(self._run_lookups())
        return future

    async def _run_lookups(self) -> None:
        """Look up what is queued until nothing is; a look-up that hangs is left to end by itself."""
        while self._queue:
            headers, self._queue = self._queue, []
            started = monotonic()
            reading = asyncio.create_task(self._read_keys(headers))
            await asyncio.wait({reading}, timeout=_LOOKUP_TIMEOUT_S)
            self._apply_lookup(headers, reading.result() if reading.done() else None, started)
        self._worker = None

    async def _read_keys(self, headers: list[bytes]) -> KeysByHeader | None:
        """The keys in force among these, by header; None while the database does not answer."""
        by_hash = {hash_key(header.removeprefix(_SCHEME)): header for header in headers}
        try:
            with urgent_work():
                async with asyncio.timeout(_LOOKUP_TIMEOUT_S), self._database.connection() as connection:
                    found = await find_keys(connection, by_hash, self._clock.now())
        except (TimeoutError, Unavailable):
            return None
        return {by_hash[key_hash]: key for key_hash, key in found.items()}

    def _apply_lookup(self, headers: list[bytes], found: KeysByHeader | None, started: float) -> None:
        """Cache the result of a look-up of `headers` that began at `started`, and resolve the waiting futures."""
        for header in headers:
            if found is None:
                if header in self._entries:
                    self._entries[header].outlive_outage(monotonic())
            elif header in found:
                self._entries[header] = self._cached_key(*found[header], started)
            else:
                self._entries.pop(header, None)
                self._remember_rejected(header)
            self._pending_lookups.pop(header).set_result(found is not None)

    def _cached_key(self, principal: Principal, expires_at: datetime | None, started: float) -> _Entry:
        expires_in = inf if expires_at is None else (expires_at - self._clock.now()).total_seconds()
        return _Entry(principal, started, expires_in)

    def _remember_rejected(self, header: bytes) -> None:
        """Refuse this one for a moment without asking again; guessed keys must not fill the memory."""
        if len(self._rejected_until) >= _MAX_REJECTED:
            self._rejected_until.clear()
        self._rejected_until[header] = monotonic() + _REJECTED_FOR_S
