"""Operations of `context`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class ContextOperations(Sender):
    """Operations of `context`."""

    def look_up_context(
        self, body: shapes.LookupRequest, *, cache_control: str | None = None, askonce_reason: str | None = None
    ) -> (
        shapes.ConsoleView
        | shapes.BotView
        | shapes.StoreView
        | shapes.PartnerView
        | shapes.SalesView
        | shapes.MarketingView
    ):
        """The context of the customer with this identity, as the caller may see it."""
        return self._send(
            Call[
                shapes.ConsoleView
                | shapes.BotView
                | shapes.StoreView
                | shapes.PartnerView
                | shapes.SalesView
                | shapes.MarketingView
            ](
                "POST",
                "/v1/context/lookup",
                (
                    shapes.ConsoleView,
                    shapes.BotView,
                    shapes.StoreView,
                    shapes.PartnerView,
                    shapes.SalesView,
                    shapes.MarketingView,
                ),
                headers={"Cache-Control": cache_control, "Askonce-Reason": askonce_reason},
                body=body,
                is_repeatable=True,
            )
        )


class AsyncContextOperations(AsyncSender):
    """The same, awaited."""

    async def look_up_context(
        self, body: shapes.LookupRequest, *, cache_control: str | None = None, askonce_reason: str | None = None
    ) -> (
        shapes.ConsoleView
        | shapes.BotView
        | shapes.StoreView
        | shapes.PartnerView
        | shapes.SalesView
        | shapes.MarketingView
    ):
        """The context of the customer with this identity, as the caller may see it."""
        return await self._send(
            Call[
                shapes.ConsoleView
                | shapes.BotView
                | shapes.StoreView
                | shapes.PartnerView
                | shapes.SalesView
                | shapes.MarketingView
            ](
                "POST",
                "/v1/context/lookup",
                (
                    shapes.ConsoleView,
                    shapes.BotView,
                    shapes.StoreView,
                    shapes.PartnerView,
                    shapes.SalesView,
                    shapes.MarketingView,
                ),
                headers={"Cache-Control": cache_control, "Askonce-Reason": askonce_reason},
                body=body,
                is_repeatable=True,
            )
        )
