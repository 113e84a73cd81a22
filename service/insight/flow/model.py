"""Shapes of a segment's journey, as the API answers them and as the picture is drawn from them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from service.model.interaction import Timestamp
from service.model.vocabulary import Channel

LAST_STEP = 5
"""The column of the fifth contact and of all later ones."""

Share = Annotated[float, Meta(description="Part of the matters of the segment, from 0 to 1.")]
WayChannels = Annotated[
    tuple[Channel, ...],
    Meta(description="Channels of the customer's own contacts in their order; the fifth stands for all later ones."),
]
Step = Annotated[int, Meta(description="Number of the customer's own contact; 5 is the fifth and later.", ge=1, le=5)]


class FlowEnding(StrEnum):
    """How a matter ended, as it is known now."""

    SOLVED = "solved"
    GAVE_UP = "gave_up"
    """Unresolved, and nothing happened in it for so many days."""
    OPEN = "open"


class DifferenceKind(StrEnum):
    """Of what two segments have different shares."""

    CAME = "came"
    """Matters of the segment that came to this contact in this channel."""
    SOLVED = "solved"
    """Matters that ended solved there, of those that came there; without a step, of all."""
    GAVE_UP = "gave_up"
    ASKED_AGAIN = "asked_again"
    """Matters in which the customer was asked again there for what was known, of those that came there."""


class FlowNode(Struct, frozen=True, kw_only=True):
    """A channel in a column; what came here was solved here, given up here, is open here, or went on by a link."""

    step: Step
    channel: Annotated[Channel, Meta(description="Where the customer came to us at this contact.")]
    matters: Annotated[int, Meta(description="Matters that came here.")]
    solved: Annotated[int, Meta(description="Matters that are resolved and had their last own contact here.")]
    gave_up: Annotated[int, Meta(description="Matters that were given up after this contact.")]
    open: Annotated[int, Meta(description="Matters that are open, with their last own contact here.")]
    asked_again: Annotated[
        int, Meta(description="Matters in which the customer was asked here for what was known already.")
    ]


class FlowPlace(Struct, frozen=True, kw_only=True, order=True):
    """A node, as links name it."""

    step: Step
    channel: Annotated[Channel, Meta(description="Channel of the contact.")]


class FlowLink(Struct, frozen=True, kw_only=True):
    """Matters that went from one node to a node of the next column."""

    start: Annotated[FlowPlace, Meta(description="Contact that the matters came from.")] = field(name="from")
    end: Annotated[FlowPlace, Meta(description="Contact that the matters went on to.")] = field(name="to")
    matters: Annotated[int, Meta(description="Matters that went this way.")]
    share: Share
    median_wait_s: Annotated[float, Meta(description="Median of the seconds between the two contacts.")]
    asked_again: Annotated[
        int, Meta(description="Matters of these in which the customer was asked again at the contact they went on to.")
    ]


class HiddenWays(Struct, frozen=True, kw_only=True):
    """Ways that are too rare to be listed; nodes and links count them all the same."""

    ways: Annotated[int, Meta(description="How many different ways are not listed.")]
    matters: Annotated[int, Meta(description="Matters on these ways together.")]


class FlowEndings(Struct, frozen=True, kw_only=True):
    """How the matters of a segment ended; the three add up to all of them."""

    solved: Annotated[int, Meta(description="Matters that are resolved.")]
    gave_up: Annotated[int, Meta(description="Matters that are unresolved, with nothing in them for `gave_up_days`.")]
    open: Annotated[int, Meta(description="Matters that are unresolved, and not given up.")]


class SegmentFlow(Struct, frozen=True, kw_only=True):
    """The ways of one segment's matters; each matter with a contact of the customer's own is on one way."""

    name: Annotated[str, Meta(description="Name of the segment.")]
    members: Annotated[int, Meta(description="Customers who belong to the segment now.")]
    matters: Annotated[int, Meta(description="Matters on ways; the nodes of the first column add up to them.")]
    without_own_contact: Annotated[
        int, Meta(description="Further matters without a contact of the customer's own: they are on no way.")
    ]
    median_solution_s: Annotated[
        float | None,
        Meta(description="Median of the seconds from the first own contact to the solution; null if none was solved."),
    ]
    repeated_questions: Annotated[
        int, Meta(description="Questions for what was known already, in all matters together.")
    ]
    steps: Annotated[list[FlowNode], Meta(description="Nodes by column and channel.")]
    links: Annotated[list[FlowLink], Meta(description="Links by their nodes.")]
    hidden: Annotated[HiddenWays, Meta(description="Ways with a share below the threshold, which are not listed.")]
    endings: Annotated[FlowEndings, Meta(description="How these matters ended, as it is known now.")]


class FlowWay(Struct, frozen=True, kw_only=True):
    """One way, and what became of the matters on it."""

    segment: Annotated[str, Meta(description="Name of the segment.")]
    way: WayChannels
    matters: Annotated[int, Meta(description="Matters on this way.")]
    share: Share
    solved: Annotated[int, Meta(description="Matters of these that are resolved.")]
    gave_up: Annotated[int, Meta(description="Matters of these that were given up.")]
    open: Annotated[int, Meta(description="Matters of these that are open.")]
    median_solution_s: Annotated[
        float | None,
        Meta(description="Median of the seconds from the first own contact to the solution; null if none was solved."),
    ]
    repeated_questions: Annotated[int, Meta(description="Questions for what was known already, in these matters.")]
    examples: Annotated[list[UUID], Meta(description="Ids of at most five of these conversations.")]


class FlowRatio(Struct, frozen=True, kw_only=True):
    """A share with what it is made of."""

    matters: Annotated[int, Meta(description="Matters that are counted.")]
    of: Annotated[int, Meta(description="Matters of which these are a part; at least 20.")]
    share: Annotated[float, Meta(description="The first number divided by the second.")]


class FlowDifference(Struct, frozen=True, kw_only=True):
    """Something that two segments have different shares of."""

    what: Annotated[DifferenceKind, Meta(description="What is compared; `came` is the use of a channel.")]
    step: Annotated[int | None, Meta(description="Number of the contact; null for whole segments.")]
    channel: Annotated[Channel | None, Meta(description="Channel of the contact; null for whole segments.")]
    came_from: Annotated[Channel | None, Meta(description="Channel of the contact before; null if it may be any.")]
    a: Annotated[FlowRatio, Meta(description="Share in the first segment.")]
    b: Annotated[FlowRatio, Meta(description="Share in the segment that it is compared with.")]
    difference: Annotated[float, Meta(description="Share of the first segment less that of the second.")]


class FlowMatter(Struct, frozen=True, kw_only=True):
    """One matter with its way."""

    segment: Annotated[str, Meta(description="Name of the segment.")]
    customer_id: Annotated[UUID, Meta(description="Id of the customer, after a merge of the survivor.")]
    conversation_id: Annotated[UUID, Meta(description="Id of the conversation, which is the matter.")]
    subject: Annotated[str | None, Meta(description="Subject of the conversation; null if unknown.")]
    opened_at: Annotated[Timestamp, Meta(description="When it began, an RFC 3339 time.")]
    last_at: Annotated[Timestamp, Meta(description="When something happened in it last, an RFC 3339 time.")]
    way: WayChannels
    contacts: Annotated[int, Meta(description="Contacts of the customer's own.")]
    ending: Annotated[FlowEnding, Meta(description="How it ended, as it is known now.")]
    frictions: Annotated[int, Meta(description="The three following numbers together.")]
    repeated_questions: Annotated[int, Meta(description="Questions for what was known already.")]
    dropped_calls: Annotated[int, Meta(description="Calls that were missed, busy, abandoned, or failed.")]
    failed_attempts: Annotated[int, Meta(description="Attempts to solve it that failed.")]


class Flow(Struct, frozen=True, kw_only=True):
    """The journeys of one segment, or of two side by side on one scale."""

    start: Annotated[Timestamp, Meta(description="Matters that began at this time or later, RFC 3339.")] = field(
        name="from"
    )
    end: Annotated[Timestamp, Meta(description="Matters that began before this time, RFC 3339.")] = field(name="to")
    as_of: Annotated[Timestamp, Meta(description="When it was counted, an RFC 3339 time.")]
    gave_up_days: Annotated[int, Meta(description="After so many days without anything an open matter is given up.")]
    threshold: Annotated[float, Meta(description="Ways with a lower share are hidden.")]
    segments: Annotated[list[SegmentFlow], Meta(description="The segment, then the one it is compared with.")]
    ways: Annotated[list[FlowWay], Meta(description="Ways that are not hidden, the most frequent of a segment first.")]
    differences: Annotated[list[FlowDifference], Meta(description="Largest differences of two segments, at most ten.")]
    worst: Annotated[
        list[FlowMatter], Meta(description="The twenty matters of a segment with the most frictions, then contacts.")
    ]
