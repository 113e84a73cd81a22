"""What a search answers: hits by kind, with the matched parts marked, and how the query was understood."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.model.fields import CustomerId
from service.model.interaction import Timestamp


class HitGroup(StrEnum):
    """What was found, in the order in which it is shown."""

    IDENTITIES = "identities"
    NAMES = "names"
    NUMBERS = "numbers"
    SUBJECTS = "subjects"
    TEXTS = "texts"


class HitLink(StrEnum):
    """How an identity that was found hangs together with the customer."""

    PROVEN = "proven"
    CLAIMED = "claimed"
    SHARED = "shared"


class TextSegment(Struct, frozen=True, kw_only=True):
    """A part of a text; all parts one after another are the text."""

    text: Annotated[str, Meta(description="The part as it is stored, not escaped for any markup.")]
    match: Annotated[bool, Meta(description="Whether this part is what the query was found by.")]


class SearchHit(Struct, frozen=True, kw_only=True):
    """One thing that was found, and the customer it leads to."""

    customer_id: CustomerId
    customer_name: Annotated[str | None, Meta(description="The full name of that customer; null if it is unknown.")]
    kind: Annotated[
        str,
        Meta(
            description="The kind of the identity, the name of the fact, the channel of the text, `name` or `subject`."
        ),
    ]
    segments: Annotated[list[TextSegment], Meta(description="What was found, or the passages around the match.")]
    exact: Annotated[bool, Meta(description="Whether the whole value was searched for, rather than its beginning.")]
    at: Annotated[
        Timestamp,
        Meta(description="When it was said, stated or opened; of a name the customer's latest activity. RFC 3339."),
    ]
    link: Annotated[
        HitLink | None,
        Meta(
            description="Of an identity: `proven`, `claimed`, or `shared` if another customer has it or named it too."
        ),
    ] = None
    conversation_id: Annotated[UUID | None, Meta(description="The conversation in which it was said (UUIDv7).")] = None
    interaction_id: Annotated[UUID | None, Meta(description="The interaction that holds the text (UUIDv7).")] = None


class SearchGroup(Struct, frozen=True, kw_only=True):
    """The hits of one kind."""

    kind: Annotated[HitGroup, Meta(description="What these hits are; each kind comes once at most.")]
    hits: Annotated[list[SearchHit], Meta(description="Exact hits first, then the newest first; as many as `limit`.")]
    more: Annotated[bool, Meta(description="Whether there are more hits than these: a longer query narrows them.")]


class SearchedAs(Struct, frozen=True, kw_only=True):
    """One way in which the query was understood."""

    kind: Annotated[str, Meta(description="A kind of identity, or `name`, `number` or `text`.")]
    value: Annotated[str, Meta(description="What was searched for: the identity in its canonical form, or the words.")]


class SearchAnswer(Struct, frozen=True, kw_only=True):
    """What was found for a query."""

    groups: Annotated[list[SearchGroup], Meta(description="The groups with hits; empty if nothing was found.")]
    searched: Annotated[list[SearchedAs], Meta(description="Each way in which the query was understood.")]
    did_you_mean: Annotated[
        list[SearchHit],
        Meta(description="If no number was found: stored ones that differ in one place, or in two swapped neighbours."),
    ]
    unsearched: Annotated[
        list[HitGroup], Meta(description="Groups that took too long just now; they may have hits that are not shown.")
    ]


class CustomerSummary(Struct, frozen=True, kw_only=True):
    """A customer in a list."""

    id: CustomerId
    name: Annotated[str | None, Meta(description="The full name; null if it is unknown.")]
    language: Annotated[str | None, Meta(description="The language the customer prefers, a BCP 47 tag, or null.")]
    since: Annotated[Timestamp, Meta(description="When the customer was first heard of, an RFC 3339 time.")]
    last_at: Annotated[
        Timestamp | None,
        Meta(description="When the latest interaction was registered, an RFC 3339 time; null if none was."),
    ]
