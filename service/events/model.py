"""What happened, as those outside are told: ids, state and queue, nothing personal."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.model.interaction import RequestShape, Timestamp
from service.model.vocabulary import Audience

QueueName = Annotated[str, Meta(min_length=1, max_length=100)]
EventType = Annotated[str, Meta(pattern=r"^(\*|[a-z]+\.(\*|[a-z_]+))$", max_length=100)]
"""A type such as `handoff.accepted`, all of a family as in `handoff.*`, or `*` for every type."""


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened; `state` and `queue` are those its handoff, callback or call has when the event is read.

    `reference` is the telephone system's name of a call, `merged` are the customers that count as this one.
    """

    event_id: int
    type: str
    customer_id: UUID
    version: int
    subject_id: UUID | None
    created_at: datetime
    state: str | None = None
    queue: str | None = None
    reference: str | None = None
    merged: tuple[UUID, ...] = ()

    @property
    def family(self) -> str:
        """What the type is about, e.g. context or handoff."""
        return self.type.partition(".")[0]


class ContextChanged(Struct, frozen=True, kw_only=True):
    """The customer's context is another one since `version`."""

    customer_id: UUID
    version: int


class HandoffChanged(Struct, frozen=True, kw_only=True):
    """Something happened to a handoff; `state` and `queue` as they are now."""

    customer_id: UUID
    version: int
    handoff_id: UUID | None
    state: str | None
    queue: str | None


class CallbackChanged(Struct, frozen=True, kw_only=True):
    """Something happened to a callback; `state` and `queue` as they are now."""

    customer_id: UUID
    version: int
    callback_id: UUID | None
    state: str | None
    queue: str | None


class CallChanged(Struct, frozen=True, kw_only=True):
    """Something happened to a call, for the screen pop; `state` and `queue` as they are now."""

    customer_id: UUID
    version: int
    call_id: UUID | None
    call_ref: str | None
    state: str | None
    queue: str | None


class SubjectChanged(Struct, frozen=True, kw_only=True):
    """Something happened that concerns the customer, of a kind that came later."""

    customer_id: UUID
    version: int
    subject_id: UUID | None


class WebhookRequest(RequestShape, frozen=True):
    """Who is told of what: the events of these types that this role may see; a partner's webhook names its queue."""

    url: Annotated[str, Meta(min_length=1, max_length=2000)]
    types: Annotated[list[EventType], Meta(min_length=1, max_length=50)]
    role: Audience
    queue: QueueName | None = None

    def __post_init__(self) -> None:
        """Refuse a partner without a queue: it would see nothing."""
        if self.role is Audience.PARTNER and self.queue is None:
            raise ValueError("Expected `queue` beside the role partner")


class Webhook(Struct, frozen=True, kw_only=True):
    """A receiver outside, and how many deliveries wait or were given up. Storing it again enables a disabled one."""

    name: str
    url: str
    types: list[str]
    role: Audience
    queue: str | None
    created_at: Timestamp
    disabled_at: Timestamp | None
    pending: int
    dead: int


class StoredWebhook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was stored; `secret` signs what is sent, and is shown in the answer that creates the webhook alone."""

    name: str
    url: str
    types: list[str]
    role: Audience
    queue: str | None
    secret: str | None = None


class WebhookDelivery(Struct, frozen=True, kw_only=True):
    """An event on its way: `tries` began so far, the next one at `due_at` unless it was given up at `dead_at`."""

    event_id: int
    type: str
    customer_id: UUID
    version: int
    subject_id: UUID | None
    created_at: Timestamp
    tries: int
    tried_at: Timestamp | None
    failure: str | None
    due_at: Timestamp | None
    dead_at: Timestamp | None
