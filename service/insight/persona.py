"""The persona card of a segment: who its customers are, what they want, ask and say, of a bounded sample."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.insight.long_reads import LongReads
from service.insight.quotes import SaidText, asked_questions, chosen_quotes, cut, without_person
from service.insight.segments.repository import read_segment
from service.journey.journey import draw_up_journey
from service.journey.model import JourneyTouchpoint, Phase
from service.journey.reading import read_journey_records
from service.journey.words import JourneyWords
from service.model.interaction import Timestamp
from service.model.vocabulary import Channel

SQL = Statements("service.insight", "persona")

MAX_CUSTOMERS = 2000
CONTACTS_EACH = 100
MAX_JOURNEYS = 200
"""Customers of the sample for whom every phase is found; their journeys are read one by one."""
MOST = 5
"""Entries of each list."""
FEWEST_CUSTOMERS = 2
"""Customers who must share a subject before it is shown: one of a single customer may tell who that is."""

_Share = Annotated[float, Meta(description="Part of the whole, from 0 to 1.")]
_Mood = Annotated[float | None, Meta(description="Mean mood from -1 to 1; null if no contact of them has one.")]


class PersonaChannel(Struct, frozen=True, kw_only=True):
    """A channel by which customers of the segment come to us."""

    channel: Annotated[Channel, Meta(description="Channel of the contacts.")]
    contacts: Annotated[int, Meta(description="Contacts of the customers' own by it.")]
    share: _Share


class PersonaStyle(Struct, frozen=True, kw_only=True):
    """A style of communication that was stated of customers."""

    style: Annotated[str, Meta(description="Style as a channel or a person stated it.")]
    customers: Annotated[int, Meta(description="Customers of whom it was stated.")]


class PersonaWant(Struct, frozen=True, kw_only=True):
    """A subject that several customers turned to us about."""

    subject: Annotated[str, Meta(description="Subject of the conversations.")]
    matters: Annotated[int, Meta(description="Matters with this subject.")]
    share: _Share


class PersonaQuestion(Struct, frozen=True, kw_only=True):
    """A question in the words of a customer."""

    text: Annotated[str, Meta(description="The question without names, addresses and numbers.")]
    channel: Annotated[Channel, Meta(description="Where it was asked last.")]
    customers: Annotated[int, Meta(description="Customers who asked it in these words.")]


class PersonaMood(Struct, frozen=True, kw_only=True):
    """How customers feel in a phase of their journeys."""

    phase: Annotated[Phase, Meta(description="What the customers are about.")]
    mood: Annotated[float, Meta(description="Mean mood of the touchpoints in it, from -1 to 1.")]
    touchpoints: Annotated[int, Meta(description="Touchpoints of the phase that have a mood.")]


class PersonaQuote(Struct, frozen=True, kw_only=True):
    """What a customer wrote or said; names, addresses and numbers are left out, and who it was is not told."""

    text: Annotated[str, Meta(description="The customer's own words, at most 200 characters.")]
    channel: Annotated[Channel, Meta(description="Where it was said.")]
    at: Annotated[Timestamp, Meta(description="When it was said, an RFC 3339 time.")]
    mood: Annotated[float | None, Meta(description="Mood of it from -1 to 1; null if unknown.")]


class Impression(Struct, frozen=True, kw_only=True):
    """Contacts at one end of journeys, one of each customer."""

    contacts: Annotated[int, Meta(description="Customers who have such a contact.")]
    mood: _Mood
    frictions: Annotated[int, Meta(description="Contacts of these at which something went wrong.")]
    share: Annotated[float, Meta(description="Part of them at which something went wrong, from 0 to 1.")]


class Persona(Struct, frozen=True, kw_only=True):
    """What the customers of a segment have in common, as a sample of them tells it."""

    segment: Annotated[str, Meta(description="Name of the segment.")]
    as_of: Annotated[Timestamp, Meta(description="When it was read, an RFC 3339 time.")]
    customers: Annotated[int, Meta(description="Customers who belong to the segment now.")]
    sample: Annotated[
        int, Meta(description="Customers that everything else rests on: those with the newest contacts, at most 2,000.")
    ]
    channels: Annotated[list[PersonaChannel], Meta(description="Channels by which they come, the most used first.")]
    styles: Annotated[list[PersonaStyle], Meta(description="Styles of communication, the most frequent first.")]
    wants: Annotated[list[PersonaWant], Meta(description="Subjects of several customers, the most frequent first.")]
    questions: Annotated[list[PersonaQuestion], Meta(description="Questions, those of most customers first.")]
    moods: Annotated[
        list[PersonaMood],
        Meta(description="Mood per phase, of at most 200 customers of the sample; phases without moods are left out."),
    ]
    quotes: Annotated[list[PersonaQuote], Meta(description="The saddest and happiest words in turn, at most five.")]
    first: Annotated[Impression, Meta(description="The first contact of each customer.")]
    last: Annotated[
        Impression, Meta(description="The last contact before the silence of each customer who is silent since.")
    ]
    silent_days: Annotated[int, Meta(description="Days without a contact after which a customer counts as silent.")]


class _ImpressionRecord(Struct, frozen=True, kw_only=True):
    contacts: int
    mood: float | None
    frictions: int


class _WantRecord(Struct, frozen=True, kw_only=True):
    subject: str
    matters: int
    customers: int


class PersonaRecords(Struct, frozen=True, kw_only=True):
    """What the statement gives."""

    customers: int
    sampled: list[UUID]
    channels: dict[Channel, int]
    styles: dict[str, int]
    wants: list[_WantRecord]
    matters: int
    said: list[SaidText]
    first: _ImpressionRecord
    last: _ImpressionRecord


_decode = msgspec.json.Decoder(PersonaRecords).decode


async def read_persona(
    reads: LongReads, segment: str, words: JourneyWords, *, silent_days: int, now: datetime
) -> Persona:
    """The card of a segment. Absent if there is no such segment."""
    silent_since = now - timedelta(days=silent_days)
    async with reads.transaction() as connection:
        text = await connection.fetchval(SQL.read_persona, [segment], MAX_CUSTOMERS, CONTACTS_EACH, silent_since)
        records = _decode(text)
        if not records.customers:
            await read_segment(connection, segment)  # which raises Absent if it is neither defined nor stated
        touchpoints = await _touchpoints(connection, records.sampled[:MAX_JOURNEYS], words, now=now)
    return await asyncio.to_thread(_persona, segment, records, touchpoints, silent_days=silent_days, now=now)


async def _touchpoints(
    connection: Connection, customer_ids: Iterable[UUID], words: JourneyWords, *, now: datetime
) -> list[JourneyTouchpoint]:
    """Every touchpoint of these customers, with its phase."""
    touchpoints: list[JourneyTouchpoint] = []
    for customer_id in customer_ids:
        records = await read_journey_records(connection, customer_id, words)
        journey = await asyncio.to_thread(draw_up_journey, records, words, language="en", now=now)
        touchpoints += journey.touchpoints
    return touchpoints


def _persona(
    segment: str,
    records: PersonaRecords,
    touchpoints: Iterable[JourneyTouchpoint],
    *,
    silent_days: int,
    now: datetime,
) -> Persona:
    return Persona(
        segment=segment,
        as_of=now,
        customers=records.customers,
        sample=len(records.sampled),
        channels=list(_channels(records)),
        styles=[PersonaStyle(style=style, customers=count) for style, count in _most_first(records.styles)],
        wants=list(_wants(records)),
        questions=list(_questions(records)),
        moods=list(mood_per_phase(touchpoints)),
        quotes=list(_quotes(records)),
        first=_impression(records.first),
        last=_impression(records.last),
        silent_days=silent_days,
    )


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]


def _channels(records: PersonaRecords) -> Iterator[PersonaChannel]:
    total = sum(records.channels.values())
    for channel, contacts in sorted(records.channels.items(), key=lambda one: (-one[1], one[0])):
        yield PersonaChannel(channel=channel, contacts=contacts, share=contacts / total)


def _wants(records: PersonaRecords) -> Iterator[PersonaWant]:
    shared = [one for one in records.wants if one.customers >= FEWEST_CUSTOMERS]
    for one in shared[:MOST]:
        yield PersonaWant(subject=one.subject, matters=one.matters, share=one.matters / records.matters)


def _questions(records: PersonaRecords) -> Iterator[PersonaQuestion]:
    for one in asked_questions(records.said, most=MOST):
        yield PersonaQuestion(text=cut(one.text), channel=one.said.channel, customers=one.customers)


def mood_per_phase(touchpoints: Iterable[JourneyTouchpoint]) -> Iterator[PersonaMood]:
    """The mean mood of each phase that has one, in the usual order of phases."""
    moods: dict[Phase, list[float]] = defaultdict(list)
    for one in touchpoints:
        if one.mood is not None:
            moods[one.phase_name].append(one.mood)
    for phase in Phase:
        if felt := moods.get(phase):
            yield PersonaMood(phase=phase, mood=round(sum(felt) / len(felt), 2), touchpoints=len(felt))


def _quotes(records: PersonaRecords) -> Iterator[PersonaQuote]:
    for one in chosen_quotes(records.said, most=MOST):
        yield PersonaQuote(text=cut(without_person(one.text, one.name)), channel=one.channel, at=one.at, mood=one.mood)


def _impression(record: _ImpressionRecord) -> Impression:
    share = record.frictions / record.contacts if record.contacts else 0.0
    mood = None if record.mood is None else round(record.mood, 2)
    return Impression(contacts=record.contacts, mood=mood, frictions=record.frictions, share=share)
