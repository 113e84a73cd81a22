"""The subject of a desk's request: a customer, known or not yet, and a conversation."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from msgspec import Struct

from service.context.content import Context
from service.context.disclosure import ContactFacts
from service.context.guidance.guide import NO_GUIDE, Guide
from service.context.handed_over import ENTITLEMENT_DURATION
from service.context.projection import project_context
from service.context.records import RecordsQuery, load_all_records
from service.db.batcher import result_or_raise
from service.db.change import LockedCustomer, lock_customers
from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.db.statements import Statements, columns
from service.desks.model import HandoffSubject
from service.errors import AskonceError, ConversationUnknown, CustomerUnknown, InvalidInput
from service.handoff.caller import Caller, participant_role
from service.handoff.model import ConversationKey
from service.identity.claims import canonical_claims
from service.identity.model import Claim
from service.model.interaction import (
    AttemptReport,
    IdentityClaim,
    InteractionContent,
    JsonObject,
    Participant,
    RegistrationResult,
)
from service.model.vocabulary import Channel, Direction, InteractionKind, Role
from service.registration.model import Submission
from service.registration.sources import HouseSource
from service.registration.transaction import register_in_transaction
from service.settings.model import Settings
from service.timeline.model import subject_key

SQL = Statements("service.desks", "subject")

RECENT_ACTIVITY = timedelta(days=1)
"""Without a name, the conversation that is meant is the latest one that went on within this time."""
_DEFAULT_CHANNELS = {Role.BOT: Channel.CHATBOT, Role.STORE: Channel.STORE}


class BusinessSettings(Struct, frozen=True, kw_only=True):
    """Settings of the business that all desks share."""

    region: str
    zone: ZoneInfo
    reopen: timedelta
    max_call_duration: timedelta
    """A call counts as over after this time without a reported end."""
    callback_number_types: frozenset[str]
    """Values of NumberType; numbers of other types are not called back."""
    contact_facts: ContactFacts


def business_settings(settings: Settings) -> BusinessSettings:
    """The part of the settings that desks need."""
    return BusinessSettings(
        region=settings.default_region,
        zone=ZoneInfo(settings.time_zone),
        reopen=settings.reopen_period,
        max_call_duration=timedelta(hours=settings.call_hours),
        callback_number_types=frozenset(settings.callback_number_types.split()),
        contact_facts=ContactFacts(frozenset(settings.contact_facts.split())),
    )


class DeskSession(Struct, frozen=True, kw_only=True):
    """One desk's transaction: its connection, the caller, and the settings of the business."""

    connection: Connection
    caller: Caller
    business: BusinessSettings
    guide: Guide = NO_GUIDE


class SubjectRef(Protocol):
    """A request that names a customer, and perhaps a conversation."""

    @property
    def identity(self) -> IdentityClaim | None:
        """The customer by an identity."""

    @property
    def customer_id(self) -> UUID | None:
        """The customer by the id."""

    @property
    def conversation(self) -> ConversationKey | None:
        """The conversation; None means the one of the subject, else the latest one within RECENT_ACTIVITY."""

    @property
    def subject(self) -> str | None:
        """What the matter is about."""


async def resolve_subject(session: DeskSession, ref: SubjectRef) -> HandoffSubject:
    """The subject of a request. CustomerUnknown or ConversationUnknown if it is absent, or hidden from a partner."""
    (resolved,) = await resolve_subjects([(session, ref)])
    return result_or_raise(resolved)


async def resolve_subjects(refs: Sequence[tuple[DeskSession, SubjectRef]]) -> list[HandoffSubject | AskonceError]:
    """The subjects of many requests, in their order; an error of `resolve_subject` stands in its request's place."""
    answers: dict[int, HandoffSubject | AskonceError] = {}
    claims_by_index: dict[int, tuple[Claim, ...]] = {}
    for index, (session, ref) in enumerate(refs):
        try:
            region = session.business.region
            claims_by_index[index] = canonical_claims([ref.identity], region, field="identity") if ref.identity else ()
        except InvalidInput as error:
            answers[index] = error
    if claims_by_index:
        rows = (_subject_row(*refs[index], claims) for index, claims in claims_by_index.items())
        records = await refs[0][0].connection.fetch(SQL.resolve_subjects, *columns(rows, 10))
        record_by_number = {row["place"]: row for row in records}
        for number, (index, claims) in enumerate(claims_by_index.items(), start=1):
            answers[index] = _subject(*refs[index], claims, record_by_number.get(number))
    return [answers[index] for index in range(len(refs))]


def _subject_row(session: DeskSession, ref: SubjectRef, claims: tuple[Claim, ...]) -> tuple[object, ...]:
    """A row of the statement `resolve_subjects`."""
    caller, conversation = session.caller, ref.conversation
    return (
        ref.customer_id,
        *(claims[0].identity if claims else (None, None)),
        conversation and conversation.id,
        conversation and conversation.ref,
        caller.now - RECENT_ACTIVITY,
        caller.queue if caller.role is Role.PARTNER else None,
        caller.now - ENTITLEMENT_DURATION,
        not caller.sees_everything,
        ref.subject and subject_key(ref.subject),
    )


