"""Fields that many published shapes share, each as the API describes it, and JSON that is kept and sent as bytes."""

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


def shown_as(*shapes: type) -> Meta:
    """Describe raw JSON, in `Annotated[Raw, …]`, as one of these shapes.

    The description must hold them: a route that answers one does, or names it in `refers_to`.
    """
    references = [{"$ref": f"#/components/schemas/{shape.__name__}"} for shape in shapes]
    return Meta(extra_json_schema=references[0] if len(references) == 1 else {"anyOf": references})
