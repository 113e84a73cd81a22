"""The packet: what travels with a handoff, frozen when it is given, from the record and not the giver's memory.

It says what was cut: a desk that reads it knows what it does not read.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Raw, Struct

from service.context.content import (
    Context,
    ContextAttempt,
    ContextCondition,
    ContextCustomer,
    ContextFact,
    RecentInteraction,
)
from service.context.seen import VisibleAttempt, VisibleCondition, VisibleFact
from service.handoff.model import TranscriptLine
from service.model.names import initials
from service.model.vocabulary import (
    Audience,
    CallbackState,
    Channel,
    ConversationStatus,
    Direction,
    InteractionKind,
    ParticipantRole,
)

MAX_LINES = 50
MAX_FACTS = 100
MAX_LINE_CHARS = 1000
_SPEAKER_OF_DIRECTION = {
    Direction.INBOUND: ParticipantRole.CUSTOMER,
    Direction.OUTBOUND: ParticipantRole.AGENT,
    Direction.INTERNAL: ParticipantRole.SYSTEM,
}


class PacketConversation(Struct, frozen=True, kw_only=True):
    """The matter that changes hands."""

    id: Annotated[UUID, Meta(description="Id of the conversation.")]
    subject: Annotated[str | None, Meta(description="Subject of the conversation; null if unknown.")]
    status: Annotated[ConversationStatus, Meta(description="Status of the conversation.")]
    channels: Annotated[tuple[Channel, ...], Meta(description="Channels of the conversation, in order of use.")]
    opened_at: Annotated[datetime, Meta(description="Start of the conversation, RFC 3339 in UTC.")]
    last_at: Annotated[datetime, Meta(description="Latest interaction, RFC 3339 in UTC.")]


class PacketLine(Struct, frozen=True, kw_only=True):
    """One line of what was said, in whichever channel; of a line that only the giver told, the channel is not known."""

    role: Annotated[ParticipantRole, Meta(description="Role of the speaker.")]
    text: Annotated[str, Meta(description="Words of the line, at most 1,000 characters.")]
    at: Annotated[datetime | None, Meta(description="Time of the line, RFC 3339; null if unknown.")]
    channel: Annotated[Channel | None, Meta(description="Channel of the line; null if only the giver reported it.")]


class PromisedCallback(Struct, frozen=True, kw_only=True):
    """A call that the customer still expects."""

    callback_id: Annotated[UUID, Meta(description="Id of the callback.")]
    state: Annotated[CallbackState, Meta(description="State of the callback.")]
    promised_from: Annotated[datetime, Meta(description="Start of the promised window, RFC 3339 in UTC.")]
    promised_to: Annotated[datetime, Meta(description="End of the promised window, RFC 3339 in UTC.")]


class PacketHistory(Struct, frozen=True, kw_only=True):
    """How many interactions of the conversation the packet was built from, of how many there are."""

    included: Annotated[int, Meta(description="Interactions that the packet was built from.")]
    of: Annotated[int, Meta(description="Interactions of the conversation.")]


class PacketOmissions(Struct, frozen=True, kw_only=True):
    """What the packet leaves out: lines, facts, and the ends of so many long texts."""

    lines: Annotated[int, Meta(description="Transcript lines left out.")]
    facts: Annotated[int, Meta(description="Facts left out.")]
    texts: Annotated[int, Meta(description="Texts that were shortened.")]


class Packet(Struct, frozen=True, kw_only=True):
    """Everything the next desk needs; lines and attempts the oldest first, facts by name."""

    context_version: Annotated[
        int, Meta(description="Version of the customer's context that the packet was built from.")
    ]
    customer: Annotated[ContextCustomer, Meta(description="Customer as known at the handoff.")]
    conversation: Annotated[
        PacketConversation | None,
        Meta(description="Conversation that changes hands; null if no longer in the context."),
    ]
    facts: Annotated[dict[str, ContextFact], Meta(description="Known facts by name; the newest 100.")]
    attempts: Annotated[
        tuple[ContextAttempt, ...], Meta(description="Attempts in this conversation, the oldest first.")
    ]
    conditions: Annotated[tuple[ContextCondition, ...], Meta(description="Conditions in force.")]
    transcript: Annotated[
        tuple[PacketLine, ...], Meta(description="Last 50 lines of the conversation, the oldest first.")
    ]
    history: Annotated[PacketHistory, Meta(description="Share of the conversation that the packet was built from.")]
    open_promises: Annotated[
        tuple[PromisedCallback, ...], Meta(description="Callbacks that the customer still expects.")
    ]
    cut: Annotated[PacketOmissions, Meta(description="Numbers of items that the packet leaves out.")]


class VisiblePacketCustomer(Struct, frozen=True, kw_only=True):
    """The customer as somebody else than a desk of ours sees them."""

    id: Annotated[UUID, Meta(description="Id of the customer.")]
    name: Annotated[str | None, Meta(description="Initials of the customer; null if unknown or hidden.")]
    language: Annotated[str | None, Meta(description="Preferred language, a BCP 47 tag; null if unknown.")]


class VisiblePacket(Struct, frozen=True, kw_only=True):
    """A packet as somebody else than a desk of ours sees it."""

    context_version: Annotated[
        int, Meta(description="Version of the customer's context that the packet was built from.")
    ]
    customer: Annotated[VisiblePacketCustomer, Meta(description="Customer as the reader may see them.")]
    conversation: Annotated[
        PacketConversation | None,
        Meta(description="Conversation that changes hands; null if no longer in the context."),
    ]
    facts: Annotated[dict[str, VisibleFact], Meta(description="Known facts by name; empty if hidden.")]
    attempts: Annotated[
        tuple[VisibleAttempt, ...],
        Meta(description="Attempts in this conversation, the oldest first; empty if hidden."),
    ]
    conditions: Annotated[
        tuple[VisibleCondition, ...], Meta(description="Conditions in force that the reader may see.")
    ]
    transcript: Annotated[
        tuple[PacketLine, ...],
        Meta(description="Last 50 lines of the conversation, the oldest first; empty if hidden."),
    ]
    history: Annotated[PacketHistory, Meta(description="Share of the conversation that the packet was built from.")]
    open_promises: Annotated[
        tuple[PromisedCallback, ...], Meta(description="Callbacks that the customer still expects.")
    ]
    cut: Annotated[PacketOmissions, Meta(description="Numbers of items that the packet leaves out.")]


Shape = TypeVar("Shape")

_decoder = msgspec.json.Decoder(Packet)
_encoder = msgspec.json.Encoder()


def build_packet(context: Context, conversation_id: UUID, giver_lines: Sequence[TranscriptLine] = ()) -> Raw:
    """The packet of a conversation as JSON; `told` are lines of the giver, used where the record does not have them."""
    conversation = next((one for one in context.conversations if one.id == conversation_id), None)
    recent = [one for one in reversed(context.recent) if one.conversation_id == conversation_id]
    lines = _merge_transcript(recent, giver_lines)
    facts = sorted(context.known.items(), key=lambda fact: fact[1].at, reverse=True)[:MAX_FACTS]
    packet = Packet(
        context_version=context.version,
        customer=context.customer,
        conversation=None
        if conversation is None
        else msgspec.convert(conversation, PacketConversation, from_attributes=True),
        facts=dict(sorted(facts)),
        attempts=conversation.attempts if conversation else (),
        conditions=context.conditions,
        transcript=tuple(_shorten_line(line) for line in lines[-MAX_LINES:]),
        history=PacketHistory(included=len(recent), of=conversation.interactions if conversation else len(recent)),
        open_promises=tuple(
            PromisedCallback(
                callback_id=one.id, state=one.state, promised_from=one.promised_from, promised_to=one.promised_to
            )
            for one in context.callbacks
        ),
        cut=PacketOmissions(
            lines=max(len(lines) - MAX_LINES, 0),
            facts=len(context.known) - len(facts),
            texts=sum(one.text_cut for one in recent)
            + sum(len(line.text) > MAX_LINE_CHARS for line in lines[-MAX_LINES:]),
        ),
    )
    return Raw(_encoder.encode(packet))


def _merge_transcript(recent: Iterable[RecentInteraction], giver_lines: Iterable[TranscriptLine]) -> list[PacketLine]:
    """What was said, the oldest first: the record, and where the giver knows more, the giver."""
    recorded = [
        PacketLine(
            role=one.participant.role if one.participant else _SPEAKER_OF_DIRECTION[one.direction],
            text=one.text,
            at=one.occurred_at,
            channel=one.channel,
        )
        for one in recent
        if one.text and one.kind is not InteractionKind.SYSTEM
    ]
    on_record = {line.text.strip() for line in recorded}
    unrecorded = [
        PacketLine(role=line.role, text=line.text, at=line.at, channel=None)
        for line in giver_lines
        if line.text.strip() not in on_record
    ]
    if all(line.at is not None for line in unrecorded):
        return sorted(recorded + unrecorded, key=_said_at)
    return recorded + unrecorded  # told without times: what was said last, by all that is known


def _said_at(line: PacketLine) -> datetime:
    assert line.at is not None
    return line.at


def _shorten_line(line: PacketLine) -> PacketLine:
    if len(line.text) <= MAX_LINE_CHARS:
        return line
    return msgspec.structs.replace(line, text=line.text[:MAX_LINE_CHARS])


def last_channel(packet: Raw) -> Channel | None:
    """The channel that the conversation of a packet came to last."""
    conversation = _decoder.decode(packet).conversation
    return conversation.channels[-1] if conversation and conversation.channels else None


def packet_for_audience(packet: Raw, audience: Audience, *, serves: bool) -> Raw:
    """The packet as an audience may see it; `takes` for the desk that was asked, which sees the whole matter."""
    if audience is Audience.CONSOLE:
        return packet
    whole = _decoder.decode(packet)
    knows_facts = serves or audience is Audience.BOT
    visible = tuple(one for one in whole.conditions if audience in one.audiences)
    shown = VisiblePacket(
        context_version=whole.context_version,
        customer=_visible_customer(whole.customer, audience),
        conversation=whole.conversation,
        facts=_convert(dict[str, VisibleFact], whole.facts) if knows_facts else {},
        attempts=_convert(tuple[VisibleAttempt, ...], whole.attempts) if knows_facts else (),
        conditions=_convert(tuple[VisibleCondition, ...], visible),
        transcript=whole.transcript if serves else (),
        history=whole.history,
        open_promises=whole.open_promises,
        cut=whole.cut,
    )
    return Raw(_encoder.encode(shown))


def _visible_customer(customer: ContextCustomer, audience: Audience) -> VisiblePacketCustomer:
    name = customer.name if audience is Audience.STORE else None
    return VisiblePacketCustomer(id=customer.id, name=name and initials(name), language=customer.language)


def _convert(shape: type[Shape], parts: object) -> Shape:
    """The fields of the parts that the shape names."""
    return msgspec.convert(parts, shape, from_attributes=True)
