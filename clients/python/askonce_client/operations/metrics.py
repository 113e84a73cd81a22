"""Operations of `metrics`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class MetricsOperations(Sender):
    """Operations of `metrics`."""

    def show_metrics(self) -> str:
        """Metrics for Prometheus; keep it behind the proxy."""
        return self._send(Call[str]("GET", "/metrics", (str,)))


class AsyncMetricsOperations(AsyncSender):
    """The same, awaited."""

    async def show_metrics(self) -> str:
        """Metrics for Prometheus; keep it behind the proxy."""
        return await self._send(Call[str]("GET", "/metrics", (str,)))
