"""The records of one customer (a merge set) as one SQL statement gives them; JSON values stay as they are stored.

A further kind of record, such as handoffs, comes in at four places: an array in `records.sql`, a field with an empty
default in `CustomerRecords`, a line in `projection.py` (and in its `_moments` if time alone changes it), and a field in
each view of `audiences.py` that may show it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Raw, Struct, field

from service.identity.golden.model import Candidate, FieldRule
from service.identity.golden.own import FactStatement, MemberStatement
from service.identity.preferences import ChannelWish, DoNotContact
from service.model.consent.marks import CONSENT_PURPOSES, is_withdrawn_by_any
from service.model.interaction import AttemptReport, Participant, Rating, Timestamp
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    Audience,
    CallbackState,
    CallOutcome,
    Channel,
    ConditionKind,
    ConversationStatus,
    Direction,
    HandoffMode,
    HandoffState,
    IdentityKind,
    IdentityLink,
    InteractionKind,
    ParticipantRole,
    Purpose,
    Stacking,
    UsePeriod,
)


class ChurnCode(StrEnum):
    """What raises the risk that a customer leaves."""

    BROKEN_PROMISES = "broken_promises"
    MANY_CONTACTS = "many_contacts"
    REPEATED_QUESTIONS = "repeated_questions"
    FAILED_ATTEMPTS = "failed_attempts"
    DROPPED_CALLS = "dropped_calls"
    MANY_TRANSFERS = "many_transfers"
    LOW_MOOD = "low_mood"
    LOW_RATING = "low_rating"


class CustomerRecord(MemberStatement, frozen=True, kw_only=True):
    """One member of the merge set."""

    version: int
    preferred_channel: Channel | None
    communication_style: str | None
    segments: tuple[str, ...]
    interactions: int
    repeated_questions: int
    channel_wishes: dict[Channel, ChannelWish] | None = None
    do_not_contact: tuple[DoNotContact, ...] | None = None
    restricted: bool = False
    """Whether only the privacy desk may see the customer; the same for all members."""
    consents: tuple[str, ...] | None = None
    """What the customer said about purposes, as marks (`service/model/consent/marks.py`)."""


class IdentityRecord(Struct, frozen=True, kw_only=True):
    """An identity in its canonical form."""

    kind: Annotated[IdentityKind, Meta(description="What sort of identity it is.")]
    value: Annotated[str, Meta(description="The identity in its canonical form.")]
    verified: Annotated[bool, Meta(description="Whether a channel had proof that it is the customer's.")]
    link: Annotated[
        IdentityLink,
        Meta(description="Whether it came to the customer by a claim, or by proof of a channel or person."),
    ] = IdentityLink.CLAIMED
    source: Annotated[str | None, Meta(description="The system or key that stated it first.")] = None
    linked_at: Annotated[Timestamp | None, Meta(description="When it came to the customer.")] = None
    proven_by: Annotated[
        str | None, Meta(description="The name of the key of the person who vouched for it; null if a channel did.")
    ] = None


class FactRecord(FactStatement, frozen=True, kw_only=True):
    """A fact that one member of the merge set stated, with the channel on which it was said."""

    channel: Channel | None
    version: int
    said_with_identity: bool | None = None
    """Whether it was said in a conversation in which the claimed identity took part that was asked for."""


class ConditionRecord(Struct, frozen=True, kw_only=True):
    """A condition that is in force or will be; `uses` counts its redemptions in the present period."""

    condition_id: UUID
    title: str
    kind: ConditionKind
    terms: Raw
    scope: Raw
    valid_from: datetime
    valid_until: datetime | None
    contract: str | None
    priority: int
    stacking: Stacking
    audiences: tuple[Audience, ...]
    max_uses: int | None
    max_uses_per: UsePeriod | None
    uses: int
    revoked_at: datetime | None


class AttemptRecord(Struct, frozen=True, kw_only=True):
    """One try to solve the matter of a conversation; `by` is a role, never a name."""

    what: Annotated[str, Meta(description="What was tried, in words.")]
    outcome: Annotated[AttemptOutcome, Meta(description="How it went, as far as is known.")]
    by: Annotated[ParticipantRole | None, Meta(description="The role of who tried it; null if unknown.")]
    channel: Annotated[Channel, Meta(description="The channel on which it was reported.")]
    at: Annotated[Timestamp, Meta(description="When it was reported.")]


class StatedFactRecord(Struct, frozen=True, kw_only=True):
    """The latest value of a fact in one conversation."""

    value: Raw
    at: datetime


class ConversationRecord(Struct, frozen=True, kw_only=True):
    """A thread about one matter, with what was said and tried in it."""

    conversation_id: UUID
    subject: str | None
    status: ConversationStatus
    channels: tuple[Channel, ...]
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    interactions: int
    facts: dict[str, StatedFactRecord]
    attempts: tuple[AttemptRecord, ...]
    transfers: int = 0
    source: str = ""
    ref: str | None = None
    identities: tuple[str, ...] = ()
    """The identities that took part in it, as kind:value."""


class DetailsRecord(Struct, frozen=True, kw_only=True):
    """What only some interactions have; the channel's own `data` is not loaded.

    `stated_at` is the time that the source stated, if it is later than the registration.
    """

    stated_at: datetime | None = field(default=None, name="occurred_at")
    participant: Participant | None = None
    facts: dict[str, Raw] = {}
    asks: tuple[str, ...] = ()
    attempt: AttemptReport | None = None
    rating: Rating | None = None
    answered: bool | None = None
    """Of a concern: whether it was answered."""


class InteractionRecord(Struct, frozen=True, kw_only=True):
    """One touchpoint; `occurred_at` orders. Of a long text the beginning, one character longer than is shown."""

    interaction_id: UUID
    occurred_at: datetime
    version: int
    conversation_id: UUID
    source: str
    channel: Channel
    kind: InteractionKind
    direction: Direction
    assurance: Assurance
    language: str | None
    outcome: CallOutcome | None
    mood: float | None
    repeated_questions: int
    text: str | None
    details: DetailsRecord | None


class HandoffRecord(Struct, frozen=True, kw_only=True):
    """A handoff that is open or ended in the last day; `agent` is whom the last offer names."""

    handoff_id: UUID
    state: HandoffState
    mode: HandoffMode
    conversation_id: UUID
    given_by: Raw
    queue: str
    agent: str | None
    reason_code: str | None
    reason_text: str | None
    priority: int
    created_at: datetime
    deadline: datetime | None
    taken_by: str | None
    ended_at: datetime | None


class CallbackRecord(Struct, frozen=True, kw_only=True):
    """A callback that is open, waits for a number or ended in the last day; `attempts` counts the calls."""

    callback_id: UUID
    state: CallbackState
    conversation_id: UUID | None
    handoff_id: UUID | None
    queue: str
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: int
    kept: bool | None
    priority: int
    preferred_agent: str | None
    ended_at: datetime | None
    end_reason: str | None = None


ANSWER_HOLDS = timedelta(hours=24)
"""For so long a rule advises nothing on a customer again after its advice was taken or declined."""


class AnsweredRule(Struct, frozen=True, kw_only=True):
    """A rule with advice that was taken or declined lately."""

    rule: str
    at: datetime


class InvalidNumber(Struct, frozen=True, kw_only=True):
    """A telephone number that a call found to be none, and that has not been corrected."""

    phone: Annotated[str, Meta(description="The number, in the canonical form of an identity.")]
    since: Annotated[Timestamp, Meta(description="When a call for a callback found that it does not exist.")]


class CustomerRecords(Struct, frozen=True, kw_only=True):
    """Everything the context of one customer is made of, read in one snapshot."""

    customers: tuple[CustomerRecord, ...]
    """The merge set, the survivor first; its version is the context's."""
    identities: tuple[IdentityRecord, ...]
    facts: tuple[FactRecord, ...]
    conditions: tuple[ConditionRecord, ...]
    conversations: tuple[ConversationRecord, ...]
    """At least the 20 unresolved ones with the latest activity and the 5 resolved last."""
    recent: tuple[InteractionRecord, ...]
    """The 20 newest interactions, newest first."""
    contacts: tuple[datetime, ...]
    """For each (conversation, channel): when the customer last turned to us there, if in the last 30 days."""
    dropped_calls: tuple[datetime, ...]
    """When calls to us ended in vain in the last 30 days."""
    handoffs: tuple[HandoffRecord, ...] = ()
    callbacks: tuple[CallbackRecord, ...] = ()
    golden_statements: tuple[Candidate, ...] = ()
    """What sources state of the person, and what is pinned."""
    survivorship: dict[str, FieldRule] = {}
    """The rules that differ from the shipped ones."""
    invalid_numbers: tuple[InvalidNumber, ...] = ()
    answered_rules: tuple[AnsweredRule, ...] = ()

    @property
    def is_restricted(self) -> bool:
        """Whether only the privacy desk may see the customer."""
        return self.customers[0].restricted

    @property
    def refused(self) -> frozenset[Purpose]:
        """The purposes that the customer has withdrawn: of a merge set what one member has."""
        marks = [customer.consents for customer in self.customers if customer.consents]
        return frozenset(purpose for purpose in CONSENT_PURPOSES if marks and is_withdrawn_by_any(marks, purpose))
