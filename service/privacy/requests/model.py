"""The shapes of customers' requests: what is asked for, how it stands, and what was done with it."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.model.consent.marks import CONSENT_PURPOSES
from service.model.fields import CustomerId
from service.model.interaction import IdentityClaim, RequestShape, Timestamp
from service.model.vocabulary import Purpose

Words = Annotated[str, Meta(min_length=1, max_length=2000)]
OBJECTED = tuple(one for one in CONSENT_PURPOSES if one is not Purpose.SERVICE)
"""What an objection is against unless it says so: everything but the service itself."""


class RequestKind(StrEnum):
    """The right that a customer makes use of, with its article of the GDPR."""

    ACCESS = "access"
    """A copy of everything, Art. 15 and 20."""
    ERASURE = "erasure"
    """Art. 17."""
    RESTRICTION = "restriction"
    """Art. 18."""
    RECTIFICATION = "rectification"
    """Art. 16."""
    OBJECTION = "objection"
    """Art. 21."""


class RequestState(StrEnum):
    """How a request stands."""

    RECEIVED = "received"
    VERIFIED = "verified"
    """It is on record that the request comes from the customer; what is asked for is being carried out."""
    DONE = "done"
    REFUSED = "refused"


OPEN_STATES = (RequestState.RECEIVED, RequestState.VERIFIED)


class StepAction(StrEnum):
    """What was done with a request."""

    RECEIVED = "received"
    VERIFIED = "verified"
    EXTENDED = "extended"
    NOTED = "noted"
    EXPORTED = "exported"
    HELD = "held"
    """A legal hold kept the erasure from being carried out; the note has its reason."""
    DONE = "done"
    REFUSED = "refused"


_KIND = "The right: `access`, `erasure`, `restriction`, `rectification` or `objection`."
_PURPOSES = "What an objection is against; null for every other kind."


class PrivacyRequestInput(RequestShape, frozen=True):
    """What a customer asks for; the customer by an id or by an identity in any spelling, one of the two."""

    kind: Annotated[RequestKind, Meta(description=_KIND)]
    reason: Annotated[Words, Meta(description="How and why it was asked for, in words.")]
    customer_id: Annotated[UUID | None, Meta(description="Id of the customer (UUIDv7); else `identity`.")] = None
    identity: Annotated[IdentityClaim | None, Meta(description="An identity of the customer; else `customer_id`.")] = (
        None
    )
    purposes: Annotated[
        Annotated[tuple[Purpose, ...], Meta(min_length=1, max_length=4)] | None,
        Meta(
            description="What an objection is against: `analysis`, `marketing`, `profiling`, `service`; null for the "
            "first three."
        ),
    ] = None

    def __post_init__(self) -> None:
        """ValueError unless there is one customer, and purposes in objections alone."""
        if (self.customer_id is None) == (self.identity is None):
            raise ValueError("Expected `customer_id` or `identity`, one of the two")
        if self.purposes is not None and self.kind is not RequestKind.OBJECTION:
            raise ValueError("Expected no purposes: only an objection has some")
        if self.purposes is not None and not set(self.purposes) <= set(CONSENT_PURPOSES):
            raise ValueError(f"Expected purposes of {', '.join(CONSENT_PURPOSES)}")


class PrivacyRequestPatch(RequestShape, frozen=True):
    """What is done with a request."""

    state: Annotated[
        RequestState | None,
        Meta(
            description="`verified`: it comes from the customer, and askonce carries it out; `done`: as well, or what "
            "was corrected is in the note; `refused`, with a reason. Null leaves the state."
        ),
    ] = None
    reason: Annotated[
        Words | None, Meta(description="Why it is refused or takes longer; needed for both, null for everything else.")
    ] = None
    note: Annotated[
        Words | None,
        Meta(description="What was done or corrected, in words; needed to end a rectification, null for nothing."),
    ] = None
    extend: Annotated[
        bool, Meta(description="Whether it takes two more months (GDPR, Art. 12(3)); once, and with a reason.")
    ] = False

    def __post_init__(self) -> None:
        """ValueError for a state that cannot be set, or a reason that is missing."""
        if self.state is RequestState.RECEIVED:
            raise ValueError("Expected `verified`, `done` or `refused`")
        if self.reason is None and (self.extend or self.state is RequestState.REFUSED):
            raise ValueError("Expected a reason")
        if self.extend and self.state in (RequestState.DONE, RequestState.REFUSED):
            raise ValueError("Expected no extension of a request that ends")


class PrivacyRequestStep(Struct, frozen=True, kw_only=True):
    """One thing that was done with a request."""

    at: Annotated[Timestamp, Meta(description="When it was done.")]
    action: Annotated[StepAction, Meta(description="What was done.")]
    by: Annotated[str, Meta(description="Name of the key or agent that did it; `askonce` for what it did by itself.")]
    note: Annotated[str | None, Meta(description="What was written beside it; null for nothing, and after an erasure.")]


class PrivacyRequest(Struct, frozen=True, kw_only=True):
    """A request as it stands."""

    id: Annotated[UUID, Meta(description="Id of the request (UUIDv7).")]
    kind: Annotated[RequestKind, Meta(description=_KIND)]
    state: Annotated[RequestState, Meta(description="`received`, `verified`, `done` or `refused`.")]
    customer_id: CustomerId
    purposes: Annotated[tuple[Purpose, ...] | None, Meta(description=_PURPOSES)]
    reason: Annotated[str | None, Meta(description="How and why it was asked for; null once the customer is erased.")]
    received_at: Annotated[Timestamp, Meta(description="When it was received.")]
    due_on: Annotated[
        date,
        Meta(
            description="Last day to answer on, in the company's time zone: a month after receipt, three if extended."
        ),
    ]
    extended: Annotated[bool, Meta(description="Whether it takes two more months.")]
    overdue: Annotated[bool, Meta(description="Whether it is open and that day has passed.")]
    verified_at: Annotated[
        Timestamp | None, Meta(description="When it was on record that it comes from the customer; null before that.")
    ]
    ended_at: Annotated[Timestamp | None, Meta(description="When it was done or refused; null while it is open.")]
    steps: Annotated[tuple[PrivacyRequestStep, ...], Meta(description="What was done with it, in order.")]

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN_STATES
