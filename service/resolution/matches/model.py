"""The shapes of matches: pairs of customers that may be one person or live together, and what is known of them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.identity.decisions import MatchDecision
from service.identity.matching.weigh import MatchReason, MatchStrength
from service.model.interaction import Timestamp


class MatchState(StrEnum):
    """What became of a match."""

    OPEN = "open"
    LATER = "later"
    SAME = "same"
    APART = "apart"


Likelihood = Annotated[
    float,
    Meta(description="How likely the two are one person, 0 to 1, by three classes of pairs (Fellegi and Sunter)."),
]
HouseholdLikelihood = Annotated[
    float, Meta(description="How likely the two are different people of one household, 0 to 1.")
]
Strength = Annotated[
    MatchStrength | None,
    Meta(
        description="`strong`: one person by 95 % and more, with like given names and evidence beside the name; "
        "`likely`: by half and more, or identities of both were stated together; `household`: people of one home; "
        "null if only a decision is known of the pair."
    ),
]
Reasons = Annotated[
    list[MatchReason],
    Meta(description="What speaks for one person (bits above 0) and against it, each field that both state."),
]


class MatchItem(Struct, frozen=True, kw_only=True):
    """Two customers that may be one person, or live together."""

    customers: Annotated[
        list[UUID],
        Meta(
            min_length=2,
            max_length=2,
            description="The two customers (UUIDv7), survivors of their merge sets; of a decided `same` those that "
            "were decided about.",
        ),
    ]
    names: Annotated[
        list[str | None],
        Meta(
            min_length=2, max_length=2, description="What the two are called, in the same order; null without a name."
        ),
    ]
    p: Likelihood
    household: HouseholdLikelihood
    strength: Strength
    reasons: Reasons
    state: Annotated[
        MatchState,
        Meta(description="`open` until it is decided; what is decided to be a household is `apart` from then on."),
    ]
    decision: Annotated[
        MatchDecision | None,
        Meta(description="The decision itself: `same`, `apart`, `later` or `household`; null while open."),
    ] = None
    note: Annotated[str | None, Meta(description="Why it was decided so; null without a reason.")] = None
    decided_by: Annotated[
        str | None, Meta(description="Name of the key or account that decided; `askonce` for a rule; null while open.")
    ] = None
    decided_at: Annotated[
        Timestamp | None, Meta(description="When it was decided, an RFC 3339 time; null while open.")
    ] = None
    found_at: Annotated[
        Timestamp | None, Meta(description="When the match was found, an RFC 3339 time; null if none was.")
    ] = None


class CustomerMatches(Struct, frozen=True, kw_only=True):
    """The matches of one customer."""

    items: Annotated[list[MatchItem], Meta(description="Open ones first, each by strength; 200 at most.")]


class CheckedCustomer(Struct, frozen=True, kw_only=True):
    """A customer that the record may be about."""

    customer_id: Annotated[UUID, Meta(description="The customer (UUIDv7), the survivor of its merge set.")]
    name: Annotated[str | None, Meta(description="What the customer is called; null without a name.")]
    p: Likelihood
    household: HouseholdLikelihood
    strength: Strength
    reasons: Reasons


class RecordCheck(Struct, frozen=True, kw_only=True):
    """Who a record may be about."""

    items: Annotated[list[CheckedCustomer], Meta(description="The customers by strength; empty if nobody is like it.")]
    matchable: Annotated[
        bool, Meta(description="False if the record holds nothing to match by, such as a name with a number or a town.")
    ]


class SharedValue(Struct, frozen=True, kw_only=True):
    """A value that so many customers have that it is no evidence."""

    field: Annotated[str, Meta(description="What it is: `phone`, `email` or `address`.")]
    value: Annotated[str, Meta(description="The value in normal form; a telephone number without its plus sign.")]
    found_at: Annotated[Timestamp, Meta(description="When the hundredth customer was found to have it, RFC 3339.")]
