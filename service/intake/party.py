"""Who and what a desk speaks of: a customer, known or not yet, and the conversation that is meant."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.context.content import Context
from service.context.handed_over import ENTITLED_FOR
from service.context.projection import project
from service.context.records import Asked, load_records
from service.db.change import LockedCustomer, lock_customer
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import ConversationUnknown, CustomerUnknown
from service.handoff.caller import Caller
from service.handoff.model import ConversationKey, Handoff
from service.handoff.packet import last_channel
from service.identity.claims import canonical_claims
from service.identity.model import Claim
from service.intake.model import Submission
from service.intake.register import Overtaken, register_in
from service.model.interaction import (
    AttemptReport,
    ConversationHint,
    IdentityClaim,
    Interaction,
    JsonObject,
    Participant,
    Registered,
)
from service.model.vocabulary import Channel, Direction, InteractionKind, ParticipantRole, Role
from service.settings.model import Settings

SQL = Statements("service.intake", "party")

LATELY = timedelta(days=1)
"""Without a name, the conversation that is meant is the latest one that went on within this time."""
_SPEAKERS = {Role.BOT: ParticipantRole.BOT, Role.CHANNEL: ParticipantRole.SYSTEM}
_CHANNELS = {Role.BOT: Channel.CHATBOT, Role.STORE: Channel.STORE}


class Office(Struct, frozen=True, kw_only=True):
    """What the company's desks have in common."""

    region: str
    zone: ZoneInfo
    reopen: timedelta
    longest_call: timedelta
    """A call counts as over after this time, if nobody has told its end."""


def office_of(settings: Settings) -> Office:
    """The office of these settings."""
    return Office(
        region=settings.default_region,
        zone=ZoneInfo(settings.time_zone),
        reopen=settings.reopen,
        longest_call=timedelta(hours=settings.call_hours),
    )


class Turn(Struct, frozen=True, kw_only=True):
    """What one desk does in one transaction: who it is and when, in whose office."""

    connection: Connection
    caller: Caller
    office: Office


class Party(Struct, frozen=True, kw_only=True):
    """The customer and the conversation that are meant; `claims` make the customer known who is not yet."""

    customer_id: UUID | None = None
    conversation_id: UUID | None = None
    channel: Channel | None = None
    claims: tuple[Claim, ...] = ()
    ref: str | None = None


def party_of(handoff: Handoff) -> Party:
    """The party of a handoff."""
    return Party(
        customer_id=handoff.customer_id,
        conversation_id=handoff.conversation_id,
        channel=last_channel(handoff.packet),
    )


async def find_party(
    turn: Turn, *, identity: IdentityClaim | None, customer_id: UUID | None, conversation: ConversationKey | None
) -> Party:
    """Who and what is meant. CustomerUnknown or ConversationUnknown for what is absent, or hidden from a partner."""
    caller = turn.caller
    claims = canonical_claims([identity], turn.office.region, field="identity") if identity else ()
    kind, value = claims[0].identity if claims else (None, None)
    conversation_id = conversation.id if conversation else None
    ref = conversation.ref if conversation else None
    row = await turn.connection.fetchrow(
        SQL.find_party,
        customer_id,
        kind,
        value,
        conversation_id,
        ref,
        caller.now - LATELY,
        caller.queue,
        caller.now - ENTITLED_FOR,
        caller.role is Role.PARTNER,
    )
    if row is None and customer_id is not None:
        raise CustomerUnknown
    if caller.role is Role.PARTNER and (row is None or not row["entitled"]):
        raise CustomerUnknown
    if conversation_id is not None and (row is None or row["conversation_id"] is None):
        raise ConversationUnknown
    if row is None:
        return Party(claims=claims, ref=ref)
    channel = Channel(row["channel"]) if row["channel"] else None
    return Party(customer_id=row["customer_id"], conversation_id=row["conversation_id"], channel=channel, ref=ref)


async def lock_party(turn: Turn, party: Party) -> LockedCustomer:
    """The customer of a party who is known, locked. Overtaken if they were merged into another meanwhile."""
    assert party.customer_id is not None, "only a known customer can be locked"
    locked = await lock_customer(turn.connection, party.customer_id)
    if locked.customer_id != party.customer_id:
        raise Overtaken
    return locked


async def register(turn: Turn, party: Party, interactions: Sequence[Interaction]) -> tuple[Registered, LockedCustomer]:
    """Register what a desk tells of a party; gives what became of the first, and the customer, locked."""
    submissions = [
        Submission(one, party.claims, turn.caller.key_id, party.customer_id, party.conversation_id)
        for one in interactions
    ]
    batch = await register_in(turn.connection, submissions, now=turn.caller.now, reopen=turn.office.reopen)
    first = batch.answers[0]
    return first, LockedCustomer(customer_id=first.customer_id, version=batch.changed[first.customer_id])


async def read_context(turn: Turn, customer_id: UUID) -> Context:
    """The context of a customer as this transaction has it."""
    now, zone = turn.caller.now, turn.office.zone
    records = await load_records(turn.connection, Asked(customer_id=customer_id), now=now, zone=zone)
    if records is None:
        raise CustomerUnknown
    return project(records, now=now, zone=zone)


def told_by_desk(
    turn: Turn,
    party: Party,
    *,
    source: str,
    event_id: str,
    kind: InteractionKind,
    agent: str | None = None,
    text: str | None = None,
    facts: dict[str, Any] | None = None,
    attempt: AttemptReport | None = None,
    mood: float | None = None,
    data: JsonObject | None = None,
) -> Interaction:
    """What a desk tells, as an interaction inside the house; `source` is handoff or callback."""
    caller = turn.caller
    return Interaction(
        source=f"{source}:{caller.name}",
        source_event_id=event_id,
        occurred_at=caller.now,
        channel=party.channel or _CHANNELS.get(caller.role, Channel.PHONE),
        kind=kind,
        direction=Direction.INTERNAL,
        identities=(),
        conversation=ConversationHint(ref=party.ref) if party.ref else None,
        participant=Participant(role=_SPEAKERS.get(caller.role, ParticipantRole.AGENT), name=agent),
        text=text,
        facts=facts or {},
        attempt=attempt,
        mood=mood,
        data=data,
    )
