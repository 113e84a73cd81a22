"""What one event of a Rasa tracker says of the customer: a message, a fact, something new, or nothing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from service.channels import lenient
from service.channels.base import AdapterSettings, ChannelAccount
from service.errors import InvalidInput
from service.handoff.model import QueueName, TranscriptLine
from service.model.interaction import MAX_IDENTITY_CHARS, ConversationHint, IdentityClaim, Interaction, Participant
from service.model.vocabulary import Channel, Direction, IdentityKind, InteractionKind, ParticipantRole

_ASKS = "utter_ask_"
_BOT_SLOTS = frozenset({"requested_slot", "return_value", "session_started_metadata"})
_PARTICIPANT_ROLES = {
    "user": (Direction.INBOUND, ParticipantRole.CUSTOMER),
    "bot": (Direction.OUTBOUND, ParticipantRole.BOT),
}
_INTERNAL_EVENTS = frozenset(
    {
        "action",
        "action_execution_rejected",
        "active_loop",
        "agent",
        "cancel_reminder",
        "entities",
        "export",
        "followup",
        "form",
        "form_validation",
        "loop_interrupted",
        "pause",
        "reminder",
        "reset_slots",
        "restart",
        "resume",
        "rewind",
        "session_started",
        "undo",
        "user_featurization",
    }
)
"""Events that say nothing of the customer which a message or a slot does not say."""


class RasaSettings(AdapterSettings, frozen=True, kw_only=True):
    """What can be set for a bot."""

    queue: QueueName = "support"
    """Where `action` hands conversations off to."""
    action: str = "action_handoff"
    say: str = "I am passing this on to a colleague, who will see what you have told me."
    """What the bot says then; empty for nothing."""
    handoff_slot: str = "handoff_id"
    """The slot that gets the id of the handoff, if the bot has it."""
    slots: dict[str, str] = field(default_factory=dict)
    """Slot -> the fact it holds, empty for none; a slot that is not named here is a fact of its own name."""
    identities: dict[str, IdentityKind] = field(default_factory=dict)
    """Slot -> the kind of identity it holds."""
    sender: IdentityKind | None = None
    """What a sender id is, if it is an identity elsewhere too; unset, one like +49… is a telephone number."""


class RasaEvent(Struct, frozen=True, kw_only=True):
    """One event of a tracker; a broker adds the `sender_id`."""

    event: str
    sender_id: Any = None
    timestamp: Any = None
    message_id: Any = None
    name: Any = None
    value: Any = None
    text: Any = None
    input_channel: Any = None
    metadata: Any = None
    parse_data: Any = None
    data: Any = None

    @property
    def utterance(self) -> str:
        """The name of the response that a bot's words are; empty if they are none."""
        name = self.metadata.get("utter_action") if isinstance(self.metadata, dict) else None
        return name if isinstance(name, str) else ""

    @property
    def understood(self) -> dict[str, Any]:
        """What the bot made of a customer's words."""
        return self.parse_data if isinstance(self.parse_data, dict) else {}


def sender_of(value: object) -> str:
    """The id of a conversation and its customer. InvalidInput without one."""
    sender = lenient.text(value, 10_000)
    if sender is None:
        raise InvalidInput(field="sender_id", message="The sender's id is needed.")
    return lenient.fit_id(sender, 200)


def bot_identity(sender: str, account: ChannelAccount) -> IdentityClaim:
    """How everybody is known who ever spoke with this bot."""
    return IdentityClaim(
        kind=IdentityKind.EXTERNAL, value=lenient.fit_id(f"{account.source}:{sender}", MAX_IDENTITY_CHARS)
    )


