"""The golden record: for each field one value, where it comes from, by which rule, and what else is said."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.model.fields import ContextVersion
from service.model.interaction import ShortText, Timestamp

OWN_SOURCE = "askonce"
"""The source of what was stated to askonce itself: the customer's own record, and pins."""
Value = str | dict[str, str]
"""A text; of an address its parts by the names of HTML's autocomplete."""


class SurvivorshipRule(StrEnum):
    """Which of several values stands, after what is pinned and what is verified."""

    RECENT = "recent"
    TRUSTED = "trusted"
    FREQUENT = "frequent"
    LONGEST = "longest"
    OLDEST = "oldest"
    ALL = "all"


class FieldRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the value of a field is chosen."""

    rule: Annotated[
        SurvivorshipRule,
        Meta(
            description="What decides after pinned and verified values: the newest, the most trusted source, the most "
            "records, the longest, the oldest; `all` keeps every value, the newest first."
        ),
    ]
    sources: Annotated[
        tuple[ShortText, ...],
        Meta(max_length=100, description="For `trusted`: sources in their order, before the trust that each has."),
    ] = ()


class Candidate(Struct, frozen=True, kw_only=True):
    """A value that is stated of a field; `position` orders the values of one field in a record."""

    field: str
    value: Value
    normal: str
    source: str
    external_id: str | None
    stated_at: datetime
    verified: bool
    trust: int = 50
    pinned: bool = False
    vouched: bool = False
    """Whether a person of the company corrected or verified it, as a fact of the customer."""
    position: int = 0
    fact: str | None = None
    """The name of the customer's fact that it is, or the first of an address."""
    customer_id: UUID | None = None
    """The member of the merge set of which it is stated, where that is read."""

    @property
    def record(self) -> tuple[str, str | None]:
        """The record that states it."""
        return self.source, self.external_id


class GoldenOther(Struct, frozen=True, kw_only=True):
    """Another value of a field, in its best spelling."""

    value: Annotated[Value, Meta(description="The value; of an address its parts.")]
    source: Annotated[str, Meta(description="The source that states it; `askonce` is what was stated here.")]
    external_id: Annotated[str | None, Meta(description="Id of its record in the source; null for statements here.")]
    stated_at: Annotated[Timestamp, Meta(description="When it was stated, an RFC 3339 time.")]
    verified: Annotated[bool, Meta(description="Whether the source has proof of it.")]


class GoldenField(GoldenOther, frozen=True, kw_only=True):
    """The value that stands, and what else is said."""

    rule: Annotated[
        str,
        Meta(description="What decided: `pinned`, `vouched`, `verified`, `only` for one value, or the field's rule."),
    ]
    others: Annotated[
        tuple[GoldenOther, ...],
        Meta(description="The other values in the order of the rule; with the rule `all` they stand as well."),
    ] = ()


class GoldenRecord(Struct, frozen=True, kw_only=True):
    """What is known of a customer from all sources, the best value of each field."""

    fields: Annotated[
        dict[str, GoldenField],
        Meta(
            description="By field: given, family, full, birth_date, address, phone, email, language and "
            "`preference.<name>`; a field of which nothing is said is absent."
        ),
    ]
    version: ContextVersion
