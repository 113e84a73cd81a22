"""Operations of `email`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class EmailOperations(Sender):
    """Operations of `email`."""

    def issue_email_token(self, body: shapes.MailTokenRequest) -> shapes.MailToken:
        """Headers for a mail to a customer, so that its answer joins the conversation."""
        return self._send(Call[shapes.MailToken]("POST", "/v1/email/tokens", (shapes.MailToken,), body=body))


class AsyncEmailOperations(AsyncSender):
    """The same, awaited."""

    async def issue_email_token(self, body: shapes.MailTokenRequest) -> shapes.MailToken:
        """Headers for a mail to a customer, so that its answer joins the conversation."""
        return await self._send(Call[shapes.MailToken]("POST", "/v1/email/tokens", (shapes.MailToken,), body=body))
