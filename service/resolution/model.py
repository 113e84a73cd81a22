"""Shapes of what a merge, or undoing one, will change."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.identity.golden.model import GoldenRecord, Value
from service.model.interaction import Timestamp
from service.model.vocabulary import CallbackState, ConditionKind, HandoffState


class MergeConflict(Struct, frozen=True, kw_only=True):
    """What two customers say differently of a field of which a person has one value."""

    field: Annotated[
        str,
        Meta(
            description="A field of the golden record, or the kind of an identity of which a customer has one, such as "
            "`customer_number`, `loyalty_card:GOLD` or `external:crm`."
        ),
    ]
    here: Annotated[list[Value], Meta(description="Values of the customer of the path.")]
    there: Annotated[list[Value], Meta(description="Values of the other customer.")]
    exclusive: Annotated[
        bool, Meta(description="True for identities of which a customer has one: no rule merges such two customers.")
    ]


class ToldRecord(Struct, frozen=True, order=True, kw_only=True):
    """A record of a source that hears of a changed golden record."""

    source: Annotated[str, Meta(description="The source that states the record.")]
    external_id: Annotated[str, Meta(description="Id of the record in the source.")]


class GoldenEffect(Struct, frozen=True, kw_only=True):
    """The golden record of a customer, as it is and as it will be."""

    before: Annotated[GoldenRecord, Meta(description="The golden record of the customer of the path, as it is now.")]
    after: Annotated[GoldenRecord, Meta(description="The golden record of the same customer, as it will be.")]
    other: Annotated[
        GoldenRecord,
        Meta(description="The golden record of the other customer by itself: as it is, or will be after an unmerge."),
    ]


class ConcernedHandoff(Struct, frozen=True, kw_only=True):
    """An open handoff of one of the two customers."""

    id: Annotated[UUID, Meta(description="Id of the handoff (UUIDv7).")]
    customer_id: Annotated[UUID, Meta(description="The one of the two that it stays with if the merge is undone.")]
    queue: Annotated[str | None, Meta(description="The queue that it is offered to; null without one.")]
    state: Annotated[HandoffState, Meta(description="How far it is.")]


class ConcernedCallback(Struct, frozen=True, kw_only=True):
    """An open callback of one of the two customers."""

    id: Annotated[UUID, Meta(description="Id of the callback (UUIDv7).")]
    customer_id: Annotated[UUID, Meta(description="The one of the two that it stays with if the merge is undone.")]
    queue: Annotated[str, Meta(description="The queue that will call.")]
    state: Annotated[CallbackState, Meta(description="How far it is.")]


class ConcernedCondition(Struct, frozen=True, kw_only=True):
    """A condition in force that holds for both customers while they are merged."""

    id: Annotated[UUID, Meta(description="Id of the condition (UUIDv7).")]
    customer_id: Annotated[
        UUID, Meta(description="The one of the two that it was granted; the other has it by a merge.")
    ]
    title: Annotated[str, Meta(description="What was granted, in words.")]
    kind: Annotated[ConditionKind, Meta(description="The kind of condition, such as `discount`.")]
    valid_until: Annotated[Timestamp | None, Meta(description="When it ends, an RFC 3339 time; null for no end.")]


class MergeEffect(Struct, frozen=True, kw_only=True):
    """What a merge or its undoing will change."""

    golden: Annotated[GoldenEffect, Meta(description="The golden records before and after.")]
    conflicts: Annotated[
        list[MergeConflict], Meta(description="In what the two disagree; empty if nothing speaks against one person.")
    ]
    handoffs: Annotated[
        list[ConcernedHandoff], Meta(description="Up to 200 open handoffs of the two, the oldest first.")
    ]
    callbacks: Annotated[
        list[ConcernedCallback], Meta(description="Up to 200 open callbacks of the two, the oldest first.")
    ]
    conditions: Annotated[
        list[ConcernedCondition],
        Meta(description="Up to 200 conditions in force of the two, which each of them has while they are one."),
    ]
    sources_told: Annotated[
        list[ToldRecord],
        Meta(description="Records of sources that will hear of another golden record than they state themselves."),
    ]
