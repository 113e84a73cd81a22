"""The shapes of erasures: what would go, what went, and how far an erasure is."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.model.interaction import Timestamp


class ErasureState(StrEnum):
    """How far an erasure is; each state is left by one step, which can be taken again."""

    ORDERED = "ordered"
    """It is on record that these customers are to be erased."""
    DELETED = "deleted"
    """Their records are deleted, and tombstones keep them from coming back."""
    SEALED = "sealed"
    """Copies, files and caches are cleared too, and the receipt is written."""
    DONE = "done"
    """What was under way at the time has been cleared as well."""


class ErasedRows(Struct, frozen=True, kw_only=True):
    """What an erasure took from one table."""

    table: Annotated[str, Meta(description="Name of the table.")]
    rows: Annotated[int, Meta(description="How many of its rows were deleted, or emptied of the customer.")]
    deleted: Annotated[bool, Meta(description="Whether the rows are gone; else what they held of the customer is.")]
    digest: Annotated[
        str,
        Meta(description="Keyed hash (HMAC-SHA-256, hexadecimal) of what the rows held; empty in a preview."),
    ] = ""


class KeptRows(Struct, frozen=True, kw_only=True):
    """What an erasure leaves in one table, and why."""

    table: Annotated[str, Meta(description="Name of the table.")]
    reason: Annotated[str, Meta(description="Why its rows are kept, a sentence.")]


class Preview(Struct, frozen=True, kw_only=True):
    """What an erasure would take."""

    customer_id: Annotated[UUID, Meta(description="Canonical id of the customer (UUIDv7).")]
    customer_ids: Annotated[tuple[UUID, ...], Meta(description="All ids of the merge set (UUIDv7), the canonical too.")]
    tables: Annotated[
        tuple[ErasedRows, ...], Meta(description="What would go, by table; tables without rows are left out.")
    ]
    kept: Annotated[tuple[KeptRows, ...], Meta(description="What stays, and why.")]
    attachments: Annotated[int, Meta(description="How many attachments of mail would be deleted.")]
    held: Annotated[str | None, Meta(description="Reason of the legal hold that forbids it; null if there is none.")]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(one.rows for one in self.tables)


class ErasureReceipt(Struct, frozen=True, kw_only=True):
    """The proof of an erasure; it holds nothing of the customer but ids that lead to nothing."""

    erasure_id: Annotated[UUID, Meta(description="Id of the erasure (UUIDv7).")]
    customer_ids: Annotated[tuple[UUID, ...], Meta(description="All ids of the merge set that was erased (UUIDv7).")]
    state: Annotated[
        ErasureState,
        Meta(description="`sealed`: erased; `done`: what was under way at that time has been looked for once more."),
    ]
    ordered_by: Annotated[str, Meta(description="Who ordered it.")]
    reason: Annotated[str | None, Meta(description="Why it was ordered; null without a reason.")]
    request_id: Annotated[UUID | None, Meta(description="Id of the customer's request (UUIDv7); null without one.")]
    ordered_at: Annotated[Timestamp, Meta(description="When it was ordered, an RFC 3339 time.")]
    erased_at: Annotated[Timestamp | None, Meta(description="When the records were deleted; null before that.")]
    tables: Annotated[tuple[ErasedRows, ...], Meta(description="What went, by table.")]
    kept: Annotated[tuple[KeptRows, ...], Meta(description="What stays, and why.")]
    attachments: Annotated[int, Meta(description="How many attachments of mail were deleted.")]
    sequence: Annotated[
        int | None, Meta(description="Its place among all receipts, from 1 without a gap; null before.")
    ]
    hash: Annotated[
        str | None,
        Meta(
            description="Keyed hash (HMAC-SHA-256, hexadecimal) of this receipt and the one before it; null before it "
            "is sealed."
        ),
    ]


class ErasureContent(Struct, frozen=True, kw_only=True):
    """What the receipt says was erased, as it is stored and hashed."""

    tables: tuple[ErasedRows, ...] = ()
    attachments: int = 0


class Remains(Struct, frozen=True, kw_only=True):
    """What the last steps of an erasure need, and is forgotten with them."""

    identities: tuple[tuple[str, str], ...] = ()
    """Kind and canonical value of each identity."""
    events: tuple[tuple[UUID, str], ...] = ()
    """Key and source_event_id of the interactions: deliveries are found by them."""
    attachments: tuple[str, ...] = ()
    """References of attachments."""
