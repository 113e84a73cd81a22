"""An interaction as a channel registers it: the shape every door produces and registration takes."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from service.model.fields import ContextVersion, ConversationId, CustomerId, InteractionId
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    CallOutcome,
    Channel,
    Direction,
    IdentityKind,
    InteractionKind,
    ParticipantRole,
    ServedBy,
)

ShortText = Annotated[str, Meta(min_length=1, max_length=200)]
"""A name, reference or title: 1 to 200 characters."""
FactName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x20\x7f]+$")]
"""The name of a fact: an HTML autocomplete token where one exists, no spaces, at most 100 characters."""
Timestamp = Annotated[datetime, Meta(tz=True)]
"""An RFC 3339 time with its offset."""
Mood = Annotated[float, Meta(ge=-1, le=1)]
Language = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""A BCP 47 language tag."""
MAX_IDENTITY_CHARS = 320
"""Characters of an identity: as many as an e-mail address can have."""
JsonObject = dict[str, Any]
"""Whatever a channel adds; stored and returned, never interpreted."""


class RequestShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request's shape: immutable, and a field it does not know is an error that names the field."""


class IdentityClaim(RequestShape, frozen=True):
    """An identity as a channel states it, in any spelling; `verified` when the channel itself has proof of it.

    An identity that was only mentioned has `decides` false: it becomes the customer's if no other customer has it, but
    never says who the customer is; only a device still does, as long as no account is known of its customer.
    """

    kind: Annotated[
        IdentityKind,
        Meta(description="What the value is, such as `email`, `phone` or `loyalty_card`; stronger kinds come first."),
    ]
    value: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_IDENTITY_CHARS,
            description="The identity in any spelling; it is kept in canonical form (E.164 for telephone numbers).",
        ),
    ]
    verified: Annotated[
        bool, Meta(description="True when the channel itself has proof that the identity is the customer's.")
    ] = False
    decides: Annotated[
        bool,
        Meta(description="False for an identity that was only mentioned: it never says who the customer is."),
    ] = True


class ConversationHint(RequestShape, frozen=True):
    """How the channel names the matter: `ref` groups within one source, `subject` across a customer's channels."""

    ref: Annotated[
        ShortText | None,
        Meta(
            description="The channel's own name of the matter; the same one within a source is the same conversation."
        ),
    ] = None
    subject: Annotated[
        Annotated[str, Meta(min_length=1, max_length=500)] | None,
        Meta(description="What the matter is about; it groups the interactions of a customer across channels."),
    ] = None


class Participant(RequestShape, frozen=True):
    """Who speaks."""

    role: Annotated[
        ParticipantRole,
        Meta(description="Who speaks: the customer, a bot, an agent, or a system without a person."),
    ]
    id: Annotated[
        ShortText | None,
        Meta(description="The speaker's id in the system that registers; absent when it has none."),
    ] = None
    name: Annotated[ShortText | None, Meta(description="The speaker's display name; absent when it is unknown.")] = None


class AttemptReport(RequestShape, frozen=True):
    """One try to solve the matter, and how it went as far as is known."""

    what: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=500,
            description="What was tried, in words; the same words in one conversation update the same attempt.",
        ),
    ]
    outcome: Annotated[
        AttemptOutcome,
        Meta(description="How the try went: `pending` while it runs, `unknown` when no result was told."),
    ]


class Rating(RequestShape, frozen=True):
    """A customer's rating: `value` of `scale` points, e.g. 2 of 5."""

    scale: Annotated[
        int,
        Meta(ge=1, le=100, description="The highest value that can be given, from 1 to 100, such as 5 for five stars."),
    ]
    value: Annotated[float, Meta(ge=0, le=100, description="The points that the customer gave, from 0 up to 100.")]


