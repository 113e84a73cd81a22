"""Who is told of what; pure."""

from uuid import UUID

from msgspec import Struct

from service.events.model import Event
from service.model.vocabulary import Audience

_VISIBLE_FAMILIES: dict[Audience, frozenset[str] | None] = {
    Audience.CONSOLE: None,  # every one, also those that come later
    Audience.BOT: frozenset({"context", "handoff", "callback", "notice"}),
    Audience.STORE: frozenset({"context", "notice"}),
    Audience.PARTNER: frozenset({"handoff", "callback"}),
    Audience.SALES: frozenset({"context"}),
    Audience.MARKETING: frozenset({"context"}),
}


class EventFilter(Struct, frozen=True, kw_only=True):
    """Who is told: an audience and, for a partner, its queue; `customer_id` and `queue` narrow what others hear, too.

    `given_by` narrows to the handoffs that this key gave, and the callbacks that it made or that came of them.

    A handoff or callback belongs to the queue it stands in now: one that has moved on is told of there.
    """

    audience: Audience
    queue: str | None = None
    customer_id: UUID | None = None
    given_by: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse a partner without a queue: it would hear of every one."""
        if self.audience is Audience.PARTNER and self.queue is None:
            raise ValueError("A partner hears of one queue")

    def matches(self, event: Event) -> bool:
        """Whether this event is for the receiver."""
        families = _VISIBLE_FAMILIES[self.audience]
        return (
            not event.hidden
            and (families is None or event.family in families)
            and (self.queue is None or event.queue == self.queue)
            and (self.given_by is None or event.giver == self.given_by)
            and (self.customer_id is None or self.customer_id == event.customer_id or self.customer_id in event.merged)
        )
