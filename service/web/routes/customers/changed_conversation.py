"""The answer to a change of a conversation: its record or a receipt, and what became of what waited for it."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.access.model import Principal
from service.desks.resolve import ConversationChange
from service.model.vocabulary import CallbackState, HandoffState
from service.timeline.conversations import ConversationAnswer
from service.web.routes.customers.receipts import ChangeReceipt, record_or_receipt


class SettledHandoff(Struct, frozen=True, kw_only=True):
    """A handoff that was open when its conversation was resolved."""

    id: Annotated[UUID, Meta(description="Id of the handoff.")]
    state: Annotated[
        HandoffState, Meta(description="State now: `withdrawn` if it was offered; a taken one stays with its taker.")
    ]
    outcome: Annotated[
        str | None, Meta(description="`conversation_resolved` if it was withdrawn; null if its taker still has it.")
    ]


class SettledCallback(Struct, frozen=True, kw_only=True):
    """A callback that was owed when its conversation was resolved."""

    id: Annotated[UUID, Meta(description="Id of the callback.")]
    state: Annotated[
        CallbackState,
        Meta(description="State now: `cancelled`; a kept one stays as it was, a claimed one until its claim is over."),
    ]
    end_reason: Annotated[
        str | None,
        Meta(description="`conversation_resolved` if it is cancelled, or will be with its claim; null if it is kept."),
    ]


SettledHandoffs = Annotated[
    tuple[SettledHandoff, ...],
    Meta(description="Handoffs that were open when this request resolved the conversation; else empty."),
]
SettledCallbacks = Annotated[
    tuple[SettledCallback, ...],
    Meta(description="Callbacks that were owed when this request resolved the conversation; else empty."),
]


class ChangedConversation(ConversationAnswer, frozen=True, kw_only=True):
    """A conversation after a change, and what became of its handoff and callback."""

    handoffs: SettledHandoffs
    callbacks: SettledCallbacks


class ConversationReceipt(ChangeReceipt, frozen=True, kw_only=True, omit_defaults=True):
    """That a conversation is changed, and what became of its handoff and callback, if it had one."""

    handoffs: SettledHandoffs = ()
    callbacks: SettledCallbacks = ()


def changed_conversation(
    conversation: ConversationAnswer, change: ConversationChange, principal: Principal
) -> ChangedConversation | ConversationReceipt:
    """The record for a key that may read it, else a receipt."""
    shown = record_or_receipt(conversation, principal, record_id=conversation.id, version=change.recorded.version)
    shape = ChangedConversation if isinstance(shown, ConversationAnswer) else ConversationReceipt
    return shape(
        **{name: getattr(shown, name) for name in shown.__struct_fields__},
        handoffs=tuple(
            SettledHandoff(id=one.handoff_id, state=one.state, outcome=one.outcome) for one in change.handoffs
        ),
        callbacks=tuple(
            SettledCallback(id=one.callback_id, state=one.state, end_reason=one.end_reason) for one in change.callbacks
        ),
    )
