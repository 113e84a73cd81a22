"""Operations of `schemas`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from typing import Any

from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class SchemasOperations(Sender):
    """Operations of `schemas`."""

    def read_export_schema(self) -> dict[str, Any]:
        """The JSON schema of exports."""
        return self._send(Call[dict[str, Any]]("GET", "/schemas/customer-export.json", (dict[str, Any],)))


class AsyncSchemasOperations(AsyncSender):
    """The same, awaited."""

    async def read_export_schema(self) -> dict[str, Any]:
        """The JSON schema of exports."""
        return await self._send(Call[dict[str, Any]]("GET", "/schemas/customer-export.json", (dict[str, Any],)))
