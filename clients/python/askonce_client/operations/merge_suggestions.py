"""Operations of `merge_suggestions`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class MergeSuggestionsOperations(Sender):
    """Operations of `merge_suggestions`."""

    def list_suggested_pairs(self, *, limit: int | None = None, after: str | None = None) -> shapes.SuggestedPairPage:
        """All pairs of customers that may be one person, the newest first."""
        return self._send(
            Call[shapes.SuggestedPairPage](
                "GET", "/v1/merge-suggestions", (shapes.SuggestedPairPage,), query={"limit": limit, "after": after}
            )
        )


class AsyncMergeSuggestionsOperations(AsyncSender):
    """The same, awaited."""

    async def list_suggested_pairs(
        self, *, limit: int | None = None, after: str | None = None
    ) -> shapes.SuggestedPairPage:
        """All pairs of customers that may be one person, the newest first."""
        return await self._send(
            Call[shapes.SuggestedPairPage](
                "GET", "/v1/merge-suggestions", (shapes.SuggestedPairPage,), query={"limit": limit, "after": after}
            )
        )
