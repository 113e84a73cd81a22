"""The packet of a handoff: the context of its conversation, frozen at the time of the handoff.

The source is the record, not the giver. `cut` counts what the packet leaves out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Raw, Struct
from msgspec.structs import replace

from service.context.content import (
    Context,
    ContextCallback,
    ContextCondition,
    ContextCustomer,
    ContextFact,
)
from service.context.disclosure import STANDARD_CONTACT_FACTS, ContactFacts, VisibleCondition, VisibleFact
from service.context.model import AttemptRecord
from service.handoff.disclosure import is_told_matter, is_told_words, visible_conditions, visible_facts
from service.handoff.model import TranscriptLine
from service.handoff.summaries import NO_SUMMARIES, ConversationSummary, SummaryHistory, visible_summaries
from service.model.interaction import Timestamp
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
    """The conversation that changes hands."""

    id: Annotated[UUID, Meta(description="Id of the conversation.")]
    subject: Annotated[str | None, Meta(description="Subject of the conversation; null if unknown.")]
    status: Annotated[ConversationStatus, Meta(description="Status of the conversation.")]
    channels: Annotated[tuple[Channel, ...], Meta(description="Channels of the conversation, in order of use.")]
    opened_at: Annotated[Timestamp, Meta(description="Start of the conversation, RFC 3339 in UTC.")]
    last_at: Annotated[Timestamp, Meta(description="Latest interaction, RFC 3339 in UTC.")]


class PacketLine(Struct, frozen=True, kw_only=True):
    """One line of the conversation, from any of its channels or from the giver."""

    role: Annotated[ParticipantRole, Meta(description="Role of the speaker.")]
    text: Annotated[str, Meta(description="Words of the line, at most 1,000 characters.")]
    at: Annotated[Timestamp | None, Meta(description="Time of the line, RFC 3339; null if unknown.")]
    channel: Annotated[Channel | None, Meta(description="Channel of the line; null if only the giver reported it.")]


class PromisedCallback(Struct, frozen=True, kw_only=True):
    """A call that the customer still expects."""

    callback_id: Annotated[UUID, Meta(description="Id of the promise to call.")]
    state: Annotated[CallbackState, Meta(description="State of the callback.")]
    promised_from: Annotated[Timestamp, Meta(description="Start of the promised window, RFC 3339 in UTC.")]
    promised_to: Annotated[Timestamp, Meta(description="End of the promised window, RFC 3339 in UTC.")]


class PacketHistory(Struct, frozen=True, kw_only=True):
    """The share of the conversation that the packet was built from, in interactions."""

    included: Annotated[int, Meta(description="Interactions that the packet was built from.")]
    of: Annotated[int, Meta(description="Interactions of the conversation.")]


class PacketOmissions(Struct, frozen=True, kw_only=True):
    """Numbers of items that the packet leaves out."""

    lines: Annotated[int, Meta(description="Transcript lines left out.")]
    facts: Annotated[int, Meta(description="Facts left out.")]
    texts: Annotated[int, Meta(description="Texts that were shortened.")]
    summaries: Annotated[int, Meta(description="Summaries left out, the oldest.")] = 0


class Packet(Struct, frozen=True, kw_only=True):
    """The packet as stored, and as our own desks see it."""

    context_version: Annotated[
        int, Meta(description="Version of the customer's context that the packet was built from.")
    ]
    customer: Annotated[ContextCustomer, Meta(description="Customer as known at the handoff.")]
    conversation: Annotated[
        PacketConversation | None,
        Meta(description="Conversation that changes hands; null if no longer in the context."),
    ]
    facts: Annotated[dict[str, ContextFact], Meta(description="Known facts by name; the newest 100.")]
    attempts: Annotated[tuple[AttemptRecord, ...], Meta(description="Attempts in this conversation, the oldest first.")]
    conditions: Annotated[tuple[ContextCondition, ...], Meta(description="Conditions in force.")]
    transcript: Annotated[
        tuple[PacketLine, ...], Meta(description="Last 50 lines of the conversation, the oldest first.")
    ]
    history: Annotated[PacketHistory, Meta(description="Share of the conversation that the packet was built from.")]
    open_promises: Annotated[
        tuple[PromisedCallback, ...], Meta(description="Callbacks that the customer still expects.")
    ]
    cut: Annotated[PacketOmissions, Meta(description="Numbers of items that the packet leaves out.")]
    summaries: Annotated[
        tuple[ConversationSummary, ...],
        Meta(description="Summaries of all desks that had the conversation, the newest first; the newest 20."),
    ] = ()
    said_here: Annotated[
        dict[str, Raw], Meta(description="Values of known facts as they were said in this conversation, by name.")
    ] = msgspec.field(default_factory=dict)


class VisiblePacketCustomer(Struct, frozen=True, kw_only=True):
    """The customer as bots, stores and partners see them."""

    id: Annotated[UUID, Meta(description="Id of the customer.")]
    name: Annotated[str | None, Meta(description="Initials of the customer; null if unknown or hidden.")]
    language: Annotated[str | None, Meta(description="Preferred language, a BCP 47 tag; null if unknown.")]


class VisiblePacket(Struct, frozen=True, kw_only=True):
    """The packet as bots, stores and partners see it."""

    context_version: Annotated[
        int, Meta(description="Version of the customer's context that the packet was built from.")
    ]
    customer: Annotated[VisiblePacketCustomer, Meta(description="Customer as the reader may see them.")]
    conversation: Annotated[
        PacketConversation | None,
        Meta(description="Conversation that changes hands; null if no longer in the context."),
    ]
    facts: Annotated[
        dict[str, VisibleFact],
        Meta(description="Known facts by name, to a bot those said in the conversation; empty if hidden."),
    ]
    attempts: Annotated[
        tuple[AttemptRecord, ...],
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
    summaries: Annotated[
        tuple[ConversationSummary, ...],
        Meta(description="Summaries of all desks that had the conversation, the newest first; empty if hidden."),
    ]


Shape = TypeVar("Shape")

_decoder = msgspec.json.Decoder(Packet)
_encoder = msgspec.json.Encoder()


def build_packet(
    context: Context, conversation_id: UUID, told: Sequence[TranscriptLine] = (), history: SummaryHistory = NO_SUMMARIES
) -> Raw:
    """The packet of a conversation as JSON; lines that the giver `told` add what the record does not have."""
    conversation = next((one for one in context.conversations if one.id == conversation_id), None)
    recent = [one for one in context.recent if one.conversation_id == conversation_id]
    lines = _merge_transcript(context, conversation_id, told)
    summaries, said = history.shown(), conversation.facts if conversation else {}
    facts = sorted(context.known.items(), key=lambda fact: fact[1].at, reverse=True)[:MAX_FACTS]
    packet = Packet(
        context_version=context.version,
        customer=context.customer,
        conversation=None if conversation is None else _convert(PacketConversation, conversation),
        facts=dict(sorted(facts)),
        attempts=conversation.attempts if conversation else (),
        conditions=context.conditions,
        transcript=tuple(_shorten_line(line) for line in lines[-MAX_LINES:]),
        history=PacketHistory(included=len(recent), of=conversation.interactions if conversation else len(recent)),
        open_promises=tuple(map(_promised_callback, context.callbacks)),
        cut=PacketOmissions(
            lines=max(len(lines) - MAX_LINES, 0),
            facts=len(context.known) - len(facts),
            texts=sum(one.text_cut for one in recent)
            + sum(one.text_cut for one in summaries)
            + sum(len(line.text) > MAX_LINE_CHARS for line in lines[-MAX_LINES:]),
            summaries=history.left_out,
        ),
        summaries=summaries,
        said_here={name: said[name] for name, _ in facts if name in said},
    )
    return Raw(_encoder.encode(packet))


def _promised_callback(one: ContextCallback) -> PromisedCallback:
    return PromisedCallback(
        callback_id=one.id, state=one.state, promised_from=one.promised_from, promised_to=one.promised_to
    )


def _merge_transcript(
    context: Context, conversation_id: UUID, giver_lines: Iterable[TranscriptLine]
) -> list[PacketLine]:
    """The lines on record and those that only the giver reports, the oldest first; none is later than the context."""
    recorded = [
        PacketLine(
            role=one.participant.role if one.participant else _SPEAKER_OF_DIRECTION[one.direction],
            text=one.text,
            at=at,
            channel=one.channel,
        )
        for at, one in zip(reversed(context.recent_at), reversed(context.recent), strict=True)
        if one.conversation_id == conversation_id and one.text and one.kind is not InteractionKind.SYSTEM
    ]
    on_record = {line.text.strip() for line in recorded}
    unrecorded = [
        PacketLine(role=line.role, text=line.text, at=line.at and min(line.at, context.as_of), channel=None)
        for line in giver_lines
        if line.text.strip() not in on_record
    ]
    if all(line.at is not None for line in unrecorded):
        return sorted(recorded + unrecorded, key=_said_at)
    return recorded + unrecorded  # lines without times: probably the latest


def _said_at(line: PacketLine) -> datetime:
    assert line.at is not None
    return line.at


def _shorten_line(line: PacketLine) -> PacketLine:
    return replace(line, text=line.text[:MAX_LINE_CHARS])


def last_channel(packet: Raw) -> Channel | None:
    """The last channel of the packet's conversation; None without a conversation."""
    conversation = _decoder.decode(packet).conversation
    return conversation.channels[-1] if conversation and conversation.channels else None


