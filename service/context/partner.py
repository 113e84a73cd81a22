"""What a partner's desk sees, only while a handoff or callback of its queue entitles it: that matter, and no person.

A partner that calls back gets the number with its claim; here it is masked.
"""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from service.context.content import Context, ContextConversation, ContextFact, ContextReason, ContextTarget
from service.context.seen import ViewPart, VisibleCondition
from service.errors import CustomerUnknown
from service.model.names import masked_phone
from service.model.vocabulary import Audience, CallbackState, HandoffState, IdentityKind

Part = TypeVar("Part")


class PartnerCustomer(ViewPart, frozen=True):
    """The customer as a partner sees them."""

    id: UUID
    language: str | None
    phone: str | None


class PartnerHandoff(ViewPart, frozen=True):
    """An open handoff of the partner's queue."""

    id: UUID
    state: HandoffState
    conversation_id: UUID
    to: ContextTarget
    reason: ContextReason
    priority: int
    created_at: datetime
    deadline: datetime | None
    taken_by: str | None


class PartnerCallback(ViewPart, frozen=True):
    """An open callback of the partner's queue."""

    id: UUID
    state: CallbackState
    conversation_id: UUID | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: int
    kept: bool | None
    priority: int


class PartnerView(ViewPart, frozen=True):
    """The matter that the partner's queue was handed, and what need not be asked again."""

    schema: int
    version: int
    as_of: datetime
    customer: PartnerCustomer
    conditions: tuple[VisibleCondition, ...]
    known: dict[str, ContextFact]
    conversations: tuple[ContextConversation, ...]
    handoffs: tuple[PartnerHandoff, ...]
    callbacks: tuple[PartnerCallback, ...]


def partner_view(context: Context, queue: str) -> PartnerView:
    """The context as the partner of this queue sees it. CustomerUnknown if nothing entitles that partner."""
    entitlement = next((one for one in context.entitlements if one.queue == queue), None)
    if entitlement is None:
        raise CustomerUnknown
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
        known=context.known,
        conversations=tuple(one for one in context.conversations if one.id in entitlement.conversation_ids),
        handoffs=_convert(tuple(one for one in context.handoffs if one.to.queue == queue), tuple[PartnerHandoff, ...]),
        callbacks=_convert(tuple(one for one in context.callbacks if one.queue == queue), tuple[PartnerCallback, ...]),
    )


def _convert(parts: object, shape: type[Part]) -> Part:
    """The fields of the parts that the shape names."""
    return msgspec.convert(parts, shape, from_attributes=True)
