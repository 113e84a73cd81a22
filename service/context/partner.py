"""What a partner's desk sees, only while a handoff or callback of its queue entitles it: that matter, and no person.

A partner that calls back gets the number with its claim; here it is masked.
"""

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from service.context.content import Context, ContextConversation, ContextReason, ContextTarget
from service.context.disclosure import (
    STANDARD_CONTACT_FACTS,
    ContactFacts,
    ViewPart,
    VisibleCondition,
    VisibleFact,
    masked_facts,
    masked_values,
)
from service.context.handed_over import ENTITLEMENT_DURATION
from service.context.records import RecordsQuery
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown
from service.model.interaction import Timestamp
from service.model.names import masked_phone
from service.model.vocabulary import Audience, CallbackState, HandoffState, IdentityKind

SQL = Statements("service.context", "partner")

Part = TypeVar("Part")


class PartnerCustomer(ViewPart, frozen=True):
    """The customer as a partner sees them."""

    id: Annotated[UUID, Meta(description="The customer's id; of merged customers that of the survivor.")]
    language: Annotated[str | None, Meta(description="The preferred language, a BCP 47 tag; null if unknown.")]
    phone: Annotated[
        str | None,
        Meta(
            description="The customer's number, masked but for its beginning and its last two digits; null if unknown."
        ),
    ]


class PartnerHandoff(ViewPart, frozen=True):
    """An open handoff of the partner's queue."""

    id: Annotated[UUID, Meta(description="The handoff's id.")]
    state: Annotated[HandoffState, Meta(description="Where the handoff stands.")]
    conversation_id: Annotated[UUID, Meta(description="The conversation that is handed over.")]
    to: Annotated[ContextTarget, Meta(description="The queue and agent that the last offer names.")]
    reason: Annotated[ContextReason, Meta(description="Why the conversation changes hands.")]
    priority: Annotated[int, Meta(description="Its rank in the queue: the higher number is served first.")]
    created_at: Annotated[Timestamp, Meta(description="When the handoff was created.")]
    deadline: Annotated[
        Timestamp | None, Meta(description="When the present offer lapses; null if no offer is running.")
    ]
    taken_by: Annotated[str | None, Meta(description="The desk that accepted; null as long as none has.")]


class PartnerCallback(ViewPart, frozen=True):
    """An open callback of the partner's queue."""

    id: Annotated[UUID, Meta(description="The callback's id.")]
    state: Annotated[CallbackState, Meta(description="Where the callback stands.")]
    conversation_id: Annotated[
        UUID | None, Meta(description="The conversation that the call is about; null if it belongs to none.")
    ]
    reason: Annotated[str, Meta(description="What the call is about, in words.")]
    promised_from: Annotated[Timestamp, Meta(description="The start of the window that the customer was promised.")]
    promised_to: Annotated[Timestamp, Meta(description="The end of that window.")]
    due_at: Annotated[Timestamp, Meta(description="When the next call is due.")]
    attempts: Annotated[int, Meta(description="How many calls were made so far.")]
    kept: Annotated[
        bool | None,
        Meta(description="Whether a call was made within the promised window; null as long as that is open."),
    ]
    priority: Annotated[int, Meta(description="Its rank in the queue: the higher number is called first.")]


class PartnerView(ViewPart, frozen=True):
    """The matter that the partner's queue was handed, and what need not be asked again."""

    schema: Annotated[int, Meta(description="The number of the view's shape; it rises when the shape changes.")]
    version: Annotated[
        int, Meta(description="The version of the customer that the view shows; every recorded change raises it.")
    ]
    as_of: Annotated[Timestamp, Meta(description="The moment for which the view was computed.")]
    customer: Annotated[PartnerCustomer, Meta(description="The customer, as this audience may see them.")]
    conditions: Annotated[
        tuple[VisibleCondition, ...],
        Meta(description="The conditions in force that this audience may see, the highest priority first."),
    ]
    known: Annotated[
        dict[str, VisibleFact],
        Meta(description="What need not be asked again: the newest value of each fact, or that it is withheld."),
    ]
    conversations: Annotated[
        tuple[ContextConversation, ...], Meta(description="The conversations that the partner's queue was handed.")
    ]
    handoffs: Annotated[
        tuple[PartnerHandoff, ...], Meta(description="The open handoffs of the partner's queue, the oldest first.")
    ]
    callbacks: Annotated[
        tuple[PartnerCallback, ...],
        Meta(description="The callbacks of the partner's queue that are not over, the earliest promise first."),
    ]


def partner_view(context: Context, queue: str, contact_facts: ContactFacts = STANDARD_CONTACT_FACTS) -> PartnerView:
    """The context as the partner of this queue sees it. CustomerUnknown if nothing entitles that partner.

    Contact facts are those that were said in the conversations that the queue was handed; numbers are masked.
    """
    entitlement = next((one for one in context.entitlements if one.queue == queue), None)
    if entitlement is None:
        raise CustomerUnknown
    handed = tuple(one for one in context.conversations if one.id in entitlement.conversation_ids)
    said = {name: value for one in reversed(handed) for name, value in one.facts.items()}
    phone = next((one.value for one in context.identities if one.kind is IdentityKind.PHONE), None)
    return PartnerView(
        schema=context.schema,
        version=context.version,
        as_of=context.as_of,
        customer=PartnerCustomer(
            id=context.customer.id, language=context.customer.language, phone=phone and masked_phone(phone)
        ),
        conditions=_convert(
            tuple(one for one in context.conditions if Audience.PARTNER in one.audiences), tuple[VisibleCondition, ...]
        ),
        known=masked_facts(contact_facts.gate(context.known, said)),
        conversations=tuple(replace(one, facts=masked_values(one.facts)) for one in handed),
        handoffs=_convert(tuple(one for one in context.handoffs if one.to.queue == queue), tuple[PartnerHandoff, ...]),
        callbacks=_convert(tuple(one for one in context.callbacks if one.queue == queue), tuple[PartnerCallback, ...]),
    )


async def is_entitled(connection: Connection, query: RecordsQuery, queue: str, now: datetime) -> bool:
    """Whether the customer of the query is there and in the hands of this queue: one statement in either case."""
    entitled: bool = await connection.fetchval(
        SQL.is_entitled, query.customer_id, query.kind, query.value, queue, now - ENTITLEMENT_DURATION
    )
    return entitled


def _convert(parts: object, shape: type[Part]) -> Part:
    """The fields of the parts that the shape names."""
    return msgspec.convert(parts, shape, from_attributes=True)
