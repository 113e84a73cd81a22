"""Shapes of callbacks: the requests of desks, and the callback as stored."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from service.handoff.model import ConversationKey, LongText, Priority, QueueName, check_one_customer
from service.identity.preferences import ContactPurpose
from service.model.interaction import IdentityClaim, RequestShape, ShortText, Timestamp
from service.model.vocabulary import CallbackOutcome, CallbackState

Phone = Annotated[str, Meta(min_length=1, max_length=100)]
"""A telephone number in any spelling."""


class KnownReason(StrEnum):
    """Why something ended, or cannot go on, without a word of a person."""

    CONVERSATION_RESOLVED = "conversation_resolved"
    ANSWERED_MEANWHILE = "answered_meanwhile"
    INVALID_NUMBER = "invalid_number"
    DO_NOT_CONTACT = "do_not_contact"


class CallbackWindow(RequestShape, frozen=True):
    """The time in which the customer expects the call."""

    start: Annotated[Timestamp, Meta(description="Start of the window, RFC 3339 with offset.")] = field(name="from")
    end: Annotated[
        Timestamp, Meta(description="End of the window, RFC 3339 with offset; at most 31 days after its start.")
    ] = field(name="to")

    def __post_init__(self) -> None:
        """ValueError unless the window ends after its start."""
        if self.end <= self.start:
            raise ValueError("Expected `to` later than `from`")


class RequestedBy(StrEnum):
    """Who wants a call."""

    CUSTOMER = "customer"
    COMPANY = "company"


class CallbackRequest(RequestShape, frozen=True):
    """A call to promise to a customer."""

    queue: Annotated[QueueName, Meta(description="Name of the queue that is to call.")]
    reason: Annotated[LongText, Meta(description="Subject of the call, in words for the agent.")]
    identity: Annotated[IdentityClaim | None, Meta(description="Identity of the customer; excludes `customer_id`.")] = (
        None
    )
    customer_id: Annotated[UUID | None, Meta(description="Id of the customer in askonce; excludes `identity`.")] = None
    phone: Annotated[
        Phone | None,
        Meta(description="Number to call, in E.164 or national spelling; without it the customer's known number."),
    ] = None
    window: Annotated[
        CallbackWindow | None,
        Meta(description="Window that the customer agreed to; without it the next opening of the queue."),
    ] = None
    conversation: Annotated[
        ConversationKey | None, Meta(description="Conversation that the call belongs to; null for none.")
    ] = None
    subject: Annotated[
        ShortText | None,
        Meta(description="What the matter is about: without `conversation`, its unresolved conversation is meant."),
    ] = None
    max_attempts: Annotated[int, Meta(ge=1, le=20, description="Calls to try at most.")] = 3
    retry_after_s: Annotated[
        int,
        Meta(
            ge=60,
            le=7 * 86_400,
            description="Wait between two calls, in seconds; the next call falls into opening hours.",
        ),
    ] = 1800
    preferred_agent: Annotated[
        ShortText | None, Meta(description="Id of the agent whom the customer wishes to speak with.")
    ] = None
    priority: Annotated[Priority, Meta(description="Rank in the queue: higher numbers first, 0 is usual.")] = 0
    requested_by: Annotated[
        RequestedBy,
        Meta(
            description="Who wants the call: what the `customer` asked for is planned in any case; what the `company` "
            "wants is `uncallable` if the customer's preferences refuse calls for the purpose."
        ),
    ] = RequestedBy.CUSTOMER
    purpose: Annotated[
        ContactPurpose, Meta(description="What a call that the company wants is for; `all` for more than one purpose.")
    ] = ContactPurpose.SERVICE

    def __post_init__(self) -> None:
        """ValueError unless exactly one of `identity` and `customer_id` is given."""
        check_one_customer(self.identity, self.customer_id)


class ClaimRequest(RequestShape, frozen=True):
    """The agent who calls; with the token of a running claim, a renewal of that claim."""

    agent: Annotated[ShortText, Meta(description="Id of the agent who calls, in the desk's own system.")]
    token: Annotated[
        ShortText | None, Meta(description="Token of a running claim, to renew it; null for a new claim.")
    ] = None


class CallAttemptInput(RequestShape, frozen=True):
    """The result of a call."""

    token: Annotated[ShortText, Meta(description="Token of the claim.")]
    outcome: Annotated[CallbackOutcome, Meta(description="Result of the call.")]
    note: Annotated[LongText | None, Meta(description="Note of the agent for the next call.")] = None
    began_at: Annotated[
        Timestamp | None, Meta(description="Start of the call, RFC 3339 with offset; without it the time of the claim.")
    ] = None


class RescheduleRequest(RequestShape, frozen=True):
    """A new promise, agreed with the customer: another window, another number, or both.

    While the callback is claimed, only the claimer may make it, with the token.
    """

    window: Annotated[
        CallbackWindow | None,
        Meta(
            description="New window; without it the present one if it is not over, else the next opening of the queue."
        ),
    ] = None
    phone: Annotated[
        Phone | None,
        Meta(description="New number to call, in E.164 or national spelling; without it the number stays."),
    ] = None
    token: Annotated[
        ShortText | None, Meta(description="Token of the claim; required while the callback is claimed.")
    ] = None

    def __post_init__(self) -> None:
        """ValueError if both `window` and `phone` are missing."""
        if self.window is None and self.phone is None:
            raise ValueError("Expected `window`, `phone`, or both")


class FulfilRequest(RequestShape, frozen=True):
    """The contact in which the customer was answered meanwhile."""

    interaction_id: Annotated[
        UUID | None,
        Meta(
            description="Id of the answered call, or of the agent's written answer; without it the newest such contact "
            "since the promise, or the call that goes on."
        ),
    ] = None
    note: Annotated[LongText | None, Meta(description="Note of the agent on the matter.")] = None


class CallAttempt(Struct, frozen=True, kw_only=True):
    """One call of an agent to the customer, as stored; `interaction_id` is that of a contact of the customer's own."""

    by: str
    began_at: datetime
    ended_at: datetime
    outcome: CallbackOutcome
    note: str | None = None
    interaction_id: UUID | None = None


class Callback(Struct, frozen=True, kw_only=True):
    """A callback as stored; `customer_id` is canonical, `version` is the customer's at the last change.

    `due_at` is the time of the next call. `kept` is None until the first call of the present promise, or until its
    window passed without one; `late_s` counts opening hours from the window's end to that call.
    """

    callback_id: UUID
    customer_id: UUID
    conversation_id: UUID | None = None
    handoff_id: UUID | None = None
    queue: str
    state: CallbackState
    key_id: UUID
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    priority: int = 0
    preferred_agent: str | None = None
    max_attempts: int = 3
    retry_after_s: int = 1800
    attempts: tuple[CallAttempt, ...] = ()
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    claim_until: datetime | None = None
    token: UUID | None = None
    kept: bool | None = None
    late_s: int | None = None
    missed_windows: int = 0
    created_at: datetime
    ended_at: datetime | None = None
    end_reason: str | None = None
    version: int = 0
    restricted: bool = False
    """Whether only the privacy desk may see the customer: the call is made without a name and a reason."""

    @property
    def id(self) -> UUID:
        """`callback_id`."""
        return self.callback_id
