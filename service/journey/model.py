"""Shapes of one customer's journey, as the API answers them and as the picture is drawn from them."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from service.model.interaction import Timestamp
from service.model.vocabulary import Channel, Direction, InteractionKind


class Phase(StrEnum):
    """What the customer is about, in the usual order; a customer who needs help again comes to a phase again."""

    CONSIDER = "consider"
    BUY = "buy"
    USE = "use"
    GET_HELP = "get_help"
    RENEW_OR_LEAVE = "renew_or_leave"


class JourneyFriction(StrEnum):
    """What went wrong for the customer at a touchpoint, the worst last."""

    ASKED_AGAIN = "asked_again"
    """The customer was asked for what was known."""
    LATE = "late"
    """A promised call came after its window."""
    DID_NOT_HELP = "did_not_help"
    DROPPED = "dropped"
    PROMISE_BROKEN = "promise_broken"
    MAY_LEAVE = "may_leave"
    """The customer looked at how to leave, or said so."""


class HandoffEnd(StrEnum):
    """What became of a handoff, as the customer felt it."""

    TAKEN = "taken"
    NO_ANSWER = "no_answer"
    CLOSED = "closed"
    """The desk was closed, and a callback was promised."""
    RETURNED = "returned"
    FAILED = "failed"
    OPEN = "open"


class DecisionKind(StrEnum):
    """A point at which the way could have gone otherwise."""

    BUYS = "buys"
    CANCELS = "cancels"
    THREATENS_TO_LEAVE = "threatens_to_leave"
    STAYS = "stays"
    SET_BY_HAND = "set_by_hand"


class NoteKind(StrEnum):
    """What a person notes of a phase."""

    WANTS = "wants"
    OWNER = "owner"
    CHANGE = "change"


class PhaseSpan(Struct, frozen=True, kw_only=True):
    """A time in one phase; its touchpoints are those of this `index`."""

    index: Annotated[int, Meta(description="Place among the phases of this journey, from 0.")]
    name: Annotated[Phase, Meta(description="What the customer was about in this time.")]
    start: Annotated[Timestamp, Meta(description="First touchpoint of the phase, an RFC 3339 time.")] = field(
        name="from"
    )
    end: Annotated[Timestamp, Meta(description="Last touchpoint of the phase, an RFC 3339 time.")] = field(name="to")
    rule: Annotated[
        str, Meta(description="Code of the rule that began the phase, such as `first_problem`, or `moved_by_hand`.")
    ]
    moved_by: Annotated[
        str | None, Meta(description="Name of the person who moved its beginning; null if a rule decided.")
    ] = None
    border_id: Annotated[
        UUID | None, Meta(description="Id of the move, by which it is undone; null if a rule decided.")
    ] = None


class JourneyTouchpoint(Struct, frozen=True, kw_only=True):
    """A touchpoint of the customer; what stays among staff is none."""

    id: Annotated[
        UUID | None,
        Meta(description="Id of the interaction, or of the callback that was not kept; null in an anonymous copy."),
    ]
    at: Annotated[Timestamp, Meta(description="When it happened, an RFC 3339 time.")]
    channel: Annotated[Channel, Meta(description="Where it happened.")]
    direction: Annotated[
        Direction, Meta(description="`inbound`: the customer came to us; `outbound`: we turned to the customer.")
    ]
    phase: Annotated[int, Meta(description="Index of the phase it belongs to, from 0.")] = field(name="phase_index")
    phase_name: Annotated[Phase, Meta(description="Phase it belongs to.")] = field(name="phase")
    kind: Annotated[InteractionKind, Meta(description="What it was, such as a call or a purchase.")]
    conversation_id: Annotated[UUID | None, Meta(description="Conversation it belongs to; null in an anonymous copy.")]
    mood: Annotated[float | None, Meta(description="Mood from -1 to 1; null if unknown.")] = None
    frictions: Annotated[tuple[JourneyFriction, ...], Meta(description="What went wrong there.")] = ()
    says: Annotated[
        str | None, Meta(description="What the customer said or wrote, in the customer's words; null for nothing.")
    ] = None
    subject: Annotated[str | None, Meta(description="Subject of its conversation; null if unknown.")] = None
    answered: Annotated[
        bool | None, Meta(description="Whether a concern was answered; null for what is no concern, or if unknown.")
    ] = None


class JourneyHandoff(Struct, frozen=True, kw_only=True):
    """A handoff, with what happened behind the scenes; `touchpoint` is the index of the contact before it."""

    id: Annotated[UUID | None, Meta(description="Id of the handoff; null in an anonymous copy.")]
    at: Annotated[Timestamp, Meta(description="When the conversation was offered, an RFC 3339 time.")]
    touchpoint: Annotated[int, Meta(description="Index of the touchpoint from which it went, from 0.")]
    queue: Annotated[str, Meta(description="Name of the desk that was asked first.")]
    queue_title: Annotated[str, Meta(description="Title of that desk.")]
    end: Annotated[HandoffEnd, Meta(description="What became of it.")]
    seconds: Annotated[
        float | None, Meta(description="Seconds until it was taken or given up; null while it is open.")
    ] = None
    promised_from: Annotated[
        Timestamp | None, Meta(description="Beginning of the window of the callback that was promised instead.")
    ] = None


class JourneyPromise(Struct, frozen=True, kw_only=True):
    """A promised callback, behind the scenes; `touchpoint` is the index of the contact before its window ended."""

    id: Annotated[UUID | None, Meta(description="Id of the callback; null in an anonymous copy.")]
    promised_from: Annotated[Timestamp, Meta(description="Beginning of the promised window, an RFC 3339 time.")]
    promised_to: Annotated[Timestamp, Meta(description="End of the promised window, an RFC 3339 time.")]
    touchpoint: Annotated[int, Meta(description="Index of the touchpoint that it follows, from 0.")]
    kept: Annotated[bool | None, Meta(description="Whether it was kept; null while it may still be.")]
    late_s: Annotated[int | None, Meta(description="Seconds that the call came late; null if it came in time.")] = None


class JourneyWait(Struct, frozen=True, kw_only=True):
    """A time without a contact of 22 hours or more, which the picture folds."""

    before: Annotated[int, Meta(description="Index of the touchpoint that ends the wait, from 0.")]
    seconds: Annotated[float, Meta(description="Length in seconds.")]


class JourneyDecision(Struct, frozen=True, kw_only=True):
    """A decision point, derived from what happened or set by a person."""

    id: Annotated[UUID | None, Meta(description="Id of one that a person set; null for a derived one.")]
    kind: Annotated[DecisionKind, Meta(description="What was decided there.")]
    touchpoint: Annotated[int, Meta(description="Index of the touchpoint at which it stands, from 0.")]
    text: Annotated[str | None, Meta(description="Words of the person who set it; null for a derived one.")] = None


class JourneyNote(Struct, frozen=True, kw_only=True):
    """What a person noted of a phase, for this customer or for a segment."""

    id: Annotated[UUID, Meta(description="Id of the note.")]
    phase: Annotated[Phase, Meta(description="Phase that the note is about.")]
    kind: Annotated[NoteKind, Meta(description="`wants`: the customer's aim; `owner`: the team in charge; `change`.")]
    text: Annotated[str, Meta(description="Words of the note.")]
    owner: Annotated[str | None, Meta(description="Person or team that acts on it; null if unknown.")] = None
    due: Annotated[date | None, Meta(description="Day by which it is to be done; null for none.")] = None
    customer_id: Annotated[UUID | None, Meta(description="Customer of the note; null for one of a segment.")] = None
    segment: Annotated[str | None, Meta(description="Segment of the note; null for one of a customer.")] = None
    written_by: Annotated[str | None, Meta(description="Name of the agent or key that wrote it.")] = None


class JourneyTotals(Struct, frozen=True, kw_only=True):
    """The journey in numbers."""

    days: Annotated[int, Meta(description="Days from the first touchpoint to the last, at least 1.")]
    contacts: Annotated[int, Meta(description="Touchpoints in both directions.")]
    frictions: Annotated[int, Meta(description="How often something went wrong.")]
    asked_again: Annotated[int, Meta(description="How often the customer was asked for what was known.")]
    until_solved_s: Annotated[
        float | None, Meta(description="Seconds from the first problem to its solution; null without both.")
    ]
    handoffs: Annotated[int, Meta(description="Handoffs that ended.")]
    handoffs_worked: Annotated[int, Meta(description="Handoffs that a desk took.")]
    lowest: Annotated[int | None, Meta(description="Index of the touchpoint with the lowest mood; null without moods.")]
    longest_wait_s: Annotated[float | None, Meta(description="Seconds of the longest wait; null without one.")]


class Journey(Struct, frozen=True, kw_only=True):
    """One customer's whole way; touchpoints, the oldest first, are counted from 0."""

    title: Annotated[str, Meta(description="The journey in one sentence of numbers.")]
    customer_id: Annotated[UUID | None, Meta(description="Customer of the journey; null in an anonymous copy.")]
    as_of: Annotated[Timestamp, Meta(description="When the journey was read, an RFC 3339 time.")]
    phases: Annotated[tuple[PhaseSpan, ...], Meta(description="Phases in the order of time.")]
    touchpoints: Annotated[tuple[JourneyTouchpoint, ...], Meta(description="Touchpoints, the oldest first.")]
    handoffs: Annotated[tuple[JourneyHandoff, ...], Meta(description="Handoffs, the oldest first.")]
    promises: Annotated[tuple[JourneyPromise, ...], Meta(description="Promised callbacks, the earliest first.")]
    waits: Annotated[tuple[JourneyWait, ...], Meta(description="Times without a contact, in the order of time.")]
    decisions: Annotated[tuple[JourneyDecision, ...], Meta(description="Decision points in the order of time.")]
    notes: Annotated[tuple[JourneyNote, ...], Meta(description="Notes of people about this customer or its segments.")]
    totals: Annotated[JourneyTotals, Meta(description="The journey in numbers.")]
    earlier: Annotated[int, Meta(description="Older touchpoints that were left out; 0 for a whole journey.")] = 0
