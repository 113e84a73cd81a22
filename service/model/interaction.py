"""An interaction as a channel registers it: the shape every door produces and registration takes."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    CallOutcome,
    Channel,
    Direction,
    IdentityKind,
    InteractionKind,
    ParticipantRole,
)

ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A name, reference or title: 1 to 200 characters."""
FactName = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x20\x7f]+$")]
"""The name of a fact: an HTML autocomplete token where one exists, no spaces, at most 100 characters."""
Timestamp = Annotated[datetime, msgspec.Meta(tz=True)]
"""An RFC 3339 time with its offset."""
Mood = Annotated[float, msgspec.Meta(ge=-1, le=1)]
Language = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""A BCP 47 language tag."""
MAX_IDENTITY_CHARS = 320
"""Characters of an identity: as many as an e-mail address can have."""
JsonObject = dict[str, Any]
"""Whatever a channel adds; stored and returned, never interpreted."""


class RequestShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request's shape: immutable, and a field it does not know is an error that names the field."""


class IdentityClaim(RequestShape, frozen=True):
    """An identity as a channel states it, in any spelling; `verified` when the channel itself has proof of it.

    What anybody could merely have mentioned has `decides` false: it becomes the customer's if it is nobody's, but never
    says who the customer is; only a device still does, as long as no account is known of its customer.
    """

    kind: IdentityKind
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_IDENTITY_CHARS)]
    verified: bool = False
    decides: bool = True


class ConversationHint(RequestShape, frozen=True):
    """How the channel names the matter: `ref` groups within one source, `subject` across a customer's channels."""

    ref: ShortText | None = None
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = None


class Participant(RequestShape, frozen=True):
    """Who speaks."""

    role: ParticipantRole
    id: ShortText | None = None
    name: ShortText | None = None


class AttemptReport(RequestShape, frozen=True):
    """One try to solve the matter, and how it went as far as is known."""

    what: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    outcome: AttemptOutcome


class Rating(RequestShape, frozen=True):
    """A customer's rating: `value` of `scale` points, e.g. 2 of 5."""

    scale: Annotated[int, msgspec.Meta(ge=1, le=100)]
    value: Annotated[float, msgspec.Meta(ge=0, le=100)]


class Interaction(RequestShape, frozen=True):
    """One touchpoint; the pair (`source`, `source_event_id`) is unique for ever."""

    source: ShortText
    source_event_id: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    occurred_at: Timestamp
    channel: Channel
    kind: InteractionKind
    direction: Direction
    identities: Annotated[tuple[IdentityClaim, ...], msgspec.Meta(min_length=1, max_length=10)]
    assurance: Assurance = Assurance.CLAIMED
    conversation: ConversationHint | None = None
    participant: Participant | None = None
    text: Annotated[str, msgspec.Meta(max_length=100_000)] | None = None
    language: Language | None = None
    facts: Annotated[dict[FactName, Any], msgspec.Meta(max_length=100)] = {}
    asks: Annotated[tuple[FactName, ...], msgspec.Meta(max_length=100)] = ()
    attempt: AttemptReport | None = None
    outcome: CallOutcome | None = None
    mood: Mood | None = None
    rating: Rating | None = None
    data: JsonObject | None = None


class RegistrationResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a registered interaction; a duplicate carries the ids of the first registration."""

    interaction_id: UUID
    customer_id: UUID
    conversation_id: UUID
    version: int
    duplicate: bool
