"""Operations of `queues`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from datetime import datetime

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class QueuesOperations(Sender):
    """Operations of `queues`."""

    def list_queues(self, *, limit: int | None = None, after: str | None = None) -> shapes.QueuePage:
        """All queues in the order of their names."""
        return self._send(
            Call[shapes.QueuePage]("GET", "/v1/queues", (shapes.QueuePage,), query={"limit": limit, "after": after})
        )

    def define_queue(self, name: str, body: shapes.QueueInput) -> shapes.Queue:
        """Define a queue with its opening hours, and what happens to what nobody takes."""
        return self._send(Call[shapes.Queue]("PUT", f"/v1/queues/{in_path(name)}", (shapes.Queue,), body=body))

    def read_queue(self, name: str) -> shapes.Queue:
        """A queue."""
        return self._send(Call[shapes.Queue]("GET", f"/v1/queues/{in_path(name)}", (shapes.Queue,)))

    def read_queue_hours(self, name: str, *, at: datetime | None = None) -> shapes.OpenStatus:
        """Whether a queue is open, until when, when it opens next, and why."""
        return self._send(
            Call[shapes.OpenStatus]("GET", f"/v1/queues/{in_path(name)}/hours", (shapes.OpenStatus,), query={"at": at})
        )


class AsyncQueuesOperations(AsyncSender):
    """The same, awaited."""

    async def list_queues(self, *, limit: int | None = None, after: str | None = None) -> shapes.QueuePage:
        """All queues in the order of their names."""
        return await self._send(
            Call[shapes.QueuePage]("GET", "/v1/queues", (shapes.QueuePage,), query={"limit": limit, "after": after})
        )

    async def define_queue(self, name: str, body: shapes.QueueInput) -> shapes.Queue:
        """Define a queue with its opening hours, and what happens to what nobody takes."""
        return await self._send(Call[shapes.Queue]("PUT", f"/v1/queues/{in_path(name)}", (shapes.Queue,), body=body))

    async def read_queue(self, name: str) -> shapes.Queue:
        """A queue."""
        return await self._send(Call[shapes.Queue]("GET", f"/v1/queues/{in_path(name)}", (shapes.Queue,)))

    async def read_queue_hours(self, name: str, *, at: datetime | None = None) -> shapes.OpenStatus:
        """Whether a queue is open, until when, when it opens next, and why."""
        return await self._send(
            Call[shapes.OpenStatus]("GET", f"/v1/queues/{in_path(name)}/hours", (shapes.OpenStatus,), query={"at": at})
        )
