"""What happened, as receivers outside are told: ids, state and queue, nothing personal."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from service.model.fields import ContextVersion, CustomerId
from service.model.interaction import RequestShape, Timestamp
from service.model.vocabulary import Audience

QueueName = Annotated[str, Meta(min_length=1, max_length=100)]
EventType = Annotated[str, Meta(pattern=r"^(\*|[a-z]+\.(\*|[a-z_]+))$", max_length=100)]
"""A type such as `handoff.accepted`, all of a family as in `handoff.*`, or `*` for every type."""


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened; `state` and `queue` are those of its handoff, callback, call or risk when it is read.

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
    giver: UUID | None = None
    """The key that gave the handoff, or made the callback, as long as that is there."""

    reason: str | None = None
    """Why a handoff was offered on or fell back, or a customer may leave: codes separated by spaces."""
    merged: tuple[UUID, ...] = ()
    notice: str | None = None
    """What is told of a notice, in JSON; it is about no customer, and `customer_id` is the id that is none."""

    hidden: bool = False
    """Whether nobody is told of it, since the customer was restricted after it happened."""

    @property
    def family(self) -> str:
        """What the type is about, e.g. context or handoff."""
        return self.type.partition(".")[0]


class ContextChanged(Struct, frozen=True, kw_only=True):
    """The customer's context is another one since `version`."""

    customer_id: CustomerId
    version: ContextVersion


class HandoffChanged(Struct, frozen=True, kw_only=True):
    """Something happened to a handoff; `state` and `queue` as they are now."""

    customer_id: CustomerId
    version: ContextVersion
    handoff_id: Annotated[UUID | None, Meta(description="Id of the handoff (UUIDv7).")]
    state: Annotated[str | None, Meta(description="The handoff's state when the event is read; null when it is gone.")]
    queue: Annotated[
        str | None, Meta(description="The queue it is offered to when the event is read; null without one.")
    ]
    reason: Annotated[
        str | UnsetType,
        Meta(
            description="Why it was offered on or fell back: the end of the offer before, such as `no_agents`, or "
            "`closed` where no queue was open; `erased` where it is gone with its customer; absent for a first offer."
        ),
    ] = UNSET


class CallbackChanged(Struct, frozen=True, kw_only=True):
    """Something happened to a callback; `state` and `queue` as they are now."""

    customer_id: CustomerId
    version: ContextVersion
    callback_id: Annotated[UUID | None, Meta(description="Id of the callback (UUIDv7).")]
    state: Annotated[str | None, Meta(description="The callback's state when the event is read; null when it is gone.")]
    queue: Annotated[
        str | None, Meta(description="The queue that will call when the event is read; null when the callback is gone.")
    ]


class CallChanged(Struct, frozen=True, kw_only=True):
    """Something happened to a call, for the screen pop; `state` and `queue` as they are now."""

    customer_id: CustomerId
    version: ContextVersion
    call_id: Annotated[UUID | None, Meta(description="Id of the call (UUIDv7).")]
    call_ref: Annotated[
        str | None, Meta(description="The telephone system's own name of the call; null when the call is gone.")
    ]
    state: Annotated[str | None, Meta(description="The call's phase when the event is read; null when it is gone.")]
    queue: Annotated[str | None, Meta(description="The queue that the call is in; null when it is in none.")]


class NoticePublished(Struct, frozen=True, kw_only=True):
    """A notice is shown to customers from `from` on: how many it concerns; `GET /v1/notices/{id}/customers` lists them.

    It is about no customer: there is neither `customer_id` nor `version`.
    """

    notice_id: Annotated[str | None, Meta(description="Id of the notice; null when it was deleted meanwhile.")] = None
    starts_at: Annotated[
        Timestamp | None, Meta(description="From when on it is shown, RFC 3339; null when it was deleted.")
    ] = field(default=None, name="from")
    ends_at: Annotated[Timestamp | None, Meta(description="When it ends, RFC 3339; null for no end.")] = field(
        default=None, name="until"
    )
    queues: Annotated[tuple[str, ...], Meta(description="Queues that it is about; empty for all.")] = ()
    segments: Annotated[tuple[str, ...], Meta(description="Segments of customers that it is for; empty for all.")] = ()
    customers: Annotated[int, Meta(description="Customers whom it concerned when it was published.")] = 0
    channels: Annotated[
        dict[str, int],
        Meta(description="How many of them have not refused it there, for each channel of the notice."),
    ] = {}


class CustomerRiskRose(Struct, frozen=True, kw_only=True):
    """The customer has come to be at high risk of leaving; told once a rise."""

    customer_id: CustomerId
    version: ContextVersion
    level: Annotated[
        str | None, Meta(description="Level of the risk when the event is read; null when there is none any more.")
    ]
    codes: Annotated[
        tuple[str, ...], Meta(description="Rules that say so when the event is read, such as `dropped_calls`.")
    ]


class SubjectChanged(Struct, frozen=True, kw_only=True):
    """Something happened that concerns the customer, of a kind that came later."""

    customer_id: CustomerId
    version: ContextVersion
    subject_id: Annotated[
        UUID | None, Meta(description="Id of what the event is about (UUIDv7); null when that is the customer.")
    ]


