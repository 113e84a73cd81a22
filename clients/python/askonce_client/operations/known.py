"""Operations of `known`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class KnownOperations(Sender):
    """Operations of `known`."""

    def ask_known_facts(self, body: shapes.AskRequest, *, askonce_reason: str | None = None) -> shapes.AskAnswer:
        """Which facts need not be asked, and which must."""
        return self._send(
            Call[shapes.AskAnswer](
                "POST", "/v1/known/ask", (shapes.AskAnswer,), headers={"Askonce-Reason": askonce_reason}, body=body
            )
        )


class AsyncKnownOperations(AsyncSender):
    """The same, awaited."""

    async def ask_known_facts(self, body: shapes.AskRequest, *, askonce_reason: str | None = None) -> shapes.AskAnswer:
        """Which facts need not be asked, and which must."""
        return await self._send(
            Call[shapes.AskAnswer](
                "POST", "/v1/known/ask", (shapes.AskAnswer,), headers={"Askonce-Reason": askonce_reason}, body=body
            )
        )
