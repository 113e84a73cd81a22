"""A telephone call as it goes on: what telephone systems tell before there is an interaction of it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from service.model.interaction import IdentityClaim, JsonObject
from service.model.vocabulary import CallOutcome, Direction


class CallPhase(StrEnum):
    """How far a leg of a call has come; a later phase is never undone by an event that arrives late."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"

    @property
    def rank(self) -> int:
        """0 for ringing up to 2 for ended, so that phases compare."""
        return _PHASE_RANK[self]


_PHASE_RANK = {phase: rank for rank, phase in enumerate(CallPhase)}


class CallEvent(Struct, frozen=True, kw_only=True):
    """One event of one leg. Legs with the same `call_ref` are one call, which becomes one interaction when it ends.

    `identities` are those of the customer on the other end, empty where the telephone system does not say who it is.
    `outcome` is how the leg ended, None while it runs or where the event does not say.
    """

    source: str
    event_id: str
    call_ref: str
    leg_ref: str
    phase: CallPhase
    occurred_at: datetime
    direction: Direction
    identities: tuple[IdentityClaim, ...] = ()
    outcome: CallOutcome | None = None
    queue: str | None = None
    agent: str | None = None
    data: JsonObject | None = None
