"""The states of a handoff: one table of transitions, and the handoff after each; pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec.structs import replace

from service.agents.model import AgentPresence, AgentWishes
from service.agents.rules import fits
from service.errors import AskonceError, HandoffClosed, HandoffTaken, HandoffTokenStale
from service.handoff.callbacks.model import Callback
from service.handoff.caller import Caller
from service.handoff.model import Handoff, OfferEnd, OfferTarget
from service.handoff.queues.model import Queue
from service.model.ids import id_next_to
from service.model.vocabulary import HandoffMode, HandoffState, ServedBy


class HandoffAction(StrEnum):
    """An action on a handoff, by a desk or by the system."""

    ACCEPT = "accept"
    TAKE_OVER = "take over"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    REPLACE = "replace"
    """The same conversation is handed off anew."""
    RESOLVE = "resolve"
    """The conversation is resolved while the handoff is offered."""
    START = "start"
    NOTE = "note"
    COMPLETE = "complete"
    RETURN = "return"
    TRANSFER = "transfer"
    FAIL = "fail"
    FAIL_ON_DROPPED_CALL = "lose call"


NEXT_OFFER = None
"""The next offer, the fallback queue, or the end as fell_back with a callback: `offering.with_next_offer` decides."""
_TRANSITIONS_ONCE_TAKEN = {
    HandoffAction.TAKE_OVER: HandoffState.ACCEPTED,
    HandoffAction.REPLACE: HandoffState.WITHDRAWN,
    HandoffAction.START: HandoffState.ACTIVE,
    HandoffAction.COMPLETE: HandoffState.COMPLETED,
    HandoffAction.RETURN: HandoffState.RETURNED,
    HandoffAction.TRANSFER: HandoffState.TRANSFERRED,
    HandoffAction.FAIL: HandoffState.FAILED,
    HandoffAction.FAIL_ON_DROPPED_CALL: HandoffState.FAILED,
}
HANDOFF_TRANSITIONS: Mapping[HandoffState, Mapping[HandoffAction, HandoffState | None]] = {
    HandoffState.OFFERED: {
        HandoffAction.ACCEPT: HandoffState.ACCEPTED,
        HandoffAction.TAKE_OVER: HandoffState.ACCEPTED,
        HandoffAction.DECLINE: NEXT_OFFER,
        HandoffAction.EXPIRE: NEXT_OFFER,
        HandoffAction.WITHDRAW: HandoffState.WITHDRAWN,
        HandoffAction.REPLACE: HandoffState.WITHDRAWN,
        HandoffAction.RESOLVE: HandoffState.WITHDRAWN,
        HandoffAction.FAIL_ON_DROPPED_CALL: HandoffState.FAILED,
    },
    HandoffState.ACCEPTED: {**_TRANSITIONS_ONCE_TAKEN, HandoffAction.NOTE: HandoffState.ACCEPTED},
    HandoffState.ACTIVE: {**_TRANSITIONS_ONCE_TAKEN, HandoffAction.NOTE: HandoffState.ACTIVE},
}
"""State -> action -> next state; an action without an entry is refused. A state without an entry is final."""
TAKER_ACTIONS = frozenset(
    {
        HandoffAction.START,
        HandoffAction.NOTE,
        HandoffAction.COMPLETE,
        HandoffAction.RETURN,
        HandoffAction.TRANSFER,
        HandoffAction.FAIL,
    }
)
"""Actions that need the token of the taker."""
_OFFER_END_OF_ACTION = {
    HandoffAction.ACCEPT: OfferEnd.ACCEPTED,
    HandoffAction.TAKE_OVER: OfferEnd.TAKEN_OVER,
    HandoffAction.DECLINE: OfferEnd.DECLINED,
    HandoffAction.EXPIRE: OfferEnd.EXPIRED,
    HandoffAction.WITHDRAW: OfferEnd.WITHDRAWN,
    HandoffAction.REPLACE: OfferEnd.WITHDRAWN,
    HandoffAction.RESOLVE: OfferEnd.WITHDRAWN,
    HandoffAction.FAIL_ON_DROPPED_CALL: OfferEnd.FAILED,
}


def check_handoff_action(
    handoff: Handoff, action: HandoffAction, *, agent: str | None = None, token: str | None = None
) -> None:
    """Raise HandoffTokenStale for a wrong token, then HandoffTaken or HandoffClosed for a wrong state or agent."""
    if action in TAKER_ACTIONS and (handoff.token is None or token != str(handoff.token)):
        raise HandoffTokenStale(state=handoff.state)
    if action not in HANDOFF_TRANSITIONS.get(handoff.state, ()):
        raise _refusal(handoff, action)
    if action in {HandoffAction.ACCEPT, HandoffAction.DECLINE} and handoff.offers[-1].to.agent not in {None, agent}:
        raise HandoffTaken("It is offered to another agent; a console key may take it over.", state=handoff.state)


def _refusal(handoff: Handoff, action: HandoffAction) -> AskonceError:
    """HandoffTaken if another agent was faster, even if that agent has ended the handoff; else HandoffClosed."""
    late = (
        action in {HandoffAction.ACCEPT, HandoffAction.DECLINE, HandoffAction.WITHDRAW} and handoff.taken_by is not None
    )
    return HandoffTaken(state=handoff.state) if handoff.open or late else HandoffClosed(state=handoff.state)


def _next_state(handoff: Handoff, action: HandoffAction) -> HandoffState:
    """The state after an action, from the table."""
    state = HANDOFF_TRANSITIONS[handoff.state][action]
    assert state is not None, "the table does not know the state after an ended offer"
    return state


def apply_take(handoff: Handoff, action: HandoffAction, *, agent: str, token: UUID, now: datetime) -> Handoff:
    """The agent has the conversation after accept or take-over; an earlier token is stale."""
    taken = close_offer(handoff, action, now=now, by=agent)
    return replace(taken, state=_next_state(handoff, action), taken_by=agent, token=token, deadline=None)


def apply_start(handoff: Handoff) -> Handoff:
    """The taker serves the customer."""
    return replace(handoff, state=_next_state(handoff, HandoffAction.START))


def apply_end(
    handoff: Handoff,
    action: HandoffAction,
    *,
    now: datetime,
    outcome: str | None = None,
    callback: Callback | None = None,
) -> Handoff:
    """The handoff in its final state; an open offer ends with it."""
    closed = close_offer(handoff, action, now=now) if handoff.state is HandoffState.OFFERED else handoff
    return replace(
        closed,
        state=_next_state(handoff, action),
        ended_at=now,
        deadline=None,
        outcome=outcome,
        callback_id=callback and callback.callback_id,
    )


def apply_fallback(handoff: Handoff, *, now: datetime, callback: Callback) -> Handoff:
    """The handoff in its final state fell_back, with its callback."""
    return replace(handoff, state=HandoffState.FELL_BACK, ended_at=now, deadline=None, callback_id=callback.callback_id)


def close_offer(
    handoff: Handoff, action: HandoffAction, *, now: datetime, by: str | None = None, reason: str | None = None
) -> Handoff:
    """The handoff with its open offer ended; unchanged without one, as when a desk takes over from a taker."""
    return _with_offer_ended(handoff, _OFFER_END_OF_ACTION[action], now=now, by=by, reason=reason)


def close_offer_to(handoff: Handoff, absent_agent: str, *, now: datetime) -> Handoff:
    """The handoff with its open offer ended if it is to this agent, who is absent; else unchanged."""
    if handoff.state is not HandoffState.OFFERED or handoff.offers[-1].to.agent != absent_agent:
        return handoff
    return _with_offer_ended(handoff, OfferEnd.ABSENT, now=now)


def _with_offer_ended(
    handoff: Handoff, end: OfferEnd, *, now: datetime, by: str | None = None, reason: str | None = None
) -> Handoff:
    last = handoff.offers[-1]
    if last.ended_at is not None:
        return handoff
    return replace(handoff, offers=(*handoff.offers[:-1], replace(last, ended_at=now, end=end, by=by, reason=reason)))


def served_by(handoff: Handoff) -> ServedBy | None:
    """Who serves the customer: nobody while a passed handoff waits; None after its end."""
    return conversation_served_by(handoff.state, handoff.mode, transferred=False) if handoff.open else None


_SERVED_BY = {
    HandoffState.ACCEPTED: ServedBy.TAKER,
    HandoffState.ACTIVE: ServedBy.TAKER,
    HandoffState.RETURNED: ServedBy.GIVER,
    HandoffState.WITHDRAWN: ServedBy.GIVER,
}
"""Who serves a conversation after its latest handoff. While that is offered, its mode decides; else nobody does."""


def conversation_served_by(state: HandoffState, mode: HandoffMode, *, transferred: bool) -> ServedBy:
    """Who serves a conversation whose latest handoff this is.

    A desk that offers it to another one still serves: for the channel that handed it off first, that is the taker.
    """
    if state is HandoffState.OFFERED and mode is HandoffMode.OFFER:
        return ServedBy.TAKER if transferred else ServedBy.GIVER
    return _SERVED_BY.get(state, ServedBy.NOBODY)


def is_in_hands_of_agents(handoff: Handoff) -> bool:
    """Whether an agent has the conversation, or has transferred it to another desk."""
    return handoff.taken_by is not None or handoff.parent_id is not None


def stays_with_agents(handoff: Handoff, caller: Caller) -> bool:
    """Whether an open handoff stays as it is although its conversation is handed off anew.

    A machine does not take a conversation from agents. It may hand on what its own queue has.
    """
    return is_in_hands_of_agents(handoff) and caller.is_machine and caller.queue != handoff.queue


def gives_its_place(handoff: Handoff, caller: Caller) -> bool:
    """Whether the new handoff of its conversation takes the place in the queue: a machine asks once more for a desk."""
    return handoff.state is HandoffState.OFFERED and caller.is_machine


def in_place_of(handoff: Handoff, waiting: Handoff) -> Handoff:
    """The new handoff with the place in the queue of the one that waited before: its rank, and its time.

    Queues are in the order of the ids. The summary is repeated to the key that gave it.
    """
    return replace(
        handoff,
        handoff_id=id_next_to(waiting.handoff_id),
        created_at=waiting.created_at,
        priority=max(handoff.priority, waiting.priority),
        summary=handoff.summary or (waiting.summary if waiting.key_id == handoff.key_id else None),
        wishes=handoff.wishes or waiting.wishes,
    )


def with_offers_of(handoff: Handoff, waiting: Handoff) -> Handoff:
    """The new handoff with the offers of the one that waited before: the present one goes on to its deadline."""
    return replace(
        handoff,
        queue=waiting.queue,
        asked_queue=waiting.asked_queue,
        offers=waiting.offers,
        deadline=waiting.deadline,
    )


def may_be_offered_to(handoff: Handoff, queue: Queue) -> bool:
    """Whether the queue may get one more offer; offers to one agent, or to none, are not among its `max_offers`."""
    asked = [one for one in handoff.offers if one.to == OfferTarget(queue=queue.name) and one.agents_available != 0]
    return len(asked) < queue.max_offers


def is_absent(agent: str, agents: Iterable[AgentPresence]) -> bool:
    """Whether this agent is known and not there; one that was never declared is unknown."""
    return any(one.name == agent and not one.there for one in agents)


def preferred_agent(last_agent: str | None, agents: Iterable[AgentPresence], wishes: AgentWishes | None) -> str | None:
    """The agent who served the customer last, if there in the queue and with what is wanted; else None."""
    return next(
        (one.name for one in agents if one.name == last_agent and is_there(one) and has_wishes(one, wishes)), None
    )


def is_there(agent: AgentPresence) -> bool:
    """Whether the agent can take what is offered to the queue."""
    return agent.there and agent.in_queue


def has_wishes(agent: AgentPresence, wishes: AgentWishes | None) -> bool:
    """Whether the agent has all that is wanted."""
    return fits(wishes, skills=agent.skills, languages=agent.languages)
