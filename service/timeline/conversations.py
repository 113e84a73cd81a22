"""Conversations as people settle them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from service.db.change import RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import ConversationUnknown
from service.model.fields import ConversationId, CustomerId
from service.model.interaction import RequestShape, Timestamp
from service.model.vocabulary import Channel, ConversationStatus
from service.timeline.model import subject_key

SQL = Statements("service.timeline", "conversations")


class ConversationPatch(RequestShape, frozen=True):
    """What to change; what is absent stays."""

    status: Annotated[
        ConversationStatus | UnsetType,
        Meta(description="Where the matter stands from now on; absent leaves it as it is."),
    ] = UNSET
    subject: Annotated[
        Annotated[str, Meta(min_length=1, max_length=500)] | UnsetType,
        Meta(description="What the matter is about, in words; absent leaves it as it is."),
    ] = UNSET
    callback: Annotated[
        Literal["cancel", "keep"] | UnsetType,
        Meta(
            description="What becomes of an open callback when the conversation is resolved: `keep` it, or `cancel` "
            "it, which is the default; only with `status` `resolved`."
        ),
    ] = UNSET

    def __post_init__(self) -> None:
        """ValueError if `callback` comes without the resolution that it is about."""
        if self.callback is not UNSET and self.status is not ConversationStatus.RESOLVED:
            raise ValueError("Expected `callback` together with `status` `resolved`")

    def fields(self) -> tuple[str, ...]:
        """The names of what is to change."""
        return tuple(name for name in ("status", "subject") if getattr(self, name) is not UNSET)


class ConversationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation's own record."""

    id: ConversationId
    customer_id: CustomerId
    source: Annotated[str, Meta(description="The system that registered the first interaction of the conversation.")]
    ref: Annotated[str | None, Meta(description="The source's own name of the matter; null when it gave none.")]
    subject: Annotated[
        str | None, Meta(description="What the matter is about, in words; null when no channel has said it.")
    ]
    status: Annotated[
        ConversationStatus,
        Meta(description="`open` and `pending` matters are unresolved; `pending` ones wait for an answer."),
    ]
    channels: Annotated[tuple[Channel, ...], Meta(description="Every channel on which the conversation took place.")]
    opened_at: Annotated[Timestamp, Meta(description="When its first interaction happened, an RFC 3339 time.")]
    last_at: Annotated[Timestamp, Meta(description="When its latest interaction happened, an RFC 3339 time.")]
    resolved_at: Annotated[
        Timestamp | None, Meta(description="When it was resolved, an RFC 3339 time; null while it is unresolved.")
    ]
    interactions: Annotated[int, Meta(description="How many interactions the conversation has.")]


async def read_conversation(connection: Connection, conversation_id: UUID) -> ConversationAnswer:
    """This conversation; `customer_id` is the survivor if its customer was merged. ConversationUnknown if absent."""
    row = await connection.fetchrow(SQL.read_conversation, conversation_id)
    if row is None:
        raise ConversationUnknown
    return msgspec.convert(dict(row), ConversationAnswer)


async def change_conversation(
    connection: Connection, conversation_id: UUID, patch: ConversationPatch, *, now: datetime, key_id: UUID
) -> RecordedChange:
    """Change what the patch names; resolving remembers when, so that the customer's coming back can reopen it."""
    owner_id = await connection.fetchval(SQL.find_conversation_owner, conversation_id)
    if owner_id is None:
        raise ConversationUnknown
    locked = await lock_customer(connection, owner_id)
    fields = patch.fields()
    if not fields:
        return RecordedChange(customer_id=locked.customer_id, version=locked.version)
    subject = patch.subject or None
    await connection.execute(
        SQL.change_conversation, conversation_id, fields, patch.status or None, subject, subject_key(subject), now
    )
    return await record_change(
        connection,
        locked,
        now=now,
        key_id=key_id,
        action="conversation.changed",
        fields=fields,
        subject_id=conversation_id,
    )
