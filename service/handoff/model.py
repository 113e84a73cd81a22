"""Handoffs as they are asked for and kept."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Raw, Struct, field

from service.model.interaction import AttemptReport, FactName, IdentityClaim, RequestShape, ShortText, Timestamp
from service.model.vocabulary import OPEN_HANDOFF_STATES, HandoffMode, HandoffState, ParticipantRole, Role

QueueName = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""The name of a queue, as it stands in paths."""
LongText = Annotated[str, Meta(min_length=1, max_length=10_000)]
"""A text that somebody wrote for the next desk."""
Priority = Annotated[int, Meta(ge=-1000, le=1000)]
"""Higher ones first; 0 is usual."""


class HandoffTarget(RequestShape, frozen=True):
    """The desk that is asked: a queue, or one agent, best with their queue."""

    queue: QueueName | None = None
    agent: ShortText | None = None

    def __post_init__(self) -> None:
        """Refuse a target that names nobody."""
        if self.queue is None and self.agent is None:
            raise ValueError("Expected `queue`, or `agent`, best with the agent's `queue`")


class HandoffReason(RequestShape, frozen=True):
    """Why the conversation changes hands: a code for statistics, words for people."""

    code: ShortText | None = None
    text: LongText | None = None


class TranscriptLine(RequestShape, frozen=True):
    """One line of what was said."""

    role: ParticipantRole
    text: LongText
    at: Timestamp | None = None


class ConversationKey(RequestShape, frozen=True):
    """A conversation by its id, or by the channel's `ref`."""

    id: UUID | None = None
    ref: ShortText | None = None

    def __post_init__(self) -> None:
        """Refuse two names, or none."""
        if (self.id is None) is (self.ref is None):
            raise ValueError("Expected exactly one of `id` and `ref`")


class HandoffContent(RequestShape, frozen=True):
    """What the giver tells: it goes into the record, and from there into the packet."""

    reason: HandoffReason = HandoffReason()
    summary: LongText | None = None
    transcript: Annotated[tuple[TranscriptLine, ...], Meta(max_length=500)] = ()
    facts: Annotated[dict[FactName, Any], Meta(max_length=100)] = field(default_factory=dict)
    attempts: Annotated[tuple[AttemptReport, ...], Meta(max_length=50)] = ()
    mode: HandoffMode = HandoffMode.OFFER
    priority: Priority = 0


class HandoffRequest(HandoffContent, frozen=True, kw_only=True):
    """A conversation to hand off: the customer's latest unless it is named."""

    to: HandoffTarget
    identity: IdentityClaim | None = None
    customer_id: UUID | None = None
    conversation: ConversationKey | None = None

    def __post_init__(self) -> None:
        """Refuse two customers, or none."""
        check_one_customer(self.identity, self.customer_id)


class TransferRequest(HandoffContent, frozen=True, kw_only=True):
    """To whom the taker passes the conversation on."""

    token: ShortText
    to: HandoffTarget


def check_one_customer(identity: RequestShape | None, customer_id: UUID | None) -> None:
    """ValueError unless exactly one of the two names the customer."""
    if (identity is None) is (customer_id is None):
        raise ValueError("Expected exactly one of `identity` and `customer_id`")


class OfferEnd(StrEnum):
    """How one offer ended."""

    ACCEPTED = "accepted"
    TAKEN_OVER = "taken_over"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    """The call was lost while the offer stood."""


class OfferTarget(Struct, frozen=True, kw_only=True):
    """A queue, or one agent of it."""

    queue: str
    agent: str | None = None


class Offer(Struct, frozen=True, kw_only=True):
    """One offer to one desk; `by` is the agent who ended it, with a reason if they gave one."""

    to: OfferTarget
    offered_at: datetime
    ended_at: datetime | None = None
    end: OfferEnd | None = None
    by: str | None = None
    reason: str | None = None


class HandoffGiver(Struct, frozen=True, kw_only=True):
    """Who hands off: the key, and after a transfer the queue and agent that had it."""

    role: Role
    name: str
    queue: str | None = None
    agent: str | None = None


class Handoff(Struct, frozen=True, kw_only=True):
    """A handoff as it stands; `customer_id` is canonical, `version` the customer's at the last change.

    `queue` is where it stands now, `asked_queue` where it was sent first. `packet` is the JSON of packet.Packet.
    """

    handoff_id: UUID
    customer_id: UUID
    conversation_id: UUID
    parent_id: UUID | None = None
    state: HandoffState
    mode: HandoffMode
    key_id: UUID
    given_by: HandoffGiver
    queue: str
    asked_queue: str
    reason_code: str | None = None
    reason_text: str | None = None
    summary: str | None = None
    priority: int = 0
    created_at: datetime
    offers: tuple[Offer, ...] = ()
    deadline: datetime | None = None
    taken_by: str | None = None
    token: UUID | None = None
    outcome: str | None = None
    ended_at: datetime | None = None
    callback_id: UUID | None = None
    packet: Raw = Raw(b"{}")
    version: int = 0

    @property
    def id(self) -> UUID:
        """`handoff_id`."""
        return self.handoff_id

    @property
    def open(self) -> bool:
        """Whether something can still come of it."""
        return self.state in OPEN_HANDOFF_STATES
