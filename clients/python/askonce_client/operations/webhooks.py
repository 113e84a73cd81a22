"""Operations of `webhooks`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class WebhooksOperations(Sender):
    """Operations of `webhooks`."""

    def list_webhooks(self, *, limit: int | None = None, after: str | None = None) -> shapes.WebhookPage:
        """The webhooks, with how many deliveries wait and were given up."""
        return self._send(
            Call[shapes.WebhookPage](
                "GET", "/v1/webhooks", (shapes.WebhookPage,), query={"limit": limit, "after": after}
            )
        )

    def put_webhook(self, name: str, body: shapes.WebhookRequest) -> shapes.StoredWebhook:
        """Store a webhook, enabled; the answer that creates it shows its secret, once."""
        return self._send(
            Call[shapes.StoredWebhook]("PUT", f"/v1/webhooks/{in_path(name)}", (shapes.StoredWebhook,), body=body)
        )

    def delete_webhook(self, name: str) -> None:
        """Forget a webhook and everything on its way there."""
        return self._send(Call[None]("DELETE", f"/v1/webhooks/{in_path(name)}", ()))

    def list_webhook_deliveries(
        self,
        name: str,
        *,
        state: shapes.DeliveryState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.WebhookDeliveryPage:
        """What did not arrive at a webhook: given up, or waiting to be tried again."""
        return self._send(
            Call[shapes.WebhookDeliveryPage](
                "GET",
                f"/v1/webhooks/{in_path(name)}/deliveries",
                (shapes.WebhookDeliveryPage,),
                query={"state": state, "limit": limit, "after": after},
            )
        )

    def pause_webhook(self, name: str) -> shapes.Webhook:
        """Let a webhook wait: nothing is sent, and nothing is lost."""
        return self._send(Call[shapes.Webhook]("POST", f"/v1/webhooks/{in_path(name)}/pause", (shapes.Webhook,)))

    def replay_webhook_deliveries(self, name: str, body: shapes.ReplayRequest) -> shapes.ReplayAnswer:
        """Try what was given up again, the oldest 10,000 first."""
        return self._send(
            Call[shapes.ReplayAnswer]("POST", f"/v1/webhooks/{in_path(name)}/replay", (shapes.ReplayAnswer,), body=body)
        )

    def resume_webhook(self, name: str) -> shapes.Webhook:
        """Let a paused webhook go on, with what waited."""
        return self._send(Call[shapes.Webhook]("POST", f"/v1/webhooks/{in_path(name)}/resume", (shapes.Webhook,)))

    def rotate_webhook_secret(self, name: str) -> shapes.StoredWebhook:
        """A new secret; the one of before signs beside it for a day."""
        return self._send(
            Call[shapes.StoredWebhook]("POST", f"/v1/webhooks/{in_path(name)}/rotate", (shapes.StoredWebhook,))
        )


class AsyncWebhooksOperations(AsyncSender):
    """The same, awaited."""

    async def list_webhooks(self, *, limit: int | None = None, after: str | None = None) -> shapes.WebhookPage:
        """The webhooks, with how many deliveries wait and were given up."""
        return await self._send(
            Call[shapes.WebhookPage](
                "GET", "/v1/webhooks", (shapes.WebhookPage,), query={"limit": limit, "after": after}
            )
        )

    async def put_webhook(self, name: str, body: shapes.WebhookRequest) -> shapes.StoredWebhook:
        """Store a webhook, enabled; the answer that creates it shows its secret, once."""
        return await self._send(
            Call[shapes.StoredWebhook]("PUT", f"/v1/webhooks/{in_path(name)}", (shapes.StoredWebhook,), body=body)
        )

    async def delete_webhook(self, name: str) -> None:
        """Forget a webhook and everything on its way there."""
        return await self._send(Call[None]("DELETE", f"/v1/webhooks/{in_path(name)}", ()))

    async def list_webhook_deliveries(
        self,
        name: str,
        *,
        state: shapes.DeliveryState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.WebhookDeliveryPage:
        """What did not arrive at a webhook: given up, or waiting to be tried again."""
        return await self._send(
            Call[shapes.WebhookDeliveryPage](
                "GET",
                f"/v1/webhooks/{in_path(name)}/deliveries",
                (shapes.WebhookDeliveryPage,),
                query={"state": state, "limit": limit, "after": after},
            )
        )

    async def pause_webhook(self, name: str) -> shapes.Webhook:
        """Let a webhook wait: nothing is sent, and nothing is lost."""
        return await self._send(Call[shapes.Webhook]("POST", f"/v1/webhooks/{in_path(name)}/pause", (shapes.Webhook,)))

    async def replay_webhook_deliveries(self, name: str, body: shapes.ReplayRequest) -> shapes.ReplayAnswer:
        """Try what was given up again, the oldest 10,000 first."""
        return await self._send(
            Call[shapes.ReplayAnswer]("POST", f"/v1/webhooks/{in_path(name)}/replay", (shapes.ReplayAnswer,), body=body)
        )

    async def resume_webhook(self, name: str) -> shapes.Webhook:
        """Let a paused webhook go on, with what waited."""
        return await self._send(Call[shapes.Webhook]("POST", f"/v1/webhooks/{in_path(name)}/resume", (shapes.Webhook,)))

    async def rotate_webhook_secret(self, name: str) -> shapes.StoredWebhook:
        """A new secret; the one of before signs beside it for a day."""
        return await self._send(
            Call[shapes.StoredWebhook]("POST", f"/v1/webhooks/{in_path(name)}/rotate", (shapes.StoredWebhook,))
        )