def interaction_of_event(
    event: RasaEvent, sender: str, account: ChannelAccount, received_at: datetime
) -> Iterator[Interaction]:
    """The interaction that an event is, if it is one."""
    if event.event in _INTERNAL_EVENTS:
        return
    bare = _base_interaction(event, sender, account, received_at)
    if event.event in _PARTICIPANT_ROLES:
        yield _message_interaction(event, bare, account.settings)
    elif event.event != "slot":
        yield _other_interaction(event, bare)
    else:
        learned = facts({str(event.name): event.value}, account.settings)
        claims = tuple(_slot_identities(event, account.settings))
        if learned or claims:
            yield replace(bare, facts=learned, identities=(*bare.identities, *claims))


def transcript_lines(events: Iterable[RasaEvent], received_at: datetime) -> Iterator[TranscriptLine]:
    """What was said, as lines of a transcript."""
    for event in events:
        said = lenient.text(event.text, 10_000)
        if event.event in _PARTICIPANT_ROLES and said is not None:
            yield TranscriptLine(
                role=_PARTICIPANT_ROLES[event.event][1], text=said, at=lenient.moment(event.timestamp, received_at)
            )


def facts(slots: Mapping[str, object], settings: RasaSettings) -> dict[str, Any]:
    """What filled slots tell; those of Rasa itself tell nothing."""
    return lenient.facts({slot: value for slot, value in slots.items() if slot not in _BOT_SLOTS}, settings.slots)


def _base_interaction(event: RasaEvent, sender: str, account: ChannelAccount, received_at: datetime) -> Interaction:
    """What every interaction of a conversation has."""
    return Interaction(
        source=account.source,
        source_event_id=_event_id(event, sender),
        occurred_at=lenient.moment(event.timestamp, received_at),
        channel=Channel.CHATBOT,
        kind=InteractionKind.SYSTEM,
        direction=Direction.INTERNAL,
        identities=(bot_identity(sender, account), *_sender_identities(sender, account.settings)),
        conversation=ConversationHint(ref=sender),
    )


def _event_id(event: RasaEvent, sender: str) -> str:
    """Only what customers say has an id; the rest is told apart by what it is and when it was."""
    own = lenient.text(event.message_id, 10_000)
    return lenient.fit_id(own or f"{sender}:{event.timestamp}:{event.event}:{event.name or ''}", 480)


def _message_interaction(event: RasaEvent, bare: Interaction, settings: RasaSettings) -> Interaction:
    direction, role = _PARTICIPANT_ROLES[event.event]
    beside = {
        "intent": event.understood.get("intent"),
        "entities": event.understood.get("entities"),
        "input_channel": event.input_channel,
        "metadata": event.metadata,
        "content": event.data,
    }
    return replace(
        bare,
        kind=InteractionKind.MESSAGE,
        direction=direction,
        participant=Participant(role=role),
        text=lenient.text(event.text, 100_000),
        asks=_asks(event.utterance, settings),
        data=lenient.compact(beside),
    )


def _other_interaction(event: RasaEvent, bare: Interaction) -> Interaction:
    beside = {"event": event.event, "name": event.name, "value": event.value, "text": event.text, "data": event.data}
    return replace(
        bare,
        source_event_id=f"{bare.source_event_id}:other",
        kind=InteractionKind.OTHER,
        data=lenient.compact(beside),
    )


def _sender_identities(sender: str, settings: RasaSettings) -> Iterator[IdentityClaim]:
    if settings.sender is not None:
        yield IdentityClaim(kind=settings.sender, value=sender)
    elif (number := lenient.phone(sender)) is not None:
        yield IdentityClaim(kind=IdentityKind.PHONE, value=number)


def _slot_identities(event: RasaEvent, settings: RasaSettings) -> Iterator[IdentityClaim]:
    kind, value = settings.identities.get(str(event.name)), lenient.text(event.value, MAX_IDENTITY_CHARS)
    if kind is not None and value is not None:
        yield IdentityClaim(kind=kind, value=value)


def _asks(utterance: str, settings: RasaSettings) -> tuple[str, ...]:
    """The fact that a form asks for, by the name that Rasa wants such a response to have."""
    slot = utterance.removeprefix(_ASKS)
    return tuple(lenient.facts({slot: True}, settings.slots)) if utterance.startswith(_ASKS) else ()
