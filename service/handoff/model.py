"""Shapes of handoffs: the requests of desks, and the handoff as stored."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Raw, Struct, field

from service.agents.model import AgentWishes, Skills
from service.model.interaction import AttemptReport, FactName, IdentityClaim, RequestShape, ShortText, Timestamp
from service.model.vocabulary import OPEN_HANDOFF_STATES, HandoffMode, HandoffState, ParticipantRole, Role

QueueName = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""The name of a queue, as it stands in paths."""
LongText = Annotated[str, Meta(min_length=1, max_length=10_000)]
"""A text that a desk wrote for the next desk: 1 to 10,000 characters."""
Priority = Annotated[int, Meta(ge=-1000, le=1000)]
"""Rank in a queue: higher numbers first; 0 is usual."""
CUSTOMERS_LANGUAGE = "auto"
WantedLanguage = Annotated[str, Meta(pattern=r"^(auto|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)$", max_length=35)]
"""A BCP 47 language tag, or `auto` for the customer's language."""


class HandoffTarget(RequestShape, frozen=True):
    """The desk that is asked: a queue, or one agent, best with the agent's queue."""

    queue: Annotated[
        QueueName | None, Meta(description="Name of the queue that is asked; null if only an agent is named.")
    ] = None
    agent: Annotated[
        ShortText | None, Meta(description="Id of one agent in the desk's own system; null for any agent of the queue.")
    ] = None

    def __post_init__(self) -> None:
        """ValueError if both fields are missing."""
        if self.queue is None and self.agent is None:
            raise ValueError("Expected `queue`, or `agent`, best with the agent's `queue`")


class HandoffReason(RequestShape, frozen=True):
    """Why the conversation changes hands: a code for statistics, words for people."""

    code: Annotated[ShortText | None, Meta(description="Code for statistics, in the caller's own vocabulary.")] = None
    text: Annotated[LongText | None, Meta(description="Reason in words for the next desk.")] = None


class TranscriptLine(RequestShape, frozen=True):
    """One line of a conversation."""

    role: Annotated[ParticipantRole, Meta(description="Role of the speaker.")]
    text: Annotated[LongText, Meta(description="Words of the line, without markup.")]
    at: Annotated[Timestamp | None, Meta(description="Time of the line, RFC 3339 with offset; null if unknown.")] = None


class ConversationKey(RequestShape, frozen=True):
    """A conversation by its id, or by the channel's `ref`."""

    id: Annotated[UUID | None, Meta(description="Id of the conversation in askonce; excludes `ref`.")] = None
    ref: Annotated[
        ShortText | None, Meta(description="Reference of the conversation in the channel's own system; excludes `id`.")
    ] = None

    def __post_init__(self) -> None:
        """ValueError unless exactly one of the two is given."""
        if (self.id is None) is (self.ref is None):
            raise ValueError("Expected exactly one of `id` and `ref`")


class HandoffContent(RequestShape, frozen=True):
    """What the giver reports: it is stored with the conversation, and the packet takes it from there."""

    reason: Annotated[HandoffReason, Meta(description="Why the conversation changes hands.")] = HandoffReason()
    summary: Annotated[LongText | None, Meta(description="Summary of the matter for the next desk, in plain text.")] = (
        None
    )
    transcript: Annotated[
        tuple[TranscriptLine, ...], Meta(max_length=500, description="Lines of the conversation, the oldest first.")
    ] = ()
    facts: Annotated[
        dict[FactName, Any],
        Meta(
            max_length=100,
            description="Facts to record with the handoff, by name: an HTML autocomplete token where one exists.",
        ),
    ] = field(default_factory=dict)
    attempts: Annotated[
        tuple[AttemptReport, ...],
        Meta(max_length=50, description="Attempts to solve the matter so far, the oldest first."),
    ] = ()
    mode: Annotated[
        HandoffMode,
        Meta(description="`offer`: the giver serves the customer until a desk accepts; `pass`: the giver lets go now."),
    ] = HandoffMode.OFFER
    priority: Annotated[Priority, Meta(description="Rank in the queue: higher numbers first, 0 is usual.")] = 0
    skills: Annotated[
        Skills, Meta(description="Skills that the agent should have, all of them, in the company's own words.")
    ] = ()
    language: Annotated[
        WantedLanguage | None,
        Meta(description="Language that the agent should speak, a BCP 47 tag; `auto`: the customer's, if it is known."),
    ] = None
    prefer: Annotated[
        Literal["last_agent"] | None,
        Meta(description="`last_agent`: who served the customer last is asked first for 15 seconds, if there."),
    ] = None


