"""Handoffs and callbacks as answers: our own desks see all, other callers no names, numbers or tokens of others."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field
from msgspec.structs import replace

from service.agents.model import Agent, AgentWishes
from service.agents.rules import fits
from service.context.disclosure import ContactFacts
from service.context.guidance.texts import ShownNotice
from service.handoff import packet, rules
from service.handoff.callbacks.model import CallAttempt, Callback, KnownReason
from service.handoff.caller import Caller
from service.handoff.model import Handoff, HandoffGiver, Offer, OfferTarget
from service.model.fields import shown_as
from service.model.interaction import Timestamp
from service.model.names import masked_phone
from service.model.vocabulary import CallbackOutcome, CallbackState, HandoffMode, HandoffState, ServedBy

NO_CUSTOMER_ID = UUID(int=0)
"""The id that is none: of a restricted customer in what a desk may see."""
WITHHELD_REASON = "Withheld: the customer's data are restricted."


class ReasonAnswer(Struct, frozen=True, kw_only=True):
    """Why the conversation changes hands."""

    code: Annotated[str | None, Meta(description="Code for statistics, in the caller's own vocabulary.")]
    text: Annotated[str | None, Meta(description="Reason in words.")]


class HandoffAnswer(Struct, frozen=True, kw_only=True):
    """A handoff as the caller may see it."""

    id: Annotated[UUID, Meta(description="Id of the handoff.")]
    state: Annotated[HandoffState, Meta(description="State of the handoff.")]
    mode: Annotated[
        HandoffMode, Meta(description="`offer`: the giver serves until a desk accepts; `pass`: the giver has let go.")
    ]
    customer_id: Annotated[UUID, Meta(description="Id of the customer, canonical after merges.")]
    conversation_id: Annotated[UUID, Meta(description="Id of the conversation that changes hands.")]
    parent_id: Annotated[
        UUID | None, Meta(description="Id of the handoff that was transferred; null for a first handoff.")
    ]
    given_by: Annotated[HandoffGiver, Meta(description="Key and desk that handed off.")] = field(name="from")
    to: Annotated[OfferTarget, Meta(description="Queue or agent that is asked now, or was asked last.")]
    reason: Annotated[ReasonAnswer, Meta(description="Why the conversation changes hands.")]
    summary: Annotated[str | None, Meta(description="Summary by the giver, in plain text.")]
    priority: Annotated[int, Meta(description="Rank in the queue: higher numbers first, 0 is usual.")]
    created_at: Annotated[Timestamp, Meta(description="Time of the request, RFC 3339 in UTC.")]
    offers: Annotated[tuple[Offer, ...], Meta(description="Offers so far, the oldest first.")]
    deadline: Annotated[
        Timestamp | None, Meta(description="End of the present offer, RFC 3339 in UTC; null without one.")
    ]
    taken_by: Annotated[
        str | None,
        Meta(description="Id of the agent who has the conversation; null without one, or if hidden from the caller."),
    ]
    served_by: Annotated[
        ServedBy | None,
        Meta(description="Who serves the customer now: `giver`, `taker` or `nobody`; null after the end."),
    ]
    token: Annotated[
        UUID | None,
        Meta(description="Token for the taker's next steps; null except in the answer to accept or take-over."),
    ]
    outcome: Annotated[str | None, Meta(description="Result in words, as the desk gave it; null without one.")]
    ended_at: Annotated[
        Timestamp | None, Meta(description="End of the handoff, RFC 3339 in UTC; null while it is open.")
    ]
    callback_id: Annotated[
        UUID | None, Meta(description="Id of the callback that was promised instead; null without one.")
    ]
    packet: Annotated[
        Annotated[Raw, shown_as(packet.Packet, packet.VisiblePacket)] | None,
        Meta(description="Context frozen at the time of the handoff; null in lists."),
    ]
    version: Annotated[int, Meta(description="Version of the customer's context that shows this state.")]
    wishes: Annotated[AgentWishes | None, Meta(description="What is wanted of the agent; null for nothing.")]
    onward_reason: Annotated[
        str | None,
        Meta(
            description="Why it was offered on or fell back: the end of the offer before, such as `no_agents`, or "
            "`closed` where no queue was open; null for a first offer."
        ),
    ]
    fits: Annotated[
        bool | None,
        Meta(description="Whether the agent named by `agent` has what is wanted; null if none is named or declared."),
    ] = None
    notices: Annotated[
        tuple[ShownNotice, ...] | UnsetType,
        Meta(description="What to tell the customer, in the answer to a new handoff that its queue is not open for."),
    ] = UNSET


class CallAttemptAnswer(Struct, frozen=True, kw_only=True):
    """One call; `by` and `note` are for callers that serve the queue."""

    by: Annotated[str | None, Meta(description="Id of the agent who called; null if hidden from the caller.")]
    began_at: Annotated[Timestamp, Meta(description="Start of the call, RFC 3339 in UTC.")]
    ended_at: Annotated[Timestamp, Meta(description="End of the call, RFC 3339 in UTC.")]
    outcome: Annotated[CallbackOutcome, Meta(description="Result of the call.")]
    note: Annotated[str | None, Meta(description="Note of the agent; null without one, or if hidden from the caller.")]
    interaction_id: Annotated[
        UUID | None,
        Meta(description="Id of the customer's own contact that took the place of a call; null for a call of ours."),
    ]


class CallbackAnswer(Struct, frozen=True, kw_only=True):
    """A callback as the caller may see it; our desks and the claimer see `phone` in full."""

    id: Annotated[UUID, Meta(description="Id of the callback.")]
    state: Annotated[CallbackState, Meta(description="State of the callback.")]
    customer_id: Annotated[UUID, Meta(description="Id of the customer, canonical after merges.")]
    conversation_id: Annotated[
        UUID | None, Meta(description="Id of the conversation that the call belongs to; null for none.")
    ]
    handoff_id: Annotated[UUID | None, Meta(description="Id of the handoff that led to the callback; null for none.")]
    queue: Annotated[str, Meta(description="Name of the queue that calls.")]
    phone: Annotated[
        str | None,
        Meta(description="Number to call in E.164, masked or null if hidden from the caller; null if unknown."),
    ]
    reason: Annotated[str, Meta(description="Subject of the call, in words.")]
    promised_from: Annotated[Timestamp, Meta(description="Start of the promised window, RFC 3339 in UTC.")]
    promised_to: Annotated[Timestamp, Meta(description="End of the promised window, RFC 3339 in UTC.")]
    due_at: Annotated[Timestamp, Meta(description="Time of the next call, RFC 3339 in UTC.")]
    attempts: Annotated[tuple[CallAttemptAnswer, ...], Meta(description="Calls so far, the oldest first.")]
    max_attempts: Annotated[int, Meta(description="Calls to try at most.")]
    retry_after_s: Annotated[int, Meta(description="Wait between two calls, in seconds.")]
    preferred_agent: Annotated[
        str | None,
        Meta(description="Id of the agent whom the customer wishes; null without one, or if hidden from the caller."),
    ]
    claimed_by: Annotated[
        str | None,
        Meta(description="Id of the last agent to claim the callback; null without one, or if hidden from the caller."),
    ]
    claim_until: Annotated[
        Timestamp | None, Meta(description="End of the claim unless renewed, RFC 3339 in UTC; null without one.")
    ]
    token: Annotated[UUID | None, Meta(description="Token of the claim; null except in the answer to a claim.")]
    kept: Annotated[
        bool | None,
        Meta(description="Whether the first call came within the window; null before that call or the window's end."),
    ]
    late_s: Annotated[
        int | None,
        Meta(description="Opening hours from the window's end to the first call, in seconds; null before that call."),
    ]
    missed_windows: Annotated[int, Meta(description="Promised windows that passed without a call.")]
    priority: Annotated[int, Meta(description="Rank in the queue: higher numbers first, 0 is usual.")]
    created_at: Annotated[Timestamp, Meta(description="Time of the promise, RFC 3339 in UTC.")]
    ended_at: Annotated[
        Timestamp | None, Meta(description="End of the callback, RFC 3339 in UTC; null while it is open.")
    ]
    end_reason: Annotated[
        str | None,
        Meta(
            description="Why it ended, or will end with its claim: `conversation_resolved`, `answered_meanwhile`, "
            "`invalid_number`, `do_not_contact`, or words of the desk; null without a reason, or if hidden from the "
            "caller."
        ),
    ]
    version: Annotated[int, Meta(description="Version of the customer's context that shows this state.")]


def handoff_answer(
    handoff: Handoff,
    caller: Caller,
    contact_facts: ContactFacts,
    *,
    with_packet: bool = True,
    with_token: bool = False,
    agent: Agent | None = None,
) -> HandoffAnswer:
    """The handoff without what is hidden from this caller; packet and token as the flags say, and if `agent` fits.

    The words of its giver are hidden from a key that has asked for it once more, and neither gave nor serves it.
    """
    serves = caller.serves(handoff.queue)
    told = serves or caller.key_id == handoff.key_id
    return HandoffAnswer(
        id=handoff.handoff_id,
        state=handoff.state,
        mode=handoff.mode,
        customer_id=handoff.customer_id,
        conversation_id=handoff.conversation_id,
        parent_id=handoff.parent_id,
        given_by=handoff.given_by if caller.sees_everything else replace(handoff.given_by, agent=None),
        to=OfferTarget(queue=handoff.queue, agent=_offered_agent(handoff) if serves else None),
        reason=ReasonAnswer(code=handoff.reason_code, text=handoff.reason_text if told else None),
        summary=handoff.summary if told else None,
        priority=handoff.priority,
        created_at=handoff.created_at,
        offers=handoff.offers if serves else tuple(_without_agent(one) for one in handoff.offers),
        deadline=handoff.deadline,
        taken_by=handoff.taken_by if serves else None,
        served_by=rules.served_by(handoff),
        token=handoff.token if with_token else None,
        outcome=handoff.outcome,
        ended_at=handoff.ended_at,
        callback_id=handoff.callback_id,
        packet=_visible_packet(handoff, caller, contact_facts) if with_packet else None,
        version=handoff.version,
        wishes=handoff.wishes,
        onward_reason=handoff.onward_reason,
        fits=None if agent is None else fits(handoff.wishes, skills=agent.skills, languages=agent.languages),
    )


def _visible_packet(handoff: Handoff, caller: Caller, contact_facts: ContactFacts) -> Raw:
    return packet.packet_for_audience(
        handoff.packet, caller.audience, contact_facts, serves=caller.serves(handoff.queue), store=caller.store
    )


def _offered_agent(handoff: Handoff) -> str | None:
    return handoff.offers[-1].to.agent if handoff.offers else None


def _without_agent(offer: Offer) -> Offer:
    return replace(offer, to=OfferTarget(queue=offer.to.queue), by=None, reason=None)


def callback_answer(callback: Callback, caller: Caller, *, with_token: bool = False) -> CallbackAnswer:
    """The callback without what is hidden from this caller; a new claimer (`with_token`) gets token and full number."""
    callback, serves = without_customer(callback), caller.serves(callback.queue)
    return CallbackAnswer(
        id=callback.callback_id,
        state=callback.state,
        customer_id=callback.customer_id,
        conversation_id=callback.conversation_id,
        handoff_id=callback.handoff_id,
        queue=callback.queue,
        phone=_visible_number(callback, caller, with_token=with_token),
        reason=callback.reason,
        promised_from=callback.promised_from,
        promised_to=callback.promised_to,
        due_at=callback.due_at,
        attempts=tuple(_attempt_answer(one, serves=serves) for one in callback.attempts),
        max_attempts=callback.max_attempts,
        retry_after_s=callback.retry_after_s,
        preferred_agent=callback.preferred_agent if serves else None,
        claimed_by=callback.claimed_by if serves else None,
        claim_until=callback.claim_until,
        token=callback.token if with_token else None,
        kept=callback.kept,
        late_s=callback.late_s,
        missed_windows=callback.missed_windows,
        priority=callback.priority,
        created_at=callback.created_at,
        ended_at=callback.ended_at,
        end_reason=callback.end_reason if serves or callback.end_reason in set(KnownReason) else None,
        version=callback.version,
    )


def without_customer(callback: Callback) -> Callback:
    """Of a promise to a restricted customer what a desk needs to call; any other promise as it is."""
    if not callback.restricted:
        return callback
    return replace(
        callback,
        customer_id=NO_CUSTOMER_ID,
        conversation_id=None,
        handoff_id=None,
        phone=callback.phone if callback.ended_at is None else None,
        reason=WITHHELD_REASON,
        attempts=tuple(replace(one, note=None, interaction_id=None) for one in callback.attempts),
        preferred_agent=None,
        end_reason=callback.end_reason if callback.end_reason in set(KnownReason) else None,
    )


def _attempt_answer(attempt: CallAttempt, *, serves: bool) -> CallAttemptAnswer:
    return CallAttemptAnswer(
        by=attempt.by if serves else None,
        began_at=attempt.began_at,
        ended_at=attempt.ended_at,
        outcome=attempt.outcome,
        note=attempt.note if serves else None,
        interaction_id=attempt.interaction_id,
    )


def _visible_number(callback: Callback, caller: Caller, *, with_token: bool) -> str | None:
    """The number, for callers that were handed the callback: in full to our desks and the claimer, else masked."""
    handed = caller.was_handed(key_id=callback.key_id, queue=callback.queue)
    if callback.phone is None or not handed:
        return None
    return callback.phone if caller.sees_everything or with_token else masked_phone(callback.phone)
