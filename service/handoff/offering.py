"""The next offer of a handoff, by the opening hours of the queues, who is there, and earlier offers; pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from service.agents.model import AgentPresence
from service.calendar import rules
from service.handoff.model import Handoff, Offer, OfferEnd, OfferTarget
from service.handoff.queues.model import Queue, StaffedQueue
from service.handoff.rules import (
    has_wishes,
    in_place_of,
    is_absent,
    is_there,
    may_be_offered_to,
    preferred_agent,
    with_offers_of,
)
from service.model.vocabulary import HandoffState

LAST_AGENT_FIRST = timedelta(seconds=15)
"""How long the agent who served the customer last is asked before the queue."""


def with_next_offer(
    handoff: Handoff, queues: Sequence[Queue], *, now: datetime, agent: str | None = None
) -> Handoff | None:
    """The handoff with its next offer as in `ask_next`; None if no queue is left: then it falls back to a callback."""
    asked = ask_next(handoff, queues, now=now, agent=agent)
    return asked if asked.deadline is not None else None


def ask_next(
    handoff: Handoff,
    queues: Sequence[Queue],
    *,
    now: datetime,
    agent: str | None = None,
    last_agent: str | None = None,
) -> Handoff:
    """The handoff with its next offer; without a deadline if no queue is left.

    `queues` are the present queue and its fallbacks, in order. Each gets `max_offers` offers while it is open; `agent`
    of the first queue is asked before the queue, or else `last_agent` for a short time. An offer ends after the queue's
    timeout, or when the queue closes; one that no agent can take ends at once, and is recorded as ended.
    """
    asked = replace(handoff, deadline=None)
    for queue in queues:
        status = rules.open_status(queue.calendar, now)
        if not status.open:
            continue
        named = (agent, last_agent) if queue is queues[0] else (None, None)
        for offer, duration in _offers(handoff, queue, *named, now=now):
            asked = replace(asked, offers=(*asked.offers, offer))
            if offer.ended_at is None:
                deadline = min(now + duration, status.until or now + duration)
                return replace(asked, state=HandoffState.OFFERED, queue=queue.name, deadline=deadline)
    return asked


def _offers(
    handoff: Handoff, queue: Queue, agent: str | None, last_agent: str | None, *, now: datetime
) -> Iterator[tuple[Offer, timedelta]]:
    """The offers to an open queue with their durations: to one agent, then to the queue."""
    agents = queue.agents if isinstance(queue, StaffedQueue) else ()
    timeout = timedelta(seconds=queue.offer_timeout_s)
    if agent is not None:
        to_agent = Offer(to=OfferTarget(queue=queue.name, agent=agent), offered_at=now)
        yield replace(to_agent, ended_at=now, end=OfferEnd.ABSENT) if is_absent(agent, agents) else to_agent, timeout
    elif (preferred := preferred_agent(last_agent, agents, handoff.wishes)) is not None:
        yield Offer(to=OfferTarget(queue=queue.name, agent=preferred), offered_at=now), LAST_AGENT_FIRST
    if may_be_offered_to(handoff, queue):
        yield _offer_to_queue(handoff, queue.name, [one for one in agents if one.in_queue], now), timeout


def _offer_to_queue(handoff: Handoff, queue: str, agents: Sequence[AgentPresence], now: datetime) -> Offer:
    """The offer to a queue with these declared agents; ended at once if none of them is there.

    While an agent is there who has what is wanted, it is for such agents alone; one offer waits for them in vain.
    """
    offer = Offer(to=OfferTarget(queue=queue), offered_at=now)
    if not agents:
        return offer
    there = [one for one in agents if is_there(one)]
    if not there:
        return replace(offer, ended_at=now, end=OfferEnd.NO_AGENTS, agents_available=0)
    fitting = [one for one in there if has_wishes(one, handoff.wishes)]
    only_fitting = handoff.wishes is not None and (bool(fitting) or not any(one.only_fitting for one in handoff.offers))
    return replace(offer, agents_available=len(fitting if only_fitting else there), only_fitting=only_fitting)


def with_first_offer(
    handoff: Handoff,
    queues: Sequence[Queue],
    *,
    now: datetime,
    agent: str | None = None,
    last_agent: str | None = None,
    waiting: Handoff | None = None,
) -> Handoff:
    """The new handoff with its first offer as in `ask_next`.

    `waiting` is the handoff in place of which a machine gives this one: it keeps the place in the queue. If the same
    desk is asked, or another one that is closed or empty, the present offer goes on; else the other desk is asked.
    """
    if waiting is None:
        return ask_next(handoff, queues, now=now, agent=agent, last_agent=last_agent)
    placed = in_place_of(handoff, waiting)
    same_queue = handoff.queue in {waiting.queue, waiting.asked_queue}
    if same_queue and agent in {None, waiting.offers[-1].to.agent}:
        return with_offers_of(placed, waiting)
    asked = ask_next(placed, queues, now=now, agent=agent, last_agent=last_agent)
    return asked if asked.deadline is not None else with_offers_of(placed, waiting)
