"""Fields that many published shapes share, each with the description that the API publishes."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

CustomerId = Annotated[UUID, Meta(description="Canonical id of the customer (UUIDv7); after a merge, the survivor's.")]
ConversationId = Annotated[UUID, Meta(description="Canonical id of the conversation (UUIDv7).")]
InteractionId = Annotated[UUID, Meta(description="Canonical id of the interaction (UUIDv7).")]
ContextVersion = Annotated[int, Meta(description="Version of the customer's context; it grows with every change.")]
NextCursor = Annotated[
    str | None, Meta(description="Value of `after` that gives the page behind this one; null on the last page.")
]