class InteractionContent(RequestShape, frozen=True):
    """One touchpoint without its customer; the pair (`source`, `source_event_id`) is unique for ever.

    Desks, forms and outgoing mail record it of a customer that they know already.
    """

    source: Annotated[
        ShortText,
        Meta(
            description="The system that registers; with `source_event_id` it names the interaction for ever within "
            "the key's space. The sources of askonce and its doors are refused."
        ),
    ]
    source_event_id: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=500,
            description="The source's own id of the event; the same pair again is a duplicate and counts once.",
        ),
    ]
    occurred_at: Annotated[
        Timestamp,
        Meta(
            description="When it happened, an RFC 3339 time with its offset; one in the future is shown as stated, and"
            " ordered as if it had happened on arrival."
        ),
    ]
    channel: Annotated[Channel, Meta(description="Where the touchpoint happened.")]
    kind: Annotated[
        InteractionKind, Meta(description="What the touchpoint was, such as a message, a call or a purchase.")
    ]
    direction: Annotated[
        Direction,
        Meta(description="`inbound` comes from the customer, `outbound` goes to it, `internal` stays among staff."),
    ]
    assurance: Annotated[
        Assurance, Meta(description="How sure the channel is who is speaking, from `none` to `verified`.")
    ] = Assurance.CLAIMED
    conversation: Annotated[
        ConversationHint | None,
        Meta(description="Which matter it belongs to; absent, it joins an open conversation or opens a new one."),
    ] = None
    participant: Annotated[
        Participant | None, Meta(description="The person or system that speaks; absent when it is not known.")
    ] = None
    text: Annotated[
        Annotated[str, Meta(max_length=100_000)] | None,
        Meta(description="What was said or written, as plain text; absent when nothing was."),
    ] = None
    language: Annotated[
        Language | None, Meta(description="Language of the text, a BCP 47 tag such as `de` or `pt-BR`.")
    ] = None
    facts: Annotated[
        dict[FactName, Any],
        Meta(
            max_length=100,
            description="What is known from now on, by fact name (HTML autocomplete tokens where one exists).",
        ),
    ] = {}
    asks: Annotated[
        tuple[FactName, ...],
        Meta(max_length=100, description="Names of the facts that the channel asked the customer for."),
    ] = ()
    attempt: Annotated[
        AttemptReport | None, Meta(description="A try to solve the matter; absent when none was made.")
    ] = None
    outcome: Annotated[
        CallOutcome | None, Meta(description="How a call ended; absent for everything that is no call.")
    ] = None
    mood: Annotated[
        Mood | None,
        Meta(description="The customer's mood, from -1 (very unhappy) to 1 (very happy); absent when unknown."),
    ] = None
    rating: Annotated[Rating | None, Meta(description="A rating by the customer; absent when there is none.")] = None
    answered: Annotated[
        bool | None,
        Meta(description="Of a `concern`: whether it was answered; a later concern of its conversation may say so."),
    ] = None
    data: Annotated[
        JsonObject | None,
        Meta(description="Anything else of the channel; it is stored and returned, never interpreted."),
    ] = None


class Interaction(InteractionContent, frozen=True, kw_only=True):
    """One touchpoint and the identities by which its customer is found, as a channel registers it.

    A door that knows no identity leaves them empty: `prepare_channel_submission` then adds the conversation's ref.
    """

    identities: Annotated[
        tuple[IdentityClaim, ...],
        Meta(
            min_length=1,
            max_length=10,
            description="Who the customer is: 1 to 10 identities, which need not all be known.",
        ),
    ]


class RegistrationResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a registered interaction; a duplicate carries the ids of the first registration."""

    interaction_id: InteractionId
    customer_id: CustomerId
    conversation_id: ConversationId
    version: ContextVersion
    duplicate: Annotated[
        bool,
        Meta(description="True when this event was registered before; the ids are those of the first time."),
    ]
    served_by: Annotated[
        ServedBy | None,
        Meta(
            description="Who serves the conversation now: `taker` once a desk took it over, and then a bot is silent; "
            "`giver` while it is offered or after it came back, `nobody` if no one has it; null if never handed off."
        ),
    ] = None
