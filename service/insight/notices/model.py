"""Notices as people write them, as they are stored, and as a customer reads them."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from service.context.guidance.texts import ShownNotice
from service.handoff.model import QueueName
from service.insight.languages import MAX_LANGUAGES
from service.insight.purposes import OfferPurpose
from service.model.fields import CustomerId
from service.model.interaction import Language, RequestShape, ShortText, Timestamp
from service.model.vocabulary import Channel

NoticeTexts = Annotated[
    dict[Language, Annotated[str, Meta(min_length=1, max_length=2000)]], Meta(min_length=1, max_length=MAX_LANGUAGES)
]
"""A text for each language."""
NoticeNames = Annotated[tuple[ShortText, ...], Meta(max_length=100)]


class NoticeState(StrEnum):
    """Whether customers are told."""

    DRAFT = "draft"
    PUBLISHED = "published"


class ClosedOption(RequestShape, frozen=True, omit_defaults=False):
    """What a customer can do while the desk is closed."""

    texts: Annotated[NoticeTexts, Meta(description="What it is, by language, such as an emergency number.")]
    url: Annotated[
        Annotated[str, Meta(max_length=2000)] | None,
        Meta(description="Address of the page where it is done, `http` or `https`; null for none."),
    ] = None


class NoticeInput(RequestShape, frozen=True, omit_defaults=False):
    """What customers are told before they ask. What is left empty does not limit whom it is for."""

    texts: Annotated[NoticeTexts, Meta(description="The notice by language, a BCP 47 tag; one language is enough.")]
    starts_at: Annotated[
        Timestamp | None, Meta(description="From when on it is shown, RFC 3339 with offset; null for now.")
    ] = field(default=None, name="from")
    ends_at: Annotated[
        Timestamp | None, Meta(description="When it ends, RFC 3339 with offset; null until it is deleted.")
    ] = field(default=None, name="until")
    queues: Annotated[
        Annotated[tuple[QueueName, ...], Meta(max_length=100)], Meta(description="Queues that it is about.")
    ] = ()
    channels: Annotated[
        Annotated[tuple[Channel, ...], Meta(max_length=100)], Meta(description="Channels on which it is shown.")
    ] = ()
    segments: Annotated[NoticeNames, Meta(description="Segments of customers that it is for.")] = ()
    options_when_closed: Annotated[
        Annotated[tuple[ClosedOption, ...], Meta(max_length=10)],
        Meta(description="What can be done while the queues are closed, in the order in which it is shown."),
    ] = ()
    purpose: OfferPurpose = "service"
    state: Annotated[
        NoticeState, Meta(description="`published`: customers are told while it lasts; `draft`: nobody is told yet.")
    ] = NoticeState.PUBLISHED


class NoticeReach(Struct, frozen=True, kw_only=True):
    """How many customers a notice concerns, as it was counted when it was published."""

    customers: Annotated[int, Meta(description="Customers whom it concerns, after merges.")]
    channels: Annotated[
        dict[Channel, int],
        Meta(description="How many of them have not refused it there, for each channel of the notice."),
    ]


class Notice(ShownNotice, frozen=True, kw_only=True):
    """A notice as it is stored, with its text in one language."""

    state: Annotated[NoticeState, Meta(description="Whether customers are told.")]
    texts: Annotated[dict[str, str], Meta(description="The notice in every language, by BCP 47 tag.")]
    queues: Annotated[tuple[str, ...], Meta(description="Queues that it is about; empty for all.")]
    channels: Annotated[tuple[Channel, ...], Meta(description="Channels on which it is shown; empty for all.")]
    segments: Annotated[tuple[str, ...], Meta(description="Segments of customers that it is for; empty for all.")]
    options_when_closed: Annotated[
        tuple[ClosedOption, ...], Meta(description="What can be done while the queues are closed, in every language.")
    ]
    purpose: OfferPurpose
    drafted_for: Annotated[
        str | None, Meta(description="Queue that had its calendar changed, which drafted it; null for one of a person.")
    ]
    published_at: Annotated[Timestamp | None, Meta(description="When it was published, RFC 3339; null for a draft.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was changed last, RFC 3339.")]
    reach: Annotated[NoticeReach | None, Meta(description="Whom it concerned when it was published; null for a draft.")]


class StoredNotice(Struct, frozen=True, kw_only=True):
    """A row of the notices."""

    notice_id: str
    state: NoticeState
    starts_at: Timestamp
    ends_at: Timestamp | None
    definition: NoticeInput
    drafted_for: str | None
    reach: NoticeReach | None
    published_at: Timestamp | None
    updated_at: Timestamp


class ConcernedCustomer(Struct, frozen=True, kw_only=True):
    """A customer whom a notice concerns, and where it may be sent."""

    customer_id: CustomerId
    language: Annotated[str | None, Meta(description="Language that the customer prefers; null if unknown.")]
    channels: Annotated[
        tuple[Channel, ...],
        Meta(description="Channels of the notice that the customer has not refused, the preferred one first."),
    ]
