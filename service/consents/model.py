"""The shapes of consents, restrictions and legal holds."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.model.consent.marks import CHANNEL_PURPOSES, CONSENT_PURPOSES
from service.model.interaction import RequestShape, Timestamp
from service.model.vocabulary import Channel, Purpose

Reason = Annotated[str, Meta(min_length=1, max_length=1000)]


class LegalBasis(StrEnum):
    """By which right data are used (GDPR, Art. 6)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTEREST = "legitimate_interest"
    VITAL_INTEREST = "vital_interest"
    PUBLIC_TASK = "public_task"


ASSUMED_BASIS = {
    Purpose.SERVICE: LegalBasis.CONTRACT,
    Purpose.ANALYSIS: LegalBasis.LEGITIMATE_INTEREST,
    Purpose.MARKETING: LegalBasis.LEGITIMATE_INTEREST,
    Purpose.PROFILING: LegalBasis.LEGITIMATE_INTEREST,
}
"""The basis of each purpose while the customer has said nothing of it."""


class ConsentState(StrEnum):
    """Whether a purpose is allowed."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class ConsentInput(RequestShape, frozen=True):
    """What a customer says about one purpose."""

    purpose: Annotated[
        Purpose, Meta(description="What the data are used for: `service`, `analysis`, `marketing` or `profiling`.")
    ]
    state: Annotated[ConsentState, Meta(description="Whether the customer allows it (`given`) or not (`withdrawn`).")]
    channel: Annotated[
        Channel | None,
        Meta(
            description="Channel that the statement is about, of `service` and `marketing`; null for all channels. A "
            "withdrawal for all channels also ends what was given for single ones."
        ),
    ] = None
    basis: Annotated[
        LegalBasis, Meta(description="By which right the data are used, in the words of GDPR, Art. 6.")
    ] = LegalBasis.CONSENT
    source: Annotated[
        str,
        Meta(min_length=1, max_length=200, description="Where the customer said so, such as `preference centre`."),
    ] = "customer"
    stated_at: Annotated[
        Timestamp | None, Meta(description="When the customer said so, RFC 3339 with offset; null for now.")
    ] = None

    def __post_init__(self) -> None:
        """ValueError for a purpose that is no customer's to decide, or a channel that it does not know."""
        if self.purpose not in CONSENT_PURPOSES:
            raise ValueError(f"Expected a purpose of {', '.join(CONSENT_PURPOSES)}")
        if self.channel is not None and self.purpose not in CHANNEL_PURPOSES:
            raise ValueError(f"Expected no channel: only {', '.join(CHANNEL_PURPOSES)} differ by channel")


class ConsentsInput(RequestShape, frozen=True):
    """What a customer says, in this order; purposes that are not named stay as they are."""

    consents: Annotated[
        Annotated[tuple[ConsentInput, ...], Meta(min_length=1, max_length=50)],
        Meta(description="The statements; of two about the same purpose and channel the later one counts."),
    ]


class StatedConsent(Struct, frozen=True, kw_only=True):
    """One statement on record."""

    id: Annotated[UUID, Meta(description="Id of the statement (UUIDv7).")]
    purpose: Annotated[Purpose, Meta(description="What the data are used for.")]
    channel: Annotated[Channel | None, Meta(description="Channel that it is about; null for all.")]
    state: Annotated[ConsentState, Meta(description="Whether the purpose was allowed or not.")]
    basis: Annotated[LegalBasis, Meta(description="By which right the data are used.")]
    source: Annotated[str, Meta(description="Where the customer said so.")]
    stated_at: Annotated[Timestamp, Meta(description="When the customer said so.")]
    recorded_at: Annotated[Timestamp, Meta(description="When it was recorded.")]
    recorded_by: Annotated[str, Meta(description="Name of the key or agent that recorded it.")]


class PurposeConsent(Struct, frozen=True, kw_only=True):
    """Whether a purpose is allowed now, over the whole merge set."""

    purpose: Annotated[Purpose, Meta(description="What the data are used for.")]
    channel: Annotated[Channel | None, Meta(description="Channel that differs from the others; null for all others.")]
    state: Annotated[ConsentState, Meta(description="Whether it is allowed now.")]
    basis: Annotated[LegalBasis, Meta(description="By which right the data are used.")]
    stated: Annotated[bool, Meta(description="Whether the customer said so; else it is what holds without a word.")]
    since: Annotated[Timestamp | None, Meta(description="When the customer said so; null without a statement.")]


class Consents(Struct, frozen=True, kw_only=True):
    """What a customer's data may be used for now, and everything the customer has said about it."""

    consents: Annotated[
        tuple[PurposeConsent, ...],
        Meta(description="What holds now: each purpose once for all channels, then the channels that differ."),
    ]
    history: Annotated[tuple[StatedConsent, ...], Meta(description="Every statement, the newest first.")]


class RestrictionInput(RequestShape, frozen=True):
    """Whether processing is to be restricted, and why."""

    restricted: Annotated[bool, Meta(description="True to restrict the customer, false to lift the restriction.")]
    reason: Annotated[Reason, Meta(description="Why, for the record; privacy and admin read it.")]


class Restriction(Struct, frozen=True, kw_only=True):
    """Whether processing of a customer is restricted."""

    restricted: Annotated[bool, Meta(description="Whether only the privacy desk may see the customer.")]
    reason: Annotated[str | None, Meta(description="Why it is; null if it is not.")] = None
    since: Annotated[Timestamp | None, Meta(description="Since when it is; null if it is not.")] = None
    set_by: Annotated[str | None, Meta(description="Name of the key or agent that set it; null if it is not.")] = None


class HoldInput(RequestShape, frozen=True):
    """A legal hold as it is to be."""

    reason: Annotated[Reason, Meta(description="Why the data must be kept; an erasure that is refused says it.")]
    until: Annotated[
        Timestamp | None, Meta(description="When the hold ends by itself, RFC 3339 with offset; null for never.")
    ] = None


class Hold(Struct, frozen=True, kw_only=True):
    """A legal hold: while it stands, nothing of the customer is erased."""

    name: Annotated[str, Meta(description="The hold's name, unique for the customer.")]
    reason: Annotated[str, Meta(description="Why the data must be kept.")]
    until: Annotated[Timestamp | None, Meta(description="When it ends by itself; null for never.")]
    set_at: Annotated[Timestamp, Meta(description="When it was set.")]
    set_by: Annotated[str, Meta(description="Name of the key or agent that set it.")]


class Holds(Struct, frozen=True, kw_only=True):
    """The legal holds of a customer."""

    holds: Annotated[tuple[Hold, ...], Meta(description="Those in force, by name.")]


class CustomerHold(Struct, frozen=True, kw_only=True):
    """A hold in force of one of many customers."""

    customer_id: UUID
    """The customer of the merge set under whom it was set."""
    hold: Hold
