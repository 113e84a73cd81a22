"""Operations of `health`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class HealthOperations(Sender):
    """Operations of `health`."""

    def read_liveness(self) -> shapes.Liveness:
        """Whether the process answers."""
        return self._send(Call[shapes.Liveness]("GET", "/health/live", (shapes.Liveness,)))

    def read_readiness(self) -> shapes.Readiness:
        """Whether requests can be served: 503 only without a PostgreSQL that stores what it is told."""
        return self._send(Call[shapes.Readiness]("GET", "/health/ready", (shapes.Readiness,)))


class AsyncHealthOperations(AsyncSender):
    """The same, awaited."""

    async def read_liveness(self) -> shapes.Liveness:
        """Whether the process answers."""
        return await self._send(Call[shapes.Liveness]("GET", "/health/live", (shapes.Liveness,)))

    async def read_readiness(self) -> shapes.Readiness:
        """Whether requests can be served: 503 only without a PostgreSQL that stores what it is told."""
        return await self._send(Call[shapes.Readiness]("GET", "/health/ready", (shapes.Readiness,)))
