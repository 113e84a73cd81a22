"""A telephone call as it goes on: what telephone systems tell before there is an interaction of it."""

from datetime import datetime

from msgspec import Struct

from service.model.interaction import IdentityClaim, JsonObject
from service.model.vocabulary import CallOutcome, CallPhase, Direction


class CallEvent(Struct, frozen=True, kw_only=True):
    """One event of one leg. Legs with the same `call_ref` are one call, which becomes one interaction when it ends.

    The leg whose `leg_ref` is the `call_ref` is the first one, the customer's; a `dialled` leg is a try to reach
    an agent for the customer, so that the tries, where there are any, say whether an agent was reached.

    `identities` are those of the customer on the other end, empty where the event does not say who it is, and
    `direction` is None where it does not say that; a leg begins with a ringing event that does. `outcome` is how the
    leg ended or, while it runs, how it will have ended if nothing better is told. `agents` are those whose telephones
    ring, or the one who has answered. `conversation` is the reference of the matter that the call is about, where the
    telephone system knows it.
    """

    source: str
    call_ref: str
    leg_ref: str
    phase: CallPhase
    occurred_at: datetime
    direction: Direction | None = None
    dialled: bool = False
    identities: tuple[IdentityClaim, ...] = ()
    outcome: CallOutcome | None = None
    queue: str | None = None
    agents: tuple[str, ...] = ()
    conversation: str | None = None
    data: JsonObject | None = None