def packet_for_audience(
    packet: Raw,
    audience: Audience,
    contact_facts: ContactFacts = STANDARD_CONTACT_FACTS,
    *,
    serves: bool,
    store: str | None = None,
) -> Raw:
    """The packet as an audience may see it; `serves` is true for the desk that was asked.

    `store` is the shop of a store's key, which sees only what holds there.
    """
    if audience is Audience.CONSOLE:
        return packet
    whole = _decoder.decode(packet)
    told = is_told_matter(audience, serves=serves)
    is_till = audience is Audience.STORE
    shown = VisiblePacket(
        context_version=whole.context_version,
        customer=_visible_customer(whole.customer, audience),
        conversation=whole.conversation and replace(whole.conversation, subject=None)
        if is_till
        else whole.conversation,
        facts=visible_facts(whole.facts, whole.said_here, audience, contact_facts, serves=serves),
        attempts=whole.attempts if told else (),
        conditions=_convert(tuple[VisibleCondition, ...], visible_conditions(whole.conditions, audience, store)),
        transcript=whole.transcript if is_told_words(audience, serves=serves) else (),
        history=whole.history,
        open_promises=() if is_till else whole.open_promises,
        cut=whole.cut,
        summaries=visible_summaries(whole.summaries, audience, serves=serves),
    )
    return Raw(_encoder.encode(shown))


def _visible_customer(customer: ContextCustomer, audience: Audience) -> VisiblePacketCustomer:
    name = customer.name if audience is Audience.STORE else None
    return VisiblePacketCustomer(id=customer.id, name=name and initials(name), language=customer.language)


def _convert(shape: type[Shape], parts: object) -> Shape:
    """The parts reduced to the fields of `shape`."""
    return msgspec.convert(parts, shape, from_attributes=True)
