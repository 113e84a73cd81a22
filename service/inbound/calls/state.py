"""A call while it goes on, and what an event makes of it; pure.

Events come in any order and more than once: each only adds (a later phase, an earlier beginning, a better outcome), so
that the same events make the same call whatever their order.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.model.call import CallEvent
from service.model.interaction import IdentityClaim, JsonObject
from service.model.vocabulary import CallOutcome, CallPhase, Direction

MAX_LEGS = 100
"""Legs beyond are not counted: no telephone call has so many, and the row of a call must stay small."""

_OUTCOME_PRIORITY = (
    CallOutcome.ANSWERED,
    CallOutcome.VOICEMAIL,
    CallOutcome.ABANDONED,
    CallOutcome.MISSED,
    CallOutcome.BUSY,
    CallOutcome.FAILED,
    CallOutcome.FORWARDED,
)
"""Of several outcomes the first one here is that of the call: a caller's hang-up outweighs a busy telephone."""


class CallLeg(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One leg; `began` if its beginning was reported."""

    phase: CallPhase = CallPhase.RINGING
    began: bool = False
    dialled: bool = False
    outcome: CallOutcome | None = None
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    rings_at: tuple[str, ...] = ()
    agent: str | None = None


class Call(Struct, frozen=True, kw_only=True):
    """A call of one telephone system."""

    call_ref: str
    source: str
    call_id: UUID
    key_id: UUID
    started_at: datetime
    customer_id: UUID | None = None
    direction: Direction | None = None
    identities: tuple[IdentityClaim, ...] = ()
    queue: str | None = None
    conversation: str | None = None
    legs: dict[str, CallLeg] = {}
    data: JsonObject = {}
    deadline: datetime | None = None
    closed_at: datetime | None = None
    interaction_id: UUID | None = None

    @property
    def customer_leg(self) -> CallLeg | None:
        """The customer's own leg, None before its first event."""
        return self.legs.get(self.call_ref)

    @property
    def is_over(self) -> bool:
        """Whether every leg that is known has ended."""
        return bool(self.legs) and all(leg.phase is CallPhase.ENDED for leg in self.legs.values())

    @property
    def phase(self) -> CallPhase:
        """How far the call has come."""
        if self.is_over:
            return CallPhase.ENDED
        return CallPhase.RINGING if self.answered_at is None else CallPhase.ANSWERED

    @property
    def rings_since(self) -> datetime | None:
        """Since when it rings: from its start to the first answer, and again from when it is passed on; else None."""
        if self.answered_at is None:
            return None if self.is_over else self.started_at
        legs = self._deciding_legs()
        last_answer = max((leg.answered_at for leg in legs if leg.answered_at), default=self.started_at)
        rang = (leg.rang_at for leg in legs if leg.phase is CallPhase.RINGING and leg.rang_at)
        return min((at for at in rang if at > last_answer), default=None)

    @property
    def answered_at(self) -> datetime | None:
        """When the first leg was answered."""
        return min((leg.answered_at for leg in self._deciding_legs() if leg.answered_at), default=None)

    @property
    def ended_at(self) -> datetime | None:
        """When the last leg ended; None while one goes on."""
        if not self.is_over:
            return None
        return max((leg.ended_at for leg in self.legs.values() if leg.ended_at), default=None)

    @property
    def agent(self) -> str | None:
        """The agent who spoke with the customer last; if the system does not say it, the only one called."""
        spoken = [leg for leg in self._deciding_legs() if leg.answered_at]
        last = max(spoken, key=lambda leg: leg.answered_at or self.started_at, default=None)
        if last is None:
            return None
        return last.agent or (last.rings_at[0] if len(last.rings_at) == 1 else None)

    @property
    def rings_at(self) -> tuple[str, ...]:
        """The agents that are being rung."""
        ringing = (leg for leg in self.legs.values() if leg.phase is CallPhase.RINGING)
        return tuple(dict.fromkeys(agent for leg in ringing for agent in leg.rings_at))

    @property
    def outcome(self) -> CallOutcome | None:
        """The outcome of the call as far as reported: that of the tries to reach an agent, else that of the legs."""
        if self.answered_at is not None:
            return CallOutcome.ANSWERED
        outcomes = {leg.outcome for leg in self._deciding_legs() if leg.outcome}
        if any(leg.outcome is CallOutcome.VOICEMAIL for leg in self.legs.values()):
            outcomes.add(CallOutcome.VOICEMAIL)
        return _best_outcome(outcomes)

    @property
    def is_settled(self) -> bool:
        """Whether it is over and nothing that changes its outcome may still be on its way.

        An end can arrive before its beginning, and what was forwarded goes on in another leg.
        """
        complete = self.customer_leg is not None and all(leg.began or leg.dialled for leg in self.legs.values())
        return self.is_over and complete and self.outcome not in {None, CallOutcome.FORWARDED}

    def _deciding_legs(self) -> Sequence[CallLeg]:
        legs = list(self.legs.values())
        return [leg for leg in legs if leg.dialled] or legs


def apply_event(call: Call, event: CallEvent) -> Call:
    """The call after an event."""
    known = call.legs.get(event.leg_ref)
    if known is None and len(call.legs) >= MAX_LEGS:
        return call
    leg = _apply_to_leg(known or CallLeg(), event)
    identifies_caller = event.leg_ref == call.call_ref and _is_leg_start(event)
    return replace(
        call,
        started_at=min(call.started_at, event.occurred_at),
        direction=(event.direction or call.direction) if identifies_caller else (call.direction or event.direction),
        identities=(event.identities or call.identities)
        if identifies_caller
        else (call.identities or event.identities),
        queue=call.queue or event.queue,
        conversation=call.conversation or event.conversation,
        legs={**call.legs, event.leg_ref: leg},
        data={**(event.data or {}), **call.data},
    )


def _is_leg_start(event: CallEvent) -> bool:
    """Whether an event is the beginning of its leg: only that has the caller and the called number."""
    return event.phase is CallPhase.RINGING and event.direction is not None


def _apply_to_leg(leg: CallLeg, event: CallEvent) -> CallLeg:
    answers, ends = event.phase is CallPhase.ANSWERED, event.phase is CallPhase.ENDED
    return replace(
        leg,
        phase=max(leg.phase, event.phase, key=lambda phase: phase.rank),
        began=leg.began or _is_leg_start(event),
        dialled=leg.dialled or event.dialled,
        outcome=_best_outcome({one for one in (leg.outcome, event.outcome) if one}),
        rang_at=leg.rang_at if answers or ends else _earlier(leg.rang_at, event.occurred_at),
        answered_at=_earlier(leg.answered_at, event.occurred_at) if answers else leg.answered_at,
        ended_at=_earlier(leg.ended_at, event.occurred_at) if ends else leg.ended_at,
        rings_at=leg.rings_at if answers or ends else (leg.rings_at or event.agents),
        agent=leg.agent or (event.agents[0] if answers and event.agents else None),
    )


def event_types(before: Call, after: Call) -> list[str]:
    """The types of the events that others must hear of; none without a customer, or of a call that is over."""
    if after.customer_id is None or after.is_over:
        return []
    if after.customer_id != before.customer_id:
        return [f"call.{after.phase}"]
    types = []
    passed_on = (before.answered_at or before.is_over) and _count_ringing_legs(after) > _count_ringing_legs(before)
    if passed_on or set(after.rings_at) - set(before.rings_at):
        types.append("call.ringing")  # at another telephone
    if _count_answered_legs(after) > _count_answered_legs(before):
        types.append("call.answered")
    return types


def _count_ringing_legs(call: Call) -> int:
    return sum(leg.phase is CallPhase.RINGING for leg in call.legs.values())


def _count_answered_legs(call: Call) -> int:
    return sum(leg.answered_at is not None for leg in call.legs.values())


def _best_outcome(outcomes: set[CallOutcome]) -> CallOutcome | None:
    return min(outcomes, key=_OUTCOME_PRIORITY.index, default=None)


def _earlier(known: datetime | None, reported: datetime) -> datetime:
    return reported if known is None else min(known, reported)
