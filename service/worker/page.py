"""What a worker tells of itself over HTTP: whether it lives, whether it can work, and its metrics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.db.pool import Database, confirm_writes
from service.errors import Unavailable
from service.model.clock import Clock
from service.worker.backlog import measure_backlog
from service.worker.loop import Rounds

log = structlog.get_logger()

STUCK_AFTER_S = 300.0
"""No round of a loop takes so long: it hangs."""
PROBE_S = 1.0
"""A database that answers later counts as gone."""
REQUEST_S = 5.0
MAX_HEAD_BYTES = 8192
_JSON = "application/json"
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}

Answer = tuple[int, str, bytes]
"""Status, content type and body."""


class WorkerPage:
    """`/health/live`, `/health/ready` and `/metrics` of one worker; `database` is None until it is open."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds
        self.database: Database | None = None

    @asynccontextmanager
    async def served(self, host: str, port: int) -> AsyncIterator[None]:
        """Serve it for the block; port 0 for not at all. Without its port a worker works all the same, and logs why."""
        if not port:
            yield
            return
        try:
            server = await asyncio.start_server(self._serve_connection, host, port, limit=MAX_HEAD_BYTES)
        except OSError as error:
            log.error("worker_page_not_served", host=host, port=port, reason=error.strerror)  # noqa: TRY400 (no defect)
            yield
            return
        try:
            yield
        finally:
            server.close()

    async def _serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, and end the connection."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(REQUEST_S):
                try:
                    head = await reader.readuntil(b"\r\n\r\n")
                except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                    head = b""
                writer.write(_response(head, await self._answer(head)))
                await writer.drain()
        writer.close()

    async def _answer(self, head: bytes) -> Answer:
        method, _, rest = head.partition(b" ")
        if not rest:
            return 400, _JSON, b'{"status":"bad request"}'
        if method not in {b"GET", b"HEAD"}:
            return 405, _JSON, b'{"status":"method not allowed"}'
        match rest.partition(b" ")[0].partition(b"?")[0]:
            case b"/health/live":
                return self._liveness()
            case b"/health/ready":
                return await self._readiness()
            case b"/metrics":
                await measure_backlog(self.database, Clock().now())
                return 200, CONTENT_TYPE_LATEST, generate_latest()
        return 404, _JSON, b'{"status":"not found"}'

    def _liveness(self) -> Answer:
        """503 names the loop that hangs."""
        work, seconds = self._rounds.longest()
        if seconds > STUCK_AFTER_S:
            return 503, _JSON, msgspec.json.encode({"status": "stuck", "work": work, "seconds": round(seconds)})
        return 200, _JSON, b'{"status":"ok"}'

    async def _readiness(self) -> Answer:
        """In the shape of the readiness of the API."""
        if self.database is not None:
            with suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(PROBE_S), self.database.connection() as connection:
                    await confirm_writes(connection, timeout_s=PROBE_S)
                return 200, _JSON, b'{"status":"ok","degraded":[]}'
        return 503, _JSON, b'{"status":"unavailable","degraded":["database"]}'


def _response(head: bytes, answer: Answer) -> bytes:
    status, content_type, body = answer
    lines = (
        f"HTTP/1.1 {status} {_REASONS[status]}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
        "\r\n",
    )
    return "\r\n".join(lines).encode() + (b"" if head.startswith(b"HEAD ") else body)
