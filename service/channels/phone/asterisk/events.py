"""What the events of both interfaces of Asterisk have in common: numbers, telephones, and the call of a channel."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from service.channels import lenient
from service.identity.withheld import is_withheld
from service.model.call import CallEvent
from service.model.interaction import IdentityClaim
from service.model.vocabulary import CallOutcome, CallPhase, Direction, IdentityKind

AsteriskEvent = dict[str, Any]

MAX_EVENTS = 10_000
"""More are not taken in one delivery: each may be a call, and a transaction of its own."""
_REF, _NAME, _NUMBER = 200, 200, 100


class AsteriskServer(Struct, frozen=True, kw_only=True):
    """The sender of events: the door's account, and how many digits the numbers of its own telephones have."""

    source: str
    extension_digits: int


class FirstChannel(Struct, frozen=True, kw_only=True):
    """The first channel of a call, with the numbers on both ends."""

    caller: str | None
    called: str | None


def channel_ref(value: object) -> str | None:
    """An id of a channel; None if it is none."""
    found = lenient.text(value, 10 * _REF)
    return None if found is None else lenient.fit_id(found, _REF)


def telephone_of_channel(channel: object) -> tuple[str, ...]:
    """The telephone of a channel: `PJSIP/anna-00000003` is anna's."""
    name = lenient.text(channel, _NAME) or ""
    found = name.partition("/")[2].rpartition("-")[0] or name.partition("/")[2]
    return (found.partition("@")[0],) if found else ()


def shown_number(value: object) -> str | None:
    """A number or name as Asterisk shows it; None for its `<unknown>`."""
    found = lenient.text(value, _NUMBER)
    return None if found == "<unknown>" else found


def direction_of(end: FirstChannel, exchange: AsteriskServer) -> Direction:
    """Who has called whom: an extension calls out, or another extension; everybody else calls in."""
    if not _is_extension(end.caller, exchange):
        return Direction.INBOUND
    return Direction.INTERNAL if _is_extension(end.called, exchange) else Direction.OUTBOUND


def customer_number(end: FirstChannel, direction: Direction) -> tuple[IdentityClaim, ...]:
    """The number on the customer's end; none if it is withheld, or nobody's."""
    other = end.called if direction is Direction.OUTBOUND else end.caller
    if direction is Direction.INTERNAL or other is None or is_withheld(other):
        return ()
    if not any(character.isdigit() for character in other):
        return ()
    return (IdentityClaim(kind=IdentityKind.PHONE, value=other),)


def ringing_event(exchange: AsteriskServer, call_ref: str, end: FirstChannel, *, at: datetime) -> CallEvent:
    """A call has begun."""
    direction = direction_of(end, exchange)
    return CallEvent(
        source=exchange.source,
        call_ref=call_ref,
        leg_ref=call_ref,
        phase=CallPhase.RINGING,
        occurred_at=at,
        direction=direction,
        identities=customer_number(end, direction),
        data=lenient.compact({"from": end.caller, "to": end.called}),
    )


def phase_event(
    exchange: AsteriskServer,
    call_ref: str,
    leg_ref: str,
    phase: CallPhase,
    *,
    at: datetime,
    outcome: CallOutcome | None = None,
    agents: tuple[str, ...] = (),
    queue: str | None = None,
    conversation: str | None = None,
) -> CallEvent:
    """A leg has come to a phase; every leg but the first is a try to reach an agent."""
    return CallEvent(
        source=exchange.source,
        call_ref=call_ref,
        leg_ref=leg_ref,
        phase=phase,
        occurred_at=at,
        dialled=leg_ref != call_ref,
        outcome=outcome,
        agents=agents,
        queue=queue,
        conversation=conversation,
    )


def _is_extension(value: str | None, exchange: AsteriskServer) -> bool:
    return value is not None and value.isdecimal() and len(value) <= exchange.extension_digits
