"""Operations of `quality`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class QualityOperations(Sender):
    """Operations of `quality`."""

    def read_quality(self, *, source: str | None = None, field: str | None = None) -> shapes.QualityReport:
        """What is thought of the values of each source, the worst first."""
        return self._send(
            Call[shapes.QualityReport](
                "GET", "/v1/quality", (shapes.QualityReport,), query={"source": source, "field": field}
            )
        )


class AsyncQualityOperations(AsyncSender):
    """The same, awaited."""

    async def read_quality(self, *, source: str | None = None, field: str | None = None) -> shapes.QualityReport:
        """What is thought of the values of each source, the worst first."""
        return await self._send(
            Call[shapes.QualityReport](
                "GET", "/v1/quality", (shapes.QualityReport,), query={"source": source, "field": field}
            )
        )
