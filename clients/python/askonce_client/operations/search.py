"""Operations of `search`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class SearchOperations(Sender):
    """Operations of `search`."""

    def search_customers(self, body: shapes.SearchRequest) -> shapes.SearchAnswer:
        """Find customers by numbers, addresses, names, and words that were said."""
        return self._send(
            Call[shapes.SearchAnswer]("POST", "/v1/search", (shapes.SearchAnswer,), body=body, is_repeatable=True)
        )


class AsyncSearchOperations(AsyncSender):
    """The same, awaited."""

    async def search_customers(self, body: shapes.SearchRequest) -> shapes.SearchAnswer:
        """Find customers by numbers, addresses, names, and words that were said."""
        return await self._send(
            Call[shapes.SearchAnswer]("POST", "/v1/search", (shapes.SearchAnswer,), body=body, is_repeatable=True)
        )
