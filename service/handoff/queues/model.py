"""Queues as they are defined and stored."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from service.agents.model import AgentPresence
from service.calendar.model import Calendar
from service.handoff.model import QueueName
from service.model.interaction import RequestShape, ShortText

DAY_S = 86_400


class QueueFallback(RequestShape, frozen=True):
    """The next step for a handoff that no agent of the queue takes: another queue, or a callback."""

    queue: Annotated[QueueName | None, Meta(description="Queue that is asked next; excludes `callback`.")] = None
    callback: Annotated[
        Literal[True] | None, Meta(description="`true`: the customer is promised a callback; excludes `queue`.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse both at once, or neither."""
        if (self.queue is None) is (self.callback is None):
            raise ValueError('Expected {"queue": "…"} or {"callback": true}')


class QueueInput(RequestShape, frozen=True, omit_defaults=False):
    """A queue as an admin defines it; `partner` names the company that serves it, if it is not ours."""

    title: Annotated[ShortText, Meta(description="Title of the queue for people.")]
    calendar: Annotated[Calendar, Meta(description="Opening hours of the queue.")]
    offer_timeout_s: Annotated[
        int, Meta(ge=1, le=DAY_S, description="How long an offer waits to be accepted, in seconds.")
    ] = 60
    max_offers: Annotated[int, Meta(ge=1, le=100, description="Offers in this queue before the fallback.")] = 3
    fallback: Annotated[QueueFallback, Meta(description="Next step for a handoff that the queue does not take.")] = (
        QueueFallback(callback=True)
    )
    partner: Annotated[
        ShortText | None, Meta(description="Name of the company that serves the queue; null for our own desk.")
    ] = None


class Queue(Struct, frozen=True, kw_only=True):
    """A queue: a desk that takes handoffs and callbacks, with its opening hours."""

    name: Annotated[str, Meta(description="Name of the queue in paths and requests.")]
    title: Annotated[str, Meta(description="Title of the queue for people.")]
    calendar: Annotated[Calendar, Meta(description="Opening hours of the queue.")]
    offer_timeout_s: Annotated[int, Meta(description="How long an offer waits to be accepted, in seconds.")]
    max_offers: Annotated[int, Meta(description="Offers in this queue before the fallback.")]
    fallback: Annotated[QueueFallback, Meta(description="Next step for a handoff that the queue does not take.")]
    partner: Annotated[
        str | None, Meta(description="Name of the company that serves the queue; null for our own desk.")
    ]
    notes: Annotated[
        tuple[str, ...],
        Meta(description="How the opening hours are read where that is not literally what they say, in sentences."),
    ] = ()


class StaffedQueue(Queue, frozen=True, kw_only=True):
    """A queue with the agents declared for it, and the one named beside it, as its next offer needs them."""

    agents: tuple[AgentPresence, ...] = ()
