"""Operations of `settings`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class SettingsOperations(Sender):
    """Operations of `settings`."""

    def read_merging_settings(self) -> shapes.MergingSettings:
        """What a worker merges without a person."""
        return self._send(Call[shapes.MergingSettings]("GET", "/v1/settings/merging", (shapes.MergingSettings,)))

    def write_merging_settings(self, body: shapes.MergingSettings) -> shapes.MergingSettings:
        """Set what a worker merges without a person."""
        return self._send(
            Call[shapes.MergingSettings]("PUT", "/v1/settings/merging", (shapes.MergingSettings,), body=body)
        )

    def read_survivorship(self) -> dict[str, shapes.FieldRule]:
        """How golden records are decided."""
        return self._send(
            Call[dict[str, shapes.FieldRule]]("GET", "/v1/settings/survivorship", (dict[str, shapes.FieldRule],))
        )

    def replace_survivorship(self, body: dict[str, shapes.FieldRule]) -> dict[str, shapes.FieldRule]:
        """Set how golden records are decided."""
        return self._send(
            Call[dict[str, shapes.FieldRule]](
                "PUT", "/v1/settings/survivorship", (dict[str, shapes.FieldRule],), body=body
            )
        )


class AsyncSettingsOperations(AsyncSender):
    """The same, awaited."""

    async def read_merging_settings(self) -> shapes.MergingSettings:
        """What a worker merges without a person."""
        return await self._send(Call[shapes.MergingSettings]("GET", "/v1/settings/merging", (shapes.MergingSettings,)))

    async def write_merging_settings(self, body: shapes.MergingSettings) -> shapes.MergingSettings:
        """Set what a worker merges without a person."""
        return await self._send(
            Call[shapes.MergingSettings]("PUT", "/v1/settings/merging", (shapes.MergingSettings,), body=body)
        )

    async def read_survivorship(self) -> dict[str, shapes.FieldRule]:
        """How golden records are decided."""
        return await self._send(
            Call[dict[str, shapes.FieldRule]]("GET", "/v1/settings/survivorship", (dict[str, shapes.FieldRule],))
        )

    async def replace_survivorship(self, body: dict[str, shapes.FieldRule]) -> dict[str, shapes.FieldRule]:
        """Set how golden records are decided."""
        return await self._send(
            Call[dict[str, shapes.FieldRule]](
                "PUT", "/v1/settings/survivorship", (dict[str, shapes.FieldRule],), body=body
            )
        )
