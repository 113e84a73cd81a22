"""The next offer of a handoff, by the opening hours of the queues and earlier offers; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from service.calendar import rules
from service.handoff.model import Handoff, Offer, OfferTarget
from service.handoff.queues.model import Queue
from service.handoff.rules import may_be_offered_to
from service.model.vocabulary import HandoffState


def with_next_offer(
    handoff: Handoff, queues: Sequence[Queue], *, now: datetime, agent: str | None = None
) -> Handoff | None:
    """The handoff with its next offer, or None if no queue is left: then it falls back to a callback.

    `queues` are the present queue and its fallbacks, in order. Each gets `max_offers` offers while it is open; `agent`
    of the first queue is asked before the queue. An offer ends after the queue's timeout, or when the queue closes.
    """
    for queue in queues:
        status = rules.open_status(queue.calendar, now)
        offered_agent = agent if queue is queues[0] else None
        if not status.open or (offered_agent is None and not may_be_offered_to(handoff, queue)):
            continue
        timeout = now + timedelta(seconds=queue.offer_timeout_s)
        return replace(
            handoff,
            state=HandoffState.OFFERED,
            queue=queue.name,
            offers=(*handoff.offers, Offer(to=OfferTarget(queue=queue.name, agent=offered_agent), offered_at=now)),
            deadline=min(timeout, status.until or timeout),
        )
    return None
