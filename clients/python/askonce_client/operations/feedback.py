"""Operations of `feedback`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from datetime import datetime

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class FeedbackOperations(Sender):
    """Operations of `feedback`."""

    def read_feedback(
        self, *, by: shapes.FeedbackBy | None = None, from_: datetime | None = None, to: datetime | None = None
    ) -> shapes.Feedback:
        """Satisfaction, recommendation and effort of a period."""
        return self._send(
            Call[shapes.Feedback]("GET", "/v1/feedback", (shapes.Feedback,), query={"by": by, "from": from_, "to": to})
        )


class AsyncFeedbackOperations(AsyncSender):
    """The same, awaited."""

    async def read_feedback(
        self, *, by: shapes.FeedbackBy | None = None, from_: datetime | None = None, to: datetime | None = None
    ) -> shapes.Feedback:
        """Satisfaction, recommendation and effort of a period."""
        return await self._send(
            Call[shapes.Feedback]("GET", "/v1/feedback", (shapes.Feedback,), query={"by": by, "from": from_, "to": to})
        )
