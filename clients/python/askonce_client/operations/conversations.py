"""Operations of `conversations`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class ConversationsOperations(Sender):
    """Operations of `conversations`."""

    def change_conversation(
        self, conversation_id: UUID, body: shapes.ConversationPatch
    ) -> shapes.ChangedConversation | shapes.ConversationReceipt:
        """Resolve or reopen a conversation, or name its subject."""
        return self._send(
            Call[shapes.ChangedConversation | shapes.ConversationReceipt](
                "PATCH",
                f"/v1/conversations/{in_path(conversation_id)}",
                (
                    shapes.ChangedConversation,
                    shapes.ConversationReceipt,
                ),
                body=body,
            )
        )

    def read_conversation(self, conversation_id: UUID) -> shapes.ServedConversation | shapes.ServedConversationView:
        """Where a conversation stands, and who serves the customer in it."""
        return self._send(
            Call[shapes.ServedConversation | shapes.ServedConversationView](
                "GET",
                f"/v1/conversations/{in_path(conversation_id)}",
                (
                    shapes.ServedConversation,
                    shapes.ServedConversationView,
                ),
            )
        )


class AsyncConversationsOperations(AsyncSender):
    """The same, awaited."""

    async def change_conversation(
        self, conversation_id: UUID, body: shapes.ConversationPatch
    ) -> shapes.ChangedConversation | shapes.ConversationReceipt:
        """Resolve or reopen a conversation, or name its subject."""
        return await self._send(
            Call[shapes.ChangedConversation | shapes.ConversationReceipt](
                "PATCH",
                f"/v1/conversations/{in_path(conversation_id)}",
                (
                    shapes.ChangedConversation,
                    shapes.ConversationReceipt,
                ),
                body=body,
            )
        )

    async def read_conversation(
        self, conversation_id: UUID
    ) -> shapes.ServedConversation | shapes.ServedConversationView:
        """Where a conversation stands, and who serves the customer in it."""
        return await self._send(
            Call[shapes.ServedConversation | shapes.ServedConversationView](
                "GET",
                f"/v1/conversations/{in_path(conversation_id)}",
                (
                    shapes.ServedConversation,
                    shapes.ServedConversationView,
                ),
            )
        )
