"""Operations of `store`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class StoreOperations(Sender):
    """Operations of `store`."""

    def confirm_candidate(self, body: shapes.Confirmation) -> shapes.TillMatch:
        """Confirm a candidate by one answer of the customer."""
        return self._send(Call[shapes.TillMatch]("POST", "/v1/store/confirm", (shapes.TillMatch,), body=body))

    def look_up_customer(self, body: shapes.StoreLookup) -> shapes.TillMatch | shapes.TillCandidates:
        """Who stands at the till, with the conditions in force there; by a name, masked candidates."""
        return self._send(
            Call[shapes.TillMatch | shapes.TillCandidates](
                "POST",
                "/v1/store/lookup",
                (
                    shapes.TillMatch,
                    shapes.TillCandidates,
                ),
                body=body,
            )
        )

    def read_offline_snapshot(self, *, store: str | None = None) -> shapes.Snapshot:
        """A signed snapshot of the conditions in force in the store for 24 hours, for a till that is cut off."""
        return self._send(Call[shapes.Snapshot]("GET", "/v1/store/offline", (shapes.Snapshot,), query={"store": store}))


class AsyncStoreOperations(AsyncSender):
    """The same, awaited."""

    async def confirm_candidate(self, body: shapes.Confirmation) -> shapes.TillMatch:
        """Confirm a candidate by one answer of the customer."""
        return await self._send(Call[shapes.TillMatch]("POST", "/v1/store/confirm", (shapes.TillMatch,), body=body))

    async def look_up_customer(self, body: shapes.StoreLookup) -> shapes.TillMatch | shapes.TillCandidates:
        """Who stands at the till, with the conditions in force there; by a name, masked candidates."""
        return await self._send(
            Call[shapes.TillMatch | shapes.TillCandidates](
                "POST",
                "/v1/store/lookup",
                (
                    shapes.TillMatch,
                    shapes.TillCandidates,
                ),
                body=body,
            )
        )

    async def read_offline_snapshot(self, *, store: str | None = None) -> shapes.Snapshot:
        """A signed snapshot of the conditions in force in the store for 24 hours, for a till that is cut off."""
        return await self._send(
            Call[shapes.Snapshot]("GET", "/v1/store/offline", (shapes.Snapshot,), query={"store": store})
        )