class HandoffRequest(HandoffContent, frozen=True, kw_only=True):
    """A conversation to hand off: the customer's latest unless it is named."""

    to: Annotated[HandoffTarget, Meta(description="Queue or agent that is to take the conversation.")]
    identity: Annotated[IdentityClaim | None, Meta(description="Identity of the customer; excludes `customer_id`.")] = (
        None
    )
    customer_id: Annotated[UUID | None, Meta(description="Id of the customer in askonce; excludes `identity`.")] = None
    conversation: Annotated[
        ConversationKey | None, Meta(description="Conversation to hand off; without it the customer's latest one.")
    ] = None
    subject: Annotated[
        ShortText | None,
        Meta(
            description="What the matter is about; without `conversation` the unresolved one of this subject is meant, "
            "else a new one begins with it."
        ),
    ] = None

    def __post_init__(self) -> None:
        """ValueError unless exactly one of `identity` and `customer_id` is given."""
        check_one_customer(self.identity, self.customer_id)


class TransferRequest(HandoffContent, frozen=True, kw_only=True):
    """The queue or agent that is to take the conversation from its taker."""

    token: Annotated[ShortText, Meta(description="Token of the taker, from the answer to accept or take-over.")]
    to: Annotated[HandoffTarget, Meta(description="Queue or agent that is to take the conversation next.")]


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
    """The customer's call ended in vain while the offer stood."""
    ABSENT = "absent"
    """The agent was not there."""
    NO_AGENTS = "no_agents"
    """Agents are declared for the queue, and none was there."""


class OfferTarget(Struct, frozen=True, kw_only=True):
    """A queue, or one agent of it."""

    queue: Annotated[str, Meta(description="Name of the queue.")]
    agent: Annotated[
        str | None, Meta(description="Id of the agent; null for any agent of the queue, or if hidden from the caller.")
    ] = None


class Offer(Struct, frozen=True, kw_only=True):
    """One offer of a handoff to one desk."""

    to: Annotated[OfferTarget, Meta(description="Queue or agent that was asked.")]
    offered_at: Annotated[Timestamp, Meta(description="Start of the offer, RFC 3339 in UTC.")]
    ended_at: Annotated[
        Timestamp | None, Meta(description="End of the offer, RFC 3339 in UTC; null while it stands.")
    ] = None
    end: Annotated[OfferEnd | None, Meta(description="How the offer ended; null while it stands.")] = None
    by: Annotated[
        str | None,
        Meta(description="Id of the agent who ended the offer; null if a timer did, or if hidden from the caller."),
    ] = None
    reason: Annotated[str | None, Meta(description="Reason that this agent gave, in words; null without one.")] = None
    agents_available: Annotated[
        int | None,
        Meta(
            description="Agents that were there to take it when the offer began; null for an offer to one agent, "
            "or if no agent was ever declared for the queue."
        ),
    ] = None
    only_fitting: Annotated[
        bool, Meta(description="Whether the offer is for agents alone who have what the handoff wants.")
    ] = False


class HandoffGiver(Struct, frozen=True, kw_only=True):
    """The API key that hands off, and after a transfer the queue and agent that had the conversation."""

    role: Annotated[Role, Meta(description="Role of the API key that handed off.")]
    name: Annotated[str, Meta(description="Name of this API key.")]
    queue: Annotated[
        str | None, Meta(description="Queue that had the conversation before a transfer; null otherwise.")
    ] = None
    agent: Annotated[
        str | None,
        Meta(description="Agent who had the conversation before a transfer; null otherwise, or if hidden."),
    ] = None


class Handoff(Struct, frozen=True, kw_only=True):
    """A handoff as stored; `customer_id` is canonical, `version` is the customer's at the last change.

    `queue` has it now, `asked_queue` was asked first. `packet` is the JSON of packet.Packet.
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
    wishes: AgentWishes | None = None

    @property
    def id(self) -> UUID:
        """`handoff_id`."""
        return self.handoff_id

    @property
    def onward_reason(self) -> str | None:
        """Why the offer before the present one ended, or for one that fell back the last; None for a first offer."""
        if self.state is HandoffState.FELL_BACK:
            return self.offers[-1].end if self.offers else "closed"
        return self.offers[-2].end if len(self.offers) > 1 else None

    @property
    def open(self) -> bool:
        """Whether the state is not final."""
        return self.state in OPEN_HANDOFF_STATES
