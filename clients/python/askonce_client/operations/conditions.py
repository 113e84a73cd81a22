"""Operations of `conditions`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class ConditionsOperations(Sender):
    """Operations of `conditions`."""

    def change_condition(self, condition_id: UUID, body: shapes.ConditionPatch) -> shapes.Condition:
        """Change a condition; absent fields stay, null removes an end, a limit or a contract."""
        return self._send(
            Call[shapes.Condition]("PATCH", f"/v1/conditions/{in_path(condition_id)}", (shapes.Condition,), body=body)
        )

    def revoke_condition(self, condition_id: UUID) -> None:
        """Revoke a condition from now on; its history stays."""
        return self._send(Call[None]("DELETE", f"/v1/conditions/{in_path(condition_id)}", ()))

    def redeem_condition(self, condition_id: UUID, body: shapes.RedemptionInput) -> shapes.Redemption:
        """Record a use of the condition, once per receipt."""
        return self._send(
            Call[shapes.Redemption](
                "POST", f"/v1/conditions/{in_path(condition_id)}/redemptions", (shapes.Redemption,), body=body
            )
        )

    def list_redemptions(
        self, condition_id: UUID, *, limit: int | None = None, after: str | None = None
    ) -> shapes.RedemptionPage:
        """The uses of the condition, with the flags of those that tills granted offline."""
        return self._send(
            Call[shapes.RedemptionPage](
                "GET",
                f"/v1/conditions/{in_path(condition_id)}/redemptions",
                (shapes.RedemptionPage,),
                query={"limit": limit, "after": after},
            )
        )

    def void_redemption(self, condition_id: UUID, receipt: str) -> None:
        """Void the redemption with this receipt: its use is free again."""
        return self._send(
            Call[None]("DELETE", f"/v1/conditions/{in_path(condition_id)}/redemptions/{in_path(receipt)}", ())
        )


class AsyncConditionsOperations(AsyncSender):
    """The same, awaited."""

    async def change_condition(self, condition_id: UUID, body: shapes.ConditionPatch) -> shapes.Condition:
        """Change a condition; absent fields stay, null removes an end, a limit or a contract."""
        return await self._send(
            Call[shapes.Condition]("PATCH", f"/v1/conditions/{in_path(condition_id)}", (shapes.Condition,), body=body)
        )

    async def revoke_condition(self, condition_id: UUID) -> None:
        """Revoke a condition from now on; its history stays."""
        return await self._send(Call[None]("DELETE", f"/v1/conditions/{in_path(condition_id)}", ()))

    async def redeem_condition(self, condition_id: UUID, body: shapes.RedemptionInput) -> shapes.Redemption:
        """Record a use of the condition, once per receipt."""
        return await self._send(
            Call[shapes.Redemption](
                "POST", f"/v1/conditions/{in_path(condition_id)}/redemptions", (shapes.Redemption,), body=body
            )
        )

    async def list_redemptions(
        self, condition_id: UUID, *, limit: int | None = None, after: str | None = None
    ) -> shapes.RedemptionPage:
        """The uses of the condition, with the flags of those that tills granted offline."""
        return await self._send(
            Call[shapes.RedemptionPage](
                "GET",
                f"/v1/conditions/{in_path(condition_id)}/redemptions",
                (shapes.RedemptionPage,),
                query={"limit": limit, "after": after},
            )
        )

    async def void_redemption(self, condition_id: UUID, receipt: str) -> None:
        """Void the redemption with this receipt: its use is free again."""
        return await self._send(
            Call[None]("DELETE", f"/v1/conditions/{in_path(condition_id)}/redemptions/{in_path(receipt)}", ())
        )
