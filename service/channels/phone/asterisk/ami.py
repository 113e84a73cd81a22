"""What the events of Asterisk's manager interface say of calls, and how they look on the wire; pure.

https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/
"""

from collections.abc import Callable, Iterator, Sequence
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

_UP = "6"
MAX_MESSAGE_BYTES = 256 * 1024


def call_events_of(event: AsteriskEvent, exchange: AsteriskServer, received_at: datetime) -> Sequence[CallEvent]:
    """What an event says of calls; nothing for the many that say nothing."""
    read = _READERS.get(str(event.get("Event")))
    if read is None:
        return ()
    at = lenient.moment(event.get("Timestamp"), received_at)
    return [*_call_started(event, exchange, at), *read(event, exchange, at)]


def _call_started(event: AsteriskEvent, exchange: AsteriskServer, at: datetime) -> Iterator[CallEvent]:
    """The call itself, in the events of its first channel but the last.

    What is dialled changes under way, so of our own calls only the beginning says who it is.
    """
    call_ref = channel_ref(event.get("Linkedid"))
    if call_ref is None or call_ref != channel_ref(event.get("Uniqueid")) or event.get("Event") == "Hangup":
        return
    end = FirstChannel(caller=shown_number(event.get("CallerIDNum")), called=shown_number(event.get("Exten")))
    if event.get("Event") == "Newchannel" or direction_of(end, exchange) is Direction.INBOUND:
        yield ringing_event(exchange, call_ref, end, at=at)


def _channel_created(_event: AsteriskEvent, _exchange: AsteriskServer, _at: datetime) -> Iterator[CallEvent]:
    """Nothing beyond the call itself; the channels that are dialled are told of by the dial."""
    yield from ()


def _channel_answered(event: AsteriskEvent, exchange: AsteriskServer, at: datetime) -> Iterator[CallEvent]:
    """The first channel is up: the dial plan has answered it, which counts if nobody is dialled at all."""
    leg_ref, call_ref = channel_ref(event.get("Uniqueid")), channel_ref(event.get("Linkedid"))
    if leg_ref is not None and leg_ref == call_ref and event.get("ChannelState") == _UP:
        yield phase_event(exchange, call_ref, leg_ref, CallPhase.RINGING, at=at, outcome=CallOutcome.ANSWERED)


def _dial_event(event: AsteriskEvent, exchange: AsteriskServer, at: datetime) -> Iterator[CallEvent]:
    """A telephone rings, is picked up, or is given up."""
    leg_ref = channel_ref(event.get("DestUniqueid"))
    call_ref = channel_ref(event.get("Linkedid")) or channel_ref(event.get("DestLinkedid"))
    if leg_ref is None or call_ref is None:
        return
    phase, outcome = CallPhase.RINGING, None
    if event.get("Event") == "DialEnd":
        outcome = call_outcome(lenient.text(event.get("DialStatus"), 50))
        phase = CallPhase.ANSWERED if outcome is CallOutcome.ANSWERED else CallPhase.ENDED
    agents = telephone_of_channel(event.get("DestChannel"))
    yield phase_event(exchange, call_ref, leg_ref, phase, at=at, outcome=outcome, agents=agents)


def _cdr_event(event: AsteriskEvent, exchange: AsteriskServer, at: datetime) -> Iterator[CallEvent]:
    """The call record: how the first leg will have ended."""
    leg_ref = channel_ref(event.get("UniqueID"))
    if leg_ref is None:
        return
    left_message = str(event.get("LastApplication")).casefold() == "voicemail"
    outcome = CallOutcome.VOICEMAIL if left_message else call_outcome(lenient.text(event.get("Disposition"), 50))
    yield phase_event(exchange, leg_ref, leg_ref, CallPhase.RINGING, at=at, outcome=outcome)


def _hang_up_event(event: AsteriskEvent, exchange: AsteriskServer, at: datetime) -> Iterator[CallEvent]:
    leg_ref, call_ref = channel_ref(event.get("Uniqueid")), channel_ref(event.get("Linkedid"))
    if leg_ref is not None and call_ref is not None:
        yield phase_event(exchange, call_ref, leg_ref, CallPhase.ENDED, at=at)


def _queue_event(event: AsteriskEvent, exchange: AsteriskServer, at: datetime) -> Iterator[CallEvent]:
    """A caller waits in a queue, which is a try to reach an agent even while no telephone rings."""
    call_ref, leg_ref = channel_ref(event.get("Linkedid")), channel_ref(event.get("Uniqueid"))
    if call_ref is None or leg_ref is None:
        return
    waits = event.get("Event") == "QueueCallerJoin"
    yield phase_event(
        exchange,
        call_ref,
        f"{leg_ref}:queue",
        CallPhase.RINGING if waits else CallPhase.ENDED,
        at=at,
        outcome=CallOutcome.ABANDONED if event.get("Event") == "QueueCallerAbandon" else None,
        queue=lenient.text(event.get("Queue"), 100),
    )


def _conversation_event(event: AsteriskEvent, exchange: AsteriskServer, at: datetime) -> Iterator[CallEvent]:
    """The dial plan says which matter it is: `UserEvent(CustomerContext,Conversation: …)`."""
    call_ref, conversation = channel_ref(event.get("Linkedid")), channel_ref(event.get("Conversation"))
    if event.get("UserEvent") == "CustomerContext" and call_ref is not None and conversation:
        yield phase_event(exchange, call_ref, call_ref, CallPhase.RINGING, at=at, conversation=conversation)


_READERS: dict[str, Callable[[AsteriskEvent, AsteriskServer, datetime], Iterator[CallEvent]]] = {
    "Newchannel": _channel_created,
    "Newstate": _channel_answered,
    "DialBegin": _dial_event,
    "DialEnd": _dial_event,
    "Cdr": _cdr_event,
    "Hangup": _hang_up_event,
    "QueueCallerJoin": _queue_event,
    "QueueCallerAbandon": _queue_event,
    "QueueCallerLeave": _queue_event,
    "UserEvent": _conversation_event,
}
EVENT_NAMES = frozenset(_READERS)
"""The events that say something of calls."""


def take_messages(buffer: bytearray) -> Iterator[AsteriskEvent]:
    """The whole messages at the start of `buffer`, which are taken out of it; the rest waits for more bytes.

    A message is lines of `Key: Value` up to an empty one. Of a key that comes twice the first counts; what is no such
    line is passed over.
    """
    while (end := buffer.find(b"\r\n\r\n")) >= 0:
        raw = bytes(buffer[:end])
        del buffer[: end + 4]
        message: AsteriskEvent = {}
        for line in raw.decode("utf-8", "replace").split("\r\n"):
            key, colon, value = line.partition(":")
            if colon:
                message.setdefault(key.strip(), value.strip().replace("\x00", ""))
        yield message
