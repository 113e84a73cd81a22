"""Operations of `problems`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class ProblemsOperations(Sender):
    """Operations of `problems`."""

    def show_problem(self, slug: str) -> str:
        """What a problem means and what to do."""
        return self._send(Call[str]("GET", f"/problems/{in_path(slug)}", (str,)))


class AsyncProblemsOperations(AsyncSender):
    """The same, awaited."""

    async def show_problem(self, slug: str) -> str:
        """What a problem means and what to do."""
        return await self._send(Call[str]("GET", f"/problems/{in_path(slug)}", (str,)))
