"""Shapes of segments, as the API takes and answers them."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.insight.expressions import MAX_CHARS
from service.model.interaction import RequestShape, Timestamp

SegmentName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^(?!\*$)[^\x00-\x1f/]+$")]
"""A name as it is stated of customers, such as `private` or `b2b_gold`; it is a part of paths. `*` is no name."""
RuleText = Annotated[str, Meta(min_length=1, max_length=MAX_CHARS)]


class SegmentDefinition(RequestShape, frozen=True):
    """A segment as it shall be."""

    title: Annotated[str, Meta(min_length=1, max_length=200, description="Title that people read.")]
    rule: Annotated[
        RuleText | None,
        Meta(
            description="Condition in CEL over the console's view of a customer, such as `signals.dropped_calls >= 2`; "
            "null for a segment that is stated of customers alone."
        ),
    ] = None


class UndecidedCustomers(Struct, frozen=True, kw_only=True):
    """Of how many customers a rule decides nothing."""

    customers: Annotated[int, Meta(description="Customers of whom the rule decides nothing; they are no members.")]
    reason: Annotated[str, Meta(description="Why, of one of them, in the words of the language.")]


class Segment(Struct, frozen=True, kw_only=True):
    """A segment with its size: customers of whom it was stated, and those whom its rule meets."""

    name: Annotated[str, Meta(description="Name of the segment, which is its place in the path.")]
    title: Annotated[str, Meta(description="Title that people read; the name for one that was never defined.")]
    rule: Annotated[str | None, Meta(description="Condition in CEL; null for a segment that is only stated.")]
    customers: Annotated[int, Meta(description="Customers in it, each once, however they came to it.")]
    stated: Annotated[int, Meta(description="Customers of whom it was stated.")]
    met: Annotated[int, Meta(description="Customers whom its rule meets.")]
    undecided: Annotated[
        UndecidedCustomers | None, Meta(description="Customers of whom the rule decides nothing; null without any.")
    ] = None
    evaluating: Annotated[
        bool, Meta(description="Whether a run over all customers is under way, so that `met` may still change.")
    ] = False
    error: Annotated[
        str | None, Meta(description="Why the stored rule cannot be evaluated by this version; null if it can.")
    ] = None
    changed_at: Annotated[
        Timestamp | None, Meta(description="When it was defined last, an RFC 3339 time; null if it never was.")
    ] = None


class SegmentMembership(Struct, frozen=True, kw_only=True):
    """A segment that a customer is in."""

    name: Annotated[str, Meta(description="Name of the segment.")]
    title: Annotated[str, Meta(description="Title that people read.")]
    stated: Annotated[bool, Meta(description="Whether it was stated of the customer.")]
    since: Annotated[Timestamp | None, Meta(description="Since when its rule meets the customer; null if it does not.")]


class SegmentMemberships(Struct, frozen=True, kw_only=True):
    """Every segment that a customer is in."""

    items: Annotated[list[SegmentMembership], Meta(description="The segments, in the order of their names.")]


class SegmentTrial(RequestShape, frozen=True):
    """A rule that is tried and not stored."""

    rule: Annotated[RuleText, Meta(description="Condition in CEL over the console's view of a customer.")]


class SegmentTrialResult(Struct, frozen=True, kw_only=True):
    """Whom of the newest customers a rule would meet."""

    customers: Annotated[int, Meta(description="Customers that were looked at: the newest 1,000 at most.")]
    met: Annotated[int, Meta(description="Customers among them whom the rule meets.")]
    undecided: Annotated[
        UndecidedCustomers | None, Meta(description="Customers of whom it decides nothing; null without any.")
    ]
    examples: Annotated[list[UUID], Meta(description="Ids of the first 10 customers whom it meets.")]