class WebhookRequest(RequestShape, frozen=True):
    """Who is told of what: the events of these types that this role may see; a partner's webhook names its queue."""

    url: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=2000,
            description="Address that events are posted to; it must not lead into a private network.",
        ),
    ]
    types: Annotated[
        list[EventType],
        Meta(
            min_length=1,
            max_length=50,
            description="Event types to send: exact (`handoff.accepted`), a family (`handoff.*`) or `*` for all.",
        ),
    ]
    role: Annotated[
        Audience,
        Meta(description="The audience that the receiver counts as; it gets the events that this role may see."),
    ]
    queue: Annotated[
        QueueName | None,
        Meta(description="Only events of this queue; absent or null means every queue, a partner must name one."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse a partner without a queue: it would see nothing."""
        if self.role is Audience.PARTNER and self.queue is None:
            raise ValueError("Expected `queue` beside the role partner")


class Webhook(Struct, frozen=True, kw_only=True):
    """A receiver outside, and how many deliveries wait or were given up. Storing it again enables a disabled one."""

    name: Annotated[str, Meta(description="The webhook's name, which is its place in the path.")]
    url: Annotated[str, Meta(description="Address that events are posted to.")]
    types: Annotated[
        list[str], Meta(description="Event types that are sent: exact, a family as in `handoff.*`, or `*` for all.")
    ]
    role: Annotated[Audience, Meta(description="The audience that the receiver counts as.")]
    queue: Annotated[str | None, Meta(description="Only events of this queue are sent; null means every queue.")]
    created_at: Annotated[Timestamp, Meta(description="When the webhook was first stored, an RFC 3339 time.")]
    disabled_at: Annotated[
        Timestamp | None,
        Meta(
            description="When it was disabled, since the receiver answered 410, an RFC 3339 time; null while it is on."
        ),
    ]
    paused_at: Annotated[
        Timestamp | None,
        Meta(
            description="When an operator paused it, an RFC 3339 time; null while it is sent to. Events wait meanwhile."
        ),
    ]
    delivered_at: Annotated[
        Timestamp | None, Meta(description="When an event last arrived there, an RFC 3339 time; null before the first.")
    ]
    pending: Annotated[int, Meta(description="How many deliveries wait to be sent.")]
    failing: Annotated[int, Meta(description="How many of those that wait have failed at least once.")]
    dead: Annotated[int, Meta(description="How many deliveries were given up: after three days of retries, or a 410.")]


class StoredWebhook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A webhook as it was stored."""

    name: Annotated[str, Meta(description="The webhook's name, which is its place in the path.")]
    url: Annotated[str, Meta(description="Address that events are posted to.")]
    types: Annotated[
        list[str], Meta(description="Event types that are sent: exact, a family as in `handoff.*`, or `*` for all.")
    ]
    role: Annotated[Audience, Meta(description="The audience that the receiver counts as.")]
    queue: Annotated[str | None, Meta(description="Only events of this queue are sent; null means every queue.")]
    secret: Annotated[
        str | None,
        Meta(description="Secret that signs what is sent (Standard Webhooks); only shown when it is made."),
    ] = None


class ReplayRequest(RequestShape, frozen=True):
    """What of the given up deliveries is tried again: all of them unless something is said."""

    since: Annotated[
        Timestamp | None, Meta(description="Only events that happened at this RFC 3339 time or later; null for all.")
    ] = None
    event_id: Annotated[
        Annotated[int, Meta(ge=1, le=2**63 - 1)] | None,
        Meta(description="Only the event of this number; null for every one."),
    ] = None


class DeliveryState(StrEnum):
    """What a delivery is looked for by: given up, on its way, or on its way after a try that failed."""

    DEAD = "dead"
    PENDING = "pending"
    FAILING = "failing"


class WebhookDelivery(Struct, frozen=True, kw_only=True):
    """An event on its way: `tries` began so far, the next one at `due_at` unless it was given up at `dead_at`."""

    event_id: Annotated[int, Meta(description="Number of the event, which grows in the order of events.")]
    type: Annotated[str, Meta(description="The event's type, such as `handoff.accepted`.")]
    customer_id: CustomerId
    version: ContextVersion
    subject_id: Annotated[
        UUID | None,
        Meta(description="Id of the handoff, callback or call it is about (UUIDv7); null when that is the customer."),
    ]
    created_at: Annotated[Timestamp, Meta(description="When the event happened, an RFC 3339 time.")]
    tries: Annotated[int, Meta(description="How many tries to send it began so far.")]
    tried_at: Annotated[
        Timestamp | None, Meta(description="When the latest try began, an RFC 3339 time; null before the first.")
    ]
    failure: Annotated[str | None, Meta(description="Why the latest try failed, in words; null when none did.")]
    due_at: Annotated[
        Timestamp | None, Meta(description="When the next try is due, an RFC 3339 time; null when there is none.")
    ]
    dead_at: Annotated[
        Timestamp | None, Meta(description="When it was given up, an RFC 3339 time; null while it may still arrive.")
    ]
