"""Operations of `content`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class ContentOperations(Sender):
    """Operations of `content`."""

    def list_content(
        self,
        *,
        customer: UUID | None = None,
        channel: shapes.Channel | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.ContentPage:
        """What one customer needs here and now; without a customer, all content."""
        return self._send(
            Call[shapes.ContentPage](
                "GET",
                "/v1/content",
                (shapes.ContentPage,),
                query={"customer": customer, "channel": channel, "limit": limit, "after": after},
            )
        )

    def read_content_gaps(
        self, *, from_: datetime | None = None, to: datetime | None = None, segment: str | None = None
    ) -> shapes.GapMap:
        """Questions that no content answers, by phase, segment and subject."""
        return self._send(
            Call[shapes.GapMap](
                "GET", "/v1/content/gaps", (shapes.GapMap,), query={"from": from_, "to": to, "segment": segment}
            )
        )

    def put_content(self, content_id: str, body: shapes.ContentInput) -> shapes.ContentItem:
        """Enter a page or a text that answers questions."""
        return self._send(
            Call[shapes.ContentItem]("PUT", f"/v1/content/{in_path(content_id)}", (shapes.ContentItem,), body=body)
        )

    def read_content(self, content_id: str) -> shapes.ContentItem:
        """A content."""
        return self._send(Call[shapes.ContentItem]("GET", f"/v1/content/{in_path(content_id)}", (shapes.ContentItem,)))

    def delete_content(self, content_id: str) -> None:
        """Forget a content."""
        return self._send(Call[None]("DELETE", f"/v1/content/{in_path(content_id)}", ()))


class AsyncContentOperations(AsyncSender):
    """The same, awaited."""

    async def list_content(
        self,
        *,
        customer: UUID | None = None,
        channel: shapes.Channel | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.ContentPage:
        """What one customer needs here and now; without a customer, all content."""
        return await self._send(
            Call[shapes.ContentPage](
                "GET",
                "/v1/content",
                (shapes.ContentPage,),
                query={"customer": customer, "channel": channel, "limit": limit, "after": after},
            )
        )

    async def read_content_gaps(
        self, *, from_: datetime | None = None, to: datetime | None = None, segment: str | None = None
    ) -> shapes.GapMap:
        """Questions that no content answers, by phase, segment and subject."""
        return await self._send(
            Call[shapes.GapMap](
                "GET", "/v1/content/gaps", (shapes.GapMap,), query={"from": from_, "to": to, "segment": segment}
            )
        )

    async def put_content(self, content_id: str, body: shapes.ContentInput) -> shapes.ContentItem:
        """Enter a page or a text that answers questions."""
        return await self._send(
            Call[shapes.ContentItem]("PUT", f"/v1/content/{in_path(content_id)}", (shapes.ContentItem,), body=body)
        )

    async def read_content(self, content_id: str) -> shapes.ContentItem:
        """A content."""
        return await self._send(
            Call[shapes.ContentItem]("GET", f"/v1/content/{in_path(content_id)}", (shapes.ContentItem,))
        )

    async def delete_content(self, content_id: str) -> None:
        """Forget a content."""
        return await self._send(Call[None]("DELETE", f"/v1/content/{in_path(content_id)}", ()))
