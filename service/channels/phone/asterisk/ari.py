"""What the events of Asterisk's REST interface say of calls; pure.

There is no Linkedid in them: a channel that comes in is the first one of its call, and a dial names caller and peer.
https://docs.asterisk.org/Configuration/Interfaces/Asterisk-REST-Interface-ARI/
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from service.channels import lenient
from service.channels.phone.asterisk.events import (
    AsteriskEvent,
    AsteriskServer,
    FirstChannel,
    channel_ref,
    direction_of,
    phase_event,
    ringing_event,
    shown_number,
    telephone_of_channel,
)
from service.channels.phone.call_outcomes import call_outcome
from service.model.call import CallEvent
from service.model.vocabulary import CallOutcome, CallPhase, Direction

EVENT_TYPES = frozenset({"ChannelCreated", "ChannelStateChange", "ChannelUserevent", "ChannelDestroyed", "Dial"})
"""The events that say something of calls."""


def call_events_of(event: AsteriskEvent, exchange: AsteriskServer, received_at: datetime) -> Sequence[CallEvent]:
    """What an event says of calls; nothing for the many that say nothing."""
    kind = str(event.get("type"))
    if kind not in EVENT_TYPES:
        return ()
    at = lenient.moment(event.get("timestamp"), received_at)
    channel = _object_at(event, "caller" if kind == "Dial" else "channel")
    call_ref = channel_ref(channel.get("id"))
    if call_ref is None or not _is_first_channel(channel):
        return ()
    if kind == "ChannelDestroyed":
        return [phase_event(exchange, call_ref, call_ref, CallPhase.ENDED, at=at)]
    told = [*_call_started(kind, exchange, call_ref, channel, at)]
    if kind == "Dial":
        told += _dial_event(event, exchange, call_ref, at)
    elif kind == "ChannelUserevent":
        told += _conversation_event(event, exchange, call_ref, at)
    elif channel.get("state") == "Up":  # the dial plan has answered it, which counts if nobody is dialled at all
        told.append(phase_event(exchange, call_ref, call_ref, CallPhase.RINGING, at=at, outcome=CallOutcome.ANSWERED))
    return told


def _is_first_channel(channel: Mapping[str, object]) -> bool:
    """Whether a channel is the first one of a call: those that are made here for a dial, or inside, are not."""
    made_here = channel.get("state") == "Down" or _object_at(channel, "dialplan").get("app_name") == "AppDial"
    return not made_here and not str(channel.get("name")).startswith("Local/")


def _call_started(
    kind: str, exchange: AsteriskServer, call_ref: str, channel: Mapping[str, object], at: datetime
) -> Iterator[CallEvent]:
    """The call itself. What is dialled changes under way, so of our own calls only the beginning says who it is."""
    end = FirstChannel(
        caller=shown_number(_object_at(channel, "caller").get("number")),
        called=shown_number(_object_at(channel, "dialplan").get("exten")),
    )
    if kind == "ChannelCreated" or direction_of(end, exchange) is Direction.INBOUND:
        yield ringing_event(exchange, call_ref, end, at=at)


def _dial_event(event: AsteriskEvent, exchange: AsteriskServer, call_ref: str, at: datetime) -> Iterator[CallEvent]:
    """A telephone rings, is picked up, or is given up; without a status it is only about to ring.

    The end of a dialled channel does not name its call. So the try ends when it is picked up, and the first
    channel's end is that of the call.
    """
    peer = _object_at(event, "peer")
    leg_ref = channel_ref(peer.get("id"))
    if leg_ref is None:
        return
    agents = telephone_of_channel(peer.get("name"))
    outcome = call_outcome(lenient.text(event.get("dialstatus"), 50))
    if outcome is CallOutcome.ANSWERED:
        yield phase_event(exchange, call_ref, leg_ref, CallPhase.ANSWERED, at=at, agents=agents)
    phase = CallPhase.ENDED if outcome else CallPhase.RINGING
    yield phase_event(exchange, call_ref, leg_ref, phase, at=at, outcome=outcome, agents=agents)


def _conversation_event(
    event: AsteriskEvent, exchange: AsteriskServer, call_ref: str, at: datetime
) -> Iterator[CallEvent]:
    """The dial plan says which matter it is: `UserEvent(CustomerContext,Conversation: …)`."""
    conversation = channel_ref(_object_at(event, "userevent").get("Conversation"))
    if event.get("eventname") == "CustomerContext" and conversation:
        yield phase_event(exchange, call_ref, call_ref, CallPhase.RINGING, at=at, conversation=conversation)


def _object_at(whole: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object within an event; empty if it is none."""
    found = whole.get(name)
    return found if isinstance(found, dict) else {}
