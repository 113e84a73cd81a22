"""Operations of `screenpop`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class ScreenpopOperations(Sender):
    """Operations of `screenpop`."""

    def read_screen_pop(self, *, call_ref: str, source: str | None = None) -> shapes.ScreenPop:
        """A call that rings, goes on or has just ended, with its customer's context."""
        return self._send(
            Call[shapes.ScreenPop](
                "GET", "/v1/screenpop", (shapes.ScreenPop,), query={"call_ref": call_ref, "source": source}
            )
        )


class AsyncScreenpopOperations(AsyncSender):
    """The same, awaited."""

    async def read_screen_pop(self, *, call_ref: str, source: str | None = None) -> shapes.ScreenPop:
        """A call that rings, goes on or has just ended, with its customer's context."""
        return await self._send(
            Call[shapes.ScreenPop](
                "GET", "/v1/screenpop", (shapes.ScreenPop,), query={"call_ref": call_ref, "source": source}
            )
        )
