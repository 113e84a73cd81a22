"""Callbacks as they are asked for and kept."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from service.handoff.model import ConversationKey, LongText, Priority, QueueName, check_one_customer
from service.model.interaction import IdentityClaim, RequestShape, ShortText, Timestamp
from service.model.vocabulary import CallbackOutcome, CallbackState

Phone = Annotated[str, Meta(min_length=1, max_length=100)]
"""A telephone number in any spelling."""


class CallbackWindow(RequestShape, frozen=True):
    """When the customer expects the call."""

    start: Timestamp = field(name="from")
    end: Timestamp = field(name="to")

    def __post_init__(self) -> None:
        """Refuse a window that ends before it begins."""
        if self.end <= self.start:
            raise ValueError("Expected `to` later than `from`")


class CallbackRequest(RequestShape, frozen=True):
    """A call that a customer is promised; without a window it is the next opening of the queue."""

    queue: QueueName
    reason: LongText
    identity: IdentityClaim | None = None
    customer_id: UUID | None = None
    phone: Phone | None = None
    window: CallbackWindow | None = None
    conversation: ConversationKey | None = None
    max_attempts: Annotated[int, Meta(ge=1, le=20)] = 3
    retry_after_s: Annotated[int, Meta(ge=60, le=7 * 86_400)] = 1800
    preferred_agent: ShortText | None = None
    priority: Priority = 0

    def __post_init__(self) -> None:
        """Refuse two customers, or none."""
        check_one_customer(self.identity, self.customer_id)


class ClaimRequest(RequestShape, frozen=True):
    """Who calls; with the token of a running claim it goes on, for a call that lasts."""

    agent: ShortText
    token: ShortText | None = None


class CallAttemptInput(RequestShape, frozen=True):
    """How a call went; it began when it was claimed, unless told."""

    token: ShortText
    outcome: CallbackOutcome
    note: LongText | None = None
    began_at: Timestamp | None = None


class RescheduleRequest(RequestShape, frozen=True):
    """Another promise, agreed with the customer: another window, another number, or both.

    While the callback is claimed, only the claimer may, with the token.
    """

    window: CallbackWindow | None = None
    phone: Phone | None = None
    token: ShortText | None = None

    def __post_init__(self) -> None:
        """Refuse to change nothing."""
        if self.window is None and self.phone is None:
            raise ValueError("Expected `window`, `phone`, or both")


class CallAttempt(Struct, frozen=True, kw_only=True):
    """One call."""

    by: str
    began_at: datetime
    ended_at: datetime
    outcome: CallbackOutcome
    note: str | None = None


class Callback(Struct, frozen=True, kw_only=True):
    """A callback as it stands; `customer_id` is canonical, `version` the customer's at the last change.

    `due_at` is when to call next. `kept` is None until the first call of the present promise, or until its window
    passed without one; `late_s` counts opening hours from the window's end to that call.
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

    @property
    def id(self) -> UUID:
        """`callback_id`."""
        return self.callback_id
