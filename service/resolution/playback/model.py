"""What sources are told of golden records."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.model.fields import ContextVersion, CustomerId
from service.model.interaction import Timestamp

EVENT_TYPE = "askonce.customer.golden_record_changed"


class GoldenRecordChanged(Struct, frozen=True, kw_only=True):
    """What a source is told: which of its records to read anew; nothing personal."""

    source: Annotated[str, Meta(description="The source that is told.")]
    external_ids: Annotated[list[str], Meta(description="Its records of this customer that have something to learn.")]
    customer_id: CustomerId
    version: ContextVersion
    sequence: Annotated[int, Meta(description="Place of the newest of these changes in the feed of the source.")]


class GoldenRecordEnvelope(Struct, frozen=True, kw_only=True):
    """The envelope of CloudEvents 1.0 in structured mode."""

    specversion: str = "1.0"
    id: str
    source: str
    type: str = EVENT_TYPE
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    data: GoldenRecordChanged


class GoldenChange(Struct, frozen=True, kw_only=True):
    """A record of a source that has something to learn from the golden record."""

    external_id: Annotated[str, Meta(description="Id of the record in its source.")]
    customer_id: Annotated[UUID, Meta(description="Canonical id of the customer (UUIDv7).")]
    sequence: Annotated[
        int, Meta(description="Place in the feed: ask for what comes `after` the last one that you have taken.")
    ]
    changed_at: Annotated[Timestamp, Meta(description="When the golden record became another, an RFC 3339 time.")]
    fields: Annotated[list[str], Meta(description="The fields that the record states otherwise, or not at all.")]


class PlaybackState(Struct, frozen=True, kw_only=True):
    """How far a source was told."""

    source: str
    told: int
    """Records that a message has arrived for."""
    waiting: int
    failed: int
    """Records whose last message failed, waiting ones among them."""
    untold: int
    """Records that no message was sent for: the source has no webhook, or it was given up."""
    failures: list[str]
    """Why messages failed, each once."""
