"""Operations of `docs`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class DocsOperations(Sender):
    """Operations of `docs`."""

    def show_api_page(self) -> str:
        """This API as a page to read."""
        return self._send(Call[str]("GET", "/docs", (str,)))

    def show_page_style(self) -> str:
        """The style of the pages."""
        return self._send(Call[str]("GET", "/docs/page.css", (str,)))


class AsyncDocsOperations(AsyncSender):
    """The same, awaited."""

    async def show_api_page(self) -> str:
        """This API as a page to read."""
        return await self._send(Call[str]("GET", "/docs", (str,)))

    async def show_page_style(self) -> str:
        """The style of the pages."""
        return await self._send(Call[str]("GET", "/docs/page.css", (str,)))
