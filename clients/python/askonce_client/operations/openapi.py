"""Operations of `openapi`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from typing import Any

from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class OpenapiOperations(Sender):
    """Operations of `openapi`."""

    def read_api_description(self) -> dict[str, Any]:
        """This API as an OpenAPI 3.1 document."""
        return self._send(Call[dict[str, Any]]("GET", "/openapi.json", (dict[str, Any],)))


class AsyncOpenapiOperations(AsyncSender):
    """The same, awaited."""

    async def read_api_description(self) -> dict[str, Any]:
        """This API as an OpenAPI 3.1 document."""
        return await self._send(Call[dict[str, Any]]("GET", "/openapi.json", (dict[str, Any],)))
