"""Who is calling: keys looked up once, then known to the process, and revoked everywhere within two seconds.

A key is believed for 1.9 s after its row was read, and read again from 1 s on while requests go on with what is known,
so that no request waits for its own key. While PostgreSQL is down, a key that was good stays good for 15 minutes.
"""

import asyncio
from datetime import datetime
from math import inf
from time import monotonic

from service.access.keys import find_keys, hash_of, is_key
from service.access.model import Principal
from service.db.pool import Database
from service.errors import DatabaseUnavailable, Unauthenticated, Unavailable
from service.model.clock import Clock

Found = dict[bytes, tuple[Principal, datetime | None]]

REREAD_S = 1.0
BELIEVED_S = 1.9
BELIEVED_IN_OUTAGE_S = 900.0
_READ_S = 0.8
"""A look-up that takes longer counts as an outage; with REREAD_S it ends before BELIEVED_S."""
_UNKNOWN_S = 1.0
_MOST_UNKNOWN = 10_000
_SCHEME = b"Bearer "


class _Entry:
    """A key that was in force when it was last read; all times are monotonic."""

    __slots__ = ("believed_until", "forgotten_at", "principal", "reread_at")

    def __init__(self, principal: Principal, read_at: float, expires_in: float) -> None:
        expires_at = read_at + expires_in
        self.principal = principal
        self.reread_at = min(read_at + REREAD_S, expires_at)
        self.believed_until = min(read_at + BELIEVED_S, expires_at)
        self.forgotten_at = min(read_at + BELIEVED_IN_OUTAGE_S, expires_at)

    def outlive_outage(self, now: float) -> None:
        """The database cannot say more: believe it for the next while."""
        self.reread_at = min(now + REREAD_S, self.forgotten_at)
        self.believed_until = min(now + BELIEVED_S, self.forgotten_at)


class Principals:
    """The keys that this process has met, by their header: to hash it for each request costs more than the look-up."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._entries: dict[bytes, _Entry] = {}
        self._unknown: dict[bytes, float] = {}
        self._wanted: dict[bytes, asyncio.Future[bool]] = {}
        self._queue: list[bytes] = []
        self._working: asyncio.Task[None] | None = None

    def known(self, authorization: bytes) -> Principal | None:
        """The caller, if that needs no look at the database."""
        entry = self._entries.get(authorization)
        return None if entry is None or monotonic() >= entry.reread_at else entry.principal

    async def find(self, authorization: bytes) -> Principal:
        """The caller. Unauthenticated without a key in force; DatabaseUnavailable if nobody can tell."""
        scheme, _, key = authorization.partition(b" ")
        if scheme.lower() != b"bearer" or not is_key(key := key.strip()):
            raise Unauthenticated
        header = _SCHEME + key
        entry = self._entries.get(header)
        now = monotonic()
        if entry is not None and now < entry.believed_until:
            if now >= entry.reread_at:
                self._want(header)
            return entry.principal
        if self._unknown.get(header, 0.0) > now:
            raise Unauthenticated
        answered = await asyncio.shield(self._want(header))
        entry = self._entries.get(header)
        if entry is not None and monotonic() < entry.believed_until:
            return entry.principal
        raise Unauthenticated if answered else DatabaseUnavailable

    def _want(self, header: bytes) -> "asyncio.Future[bool]":
        """Whether the database answered about this key; all who want one share its look-up, one statement at a time."""
        future = self._wanted.get(header)
        if future is None:
            future = self._wanted[header] = asyncio.get_running_loop().create_future()
            self._queue.append(header)
            if self._working is None:
                self._working = asyncio.create_task(self._work())
        return future

    async def _work(self) -> None:
        """Look up what is queued until nothing is; a look-up that hangs is left to end by itself."""
        while self._queue:
            headers, self._queue = self._queue, []
            started = monotonic()
            reading = asyncio.create_task(self._read(headers))
            await asyncio.wait({reading}, timeout=_READ_S)
            self._settle(headers, reading.result() if reading.done() else None, started)
        self._working = None

    async def _read(self, headers: list[bytes]) -> Found | None:
        """The keys in force among these, by header; None while the database does not answer."""
        by_hash = {hash_of(header.removeprefix(_SCHEME)): header for header in headers}
        try:
            async with asyncio.timeout(_READ_S), self._database.connection() as connection:
                found = await find_keys(connection, by_hash, self._clock.now())
        except (TimeoutError, Unavailable):
            return None
        return {by_hash[key_hash]: key for key_hash, key in found.items()}

    def _settle(self, headers: list[bytes], found: Found | None, started: float) -> None:
        """Take over what a look-up of `headers`, started then, has found, and wake who waits for it."""
        for header in headers:
            if found is None:
                if header in self._entries:
                    self._entries[header].outlive_outage(monotonic())
            elif header in found:
                self._entries[header] = self._entry(*found[header], started)
            else:
                self._entries.pop(header, None)
                self._remember_unknown(header)
            self._wanted.pop(header).set_result(found is not None)

    def _entry(self, principal: Principal, expires_at: datetime | None, started: float) -> _Entry:
        expires_in = inf if expires_at is None else (expires_at - self._clock.now()).total_seconds()
        return _Entry(principal, started, expires_in)

    def _remember_unknown(self, header: bytes) -> None:
        """Refuse this one for a moment without asking again; guessed keys must not fill the memory."""
        if len(self._unknown) >= _MOST_UNKNOWN:
            self._unknown.clear()
        self._unknown[header] = monotonic() + _UNKNOWN_S