def _subject(
    session: DeskSession, subject_ref: SubjectRef, claims: tuple[Claim, ...], row: asyncpg.Record | None
) -> HandoffSubject | AskonceError:
    conversation_id = subject_ref.conversation.id if subject_ref.conversation else None
    ref = subject_ref.conversation.ref if subject_ref.conversation else None
    if row is None and subject_ref.customer_id is not None:
        return CustomerUnknown()
    if session.caller.role is Role.PARTNER and (row is None or not row["entitled"]):
        return CustomerUnknown()
    if conversation_id is not None and (row is None or row["conversation_id"] is None):
        return ConversationUnknown()
    if row is None:
        return HandoffSubject(claims=claims, conversation_ref=ref, conversation_subject=subject_ref.subject)
    channel = Channel(row["channel"]) if row["channel"] else None
    return HandoffSubject(
        customer_id=row["customer_id"],
        survivor_id=row["survivor_id"],
        conversation_id=row["conversation_id"],
        channel=channel,
        conversation_ref=ref,
        conversation_subject=subject_ref.subject,
    )


async def lock_subject(session: DeskSession, subject: HandoffSubject) -> LockedCustomer:
    """The locked customer of a known subject. ConcurrentChange if the customer is gone, or was merged meanwhile."""
    (locked,) = await lock_subjects(session.connection, [subject])
    return locked


async def lock_subjects(connection: Connection, subjects: Sequence[HandoffSubject]) -> list[LockedCustomer]:
    """The locked customers of known subjects, locked in the order of their ids; errors as with `lock_subject`."""
    customer_ids = [one.customer_id for one in subjects if one.customer_id is not None]
    locked = await lock_customers(connection, customer_ids)
    if any(one not in locked for one in customer_ids):
        raise ConcurrentChange
    return [locked[one] for one in customer_ids]


async def register_for_subject(
    session: DeskSession, subject: HandoffSubject, interactions: Sequence[InteractionContent]
) -> tuple[RegistrationResult, LockedCustomer]:
    """Register interactions of one subject; gives the result of the first, and the locked customer."""
    return (await register_for_subjects([(session, subject, interactions)]))[0]


async def register_for_subjects(
    contents: Sequence[tuple[DeskSession, HandoffSubject, Sequence[InteractionContent]]],
) -> list[tuple[RegistrationResult, LockedCustomer]]:
    """Register interactions of many subjects, each of another customer; results as with `register_for_subject`."""
    if not contents:
        return []
    session = contents[0][0]
    submissions = [
        [
            Submission(
                one,
                subject.claims,
                each_session.caller.key_id,
                subject.customer_id,
                subject.conversation_id,
                by_person=each_session.caller.sees_everything,
            )
            for one in lines
        ]
        for each_session, subject, lines in contents
    ]
    batch = await register_in_transaction(
        session.connection,
        [one for lines in submissions for one in lines],
        now=session.caller.now,
        reopen=session.business.reopen,
    )
    firsts = accumulate((len(lines) for lines in submissions[:-1]), initial=0)
    answers = [result_or_raise(batch.results[index]) for index in firsts]
    return [
        (one, LockedCustomer(customer_id=one.customer_id, version=batch.changed[one.customer_id])) for one in answers
    ]


async def read_context(session: DeskSession, customer_id: UUID) -> Context:
    """The context of a customer as this transaction has it."""
    (context,) = await read_contexts(session, [RecordsQuery(customer_id=customer_id)])
    return context


async def read_contexts(session: DeskSession, queries: Sequence[RecordsQuery]) -> list[Context]:
    """The contexts of many customers, in their order. CustomerUnknown if one is unknown."""
    now, zone = session.caller.now, session.business.zone
    all_records = await load_all_records(session.connection, queries, now=now, zone=zone)
    if None in all_records:
        raise CustomerUnknown
    return [project_context(records, now=now, zone=zone) for records in all_records if records is not None]


def desk_interaction(
    session: DeskSession,
    subject: HandoffSubject,
    *,
    source: HouseSource,
    event_id: str,
    kind: InteractionKind,
    agent: str | None = None,
    text: str | None = None,
    facts: dict[str, Any] | None = None,
    attempt: AttemptReport | None = None,
    mood: float | None = None,
    data: JsonObject | None = None,
) -> InteractionContent:
    """An internal interaction of a desk under its source of this kind."""
    caller = session.caller
    return InteractionContent(
        source=source.of(caller.name),
        source_event_id=event_id,
        occurred_at=caller.now,
        channel=subject.channel or _DEFAULT_CHANNELS.get(caller.role, Channel.PHONE),
        kind=kind,
        direction=Direction.INTERNAL,
        conversation=subject.conversation_hint,
        participant=Participant(role=participant_role(caller.role), name=agent),
        text=text,
        facts=facts or {},
        attempt=attempt,
        mood=mood,
        data=data,
    )
