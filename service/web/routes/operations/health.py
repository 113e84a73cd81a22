"""Whether this process lives, and whether it can serve."""

import asyncio
from time import monotonic
from typing import Annotated, Literal

from msgspec import Meta, Struct

from service.cache.cluster import CacheClient
from service.db.pool import Database, confirm_writes, urgent_work
from service.errors import CacheUnavailable, Unavailable
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import PUBLIC, route

Dependency = Literal["cache", "database"]

_PROBE_WAIT_S = 0.1
"""Nobody waits longer for a probe: a slow one goes on behind the answer, which tells the last known state."""
_PROBE_TIMEOUT_S = 1.0
_UNAVAILABLE_AFTER_S = 5.0
"""A database that has been busy for so long, without one probe through, is as good as gone."""


class Readiness(Struct, frozen=True):
    """`degraded` names what does not work: without the cache all is slower, without the database little is left."""

    status: Annotated[
        Literal["ok", "degraded", "unavailable"],
        Meta(description="`ok`, `degraded` (slower or with fewer functions) or `unavailable`."),
    ]
    degraded: Annotated[list[Dependency], Meta(description="Dependencies that do not work: `cache`, `database`.")]


class Liveness(Struct, frozen=True):
    """The process answers."""

    status: Annotated[Literal["ok"], Meta(description="`ok`: the process answers.")] = "ok"


class DatabaseProbe:
    """The state of the database as of the last look at it; looks are shared and never awaited for long."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._check_task: asyncio.Task[None] | None = None
        self._state: Literal["ok", "busy", "gone"] = "ok"
        self._succeeded_at = monotonic()

    async def state(self) -> Literal["ok", "busy", "gone"]:
        """What is known after at most 0.1 s: `busy` if it takes no more work at the moment."""
        if self._check_task is None or self._check_task.done():
            self._check_task = asyncio.create_task(self._check_database())
        await asyncio.wait({self._check_task}, timeout=_PROBE_WAIT_S)
        return self._state

    async def _check_database(self) -> None:
        connected = False
        try:
            with urgent_work():
                async with self._database.connection() as connection:
                    connected = True
                    await confirm_writes(connection, timeout_s=_PROBE_TIMEOUT_S)
                await self._database.confirm_room()
        except Unavailable:
            waited_s = monotonic() - self._succeeded_at
            pool_exhausted = not connected and self._database.available and waited_s < _UNAVAILABLE_AFTER_S
            self._state = "busy" if pool_exhausted else "gone"
        else:
            self._state = "ok"
            self._succeeded_at = monotonic()


class HealthRoutes:
    """`/health/live` and `/health/ready`, which answer within 0.2 s whatever the load."""

    def __init__(self, database: Database, cache: CacheClient) -> None:
        self._database = database
        self._cache = cache
        self._probe = DatabaseProbe(database)

    @route("GET", "/health/live", roles=PUBLIC, summary="Whether the process answers", answers={200: Liveness})
    async def read_liveness(self, _request: Request) -> Response:
        """Answers as long as the process runs. It asks neither PostgreSQL nor the cache."""
        return json_response(Liveness())

    @route(
        "GET",
        "/health/ready",
        roles=PUBLIC,
        summary="Whether requests can be served: 503 only without a PostgreSQL that stores what it is told",
        answers={200: Readiness, 503: Readiness},
    )
    async def read_readiness(self, _request: Request) -> Response:
        """Says whether requests can be served. Without the cache the service is degraded and answers 200."""
        cached, state = await asyncio.gather(_is_cache_available(self._cache), self._probe.state())
        degraded: list[Dependency] = [] if cached else ["cache"]
        if state != "ok":
            degraded.append("database")
        if state == "gone":
            return json_response(Readiness("unavailable", degraded), status=503, headers=((b"retry-after", b"1"),))
        return json_response(Readiness("degraded" if degraded else "ok", degraded))


async def _is_cache_available(cache: CacheClient) -> bool:
    """Whether Redis answers at once; asking also makes the cache connect again."""
    try:
        await asyncio.wait_for(cache.ping(), _PROBE_WAIT_S)
    except (CacheUnavailable, TimeoutError):
        return False
    return True
