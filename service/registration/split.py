"""Gives named interactions and identities of a customer a customer of their own, and folds what is known of both anew.

Registration is told the interactions once more, so that both customers are what they would be had the two always been
told apart. Corrections and conditions stay. Nothing but what the named interactions touch is read or written.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Meta

from service.db.change import LockedCustomer, RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import IdentityUnknown, InteractionUnknown, InvalidInput
from service.identity.customers import CustomerRow
from service.identity.model import Identity
from service.identity.sources.moving import move_records
from service.identity.suggestions import follow_split
from service.model.ids import new_id
from service.model.interaction import IdentityClaim, InteractionContent, RequestShape
from service.model.names import name_key
from service.model.vocabulary import Assurance, Channel, Direction, InteractionKind
from service.registration.plan import RegistrationPlan
from service.registration.replay import FactEnd, MemberRecord, RecordedInteraction
from service.registration.snapshot import conversation_from_row
from service.registration.split_plan import SplitPlan
from service.registration.write import write_plan
from service.timeline.model import FactRow, InteractionDetails

SQL = Statements("service.registration", "split")

MAX_INTERACTIONS = 2000
MAX_IDENTITIES = 100
_details_decoder = msgspec.json.Decoder(InteractionDetails)


class SplitInput(RequestShape, frozen=True):
    """What gets a customer of its own; at least one interaction or identity, each once."""

    interactions: Annotated[
        tuple[UUID, ...],
        Meta(max_length=MAX_INTERACTIONS, description="Ids of interactions that the new customer gets."),
    ] = ()
    identities: Annotated[
        tuple[IdentityClaim, ...],
        Meta(
            max_length=MAX_IDENTITIES,
            description="Identities of the customer, in any spelling; they lead to the new customer from now on.",
        ),
    ] = ()


async def split_customer(
    connection: Connection,
    customer_id: UUID,
    interactions: Sequence[UUID],
    identities: Sequence[Identity],
    *,
    now: datetime,
    key_id: UUID,
) -> list[RecordedChange]:
    """The new customer's change, then the old one's. A customer is its merge set: each member loses what it holds.

    InteractionUnknown, IdentityUnknown: the customer does not have one. InvalidInput: it has nothing else.
    """
    _check_named(interactions, identities)
    old = await lock_customer(connection, customer_id)
    members = [row["customer_id"] for row in await connection.fetch(SQL.read_members, old.customer_id)]
    named = await connection.fetch(SQL.read_named_interactions, members, interactions)
    if len(named) < len(interactions):
        raise InteractionUnknown
    names = sorted({name for row in named for name in row["names"]})
    plan = await _plan_split(connection, members, interactions, {row["conversation_id"] for row in named}, names)
    new = LockedCustomer(customer_id=plan.new.customer.customer_id, version=plan.new.customer.version)
    await _check_something_stays(connection, members, interactions, identities)
    if len(await connection.fetch(SQL.move_identities, new.customer_id, members, *columns(identities, 2))) < len(
        identities
    ):
        raise IdentityUnknown
    told = await _read_first_told(connection, members)
    await _write_new_customer(connection, plan, members, now)
    await _write_facts(connection, plan, members, names, now)
    await _reduce_members(connection, plan, members, told)
    await move_records(connection, new.customer_id, members, identities)
    await follow_split(connection, new.customer_id, members, interactions, identities)
    return [
        await record_change(connection, one, now=now, key_id=key_id, action=action, subject_id=other.customer_id)
        for one, other, action in ((new, old, "customer.split_off"), (old, new, "customer.split"))
    ]


def _check_named(interactions: Sequence[UUID], identities: Sequence[Identity]) -> None:
    if not interactions and not identities:
        raise InvalidInput("Name at least one interaction or identity.")
    for field, named in (("interactions", interactions), ("identities", identities)):
        if len(set(named)) < len(named):
            raise InvalidInput(field=field, message="One of them is named twice.")


async def _check_something_stays(
    connection: Connection, members: list[UUID], interactions: Sequence[UUID], identities: Sequence[Identity]
) -> None:
    """InvalidInput if nothing is left; called before anything moves."""
    row = await connection.fetchrow(SQL.count_what_stays, members, len(interactions) + 1, len(identities) + 1)
    assert row is not None  # it has no FROM
    if row["interactions"] <= len(interactions) and row["identities"] <= len(identities):
        raise InvalidInput("Nothing of the customer would stay: leave an interaction or identity with it.")


async def _plan_split(
    connection: Connection,
    members: Sequence[UUID],
    interactions: Sequence[UUID],
    conversation_ids: Collection[UUID],
    names: Sequence[str],
) -> SplitPlan:
    rows = await connection.fetch(SQL.read_related_interactions, members, list(conversation_ids), names)
    related = [_recorded_interaction(row) for row in rows]
    conversations = await connection.fetch(SQL.read_conversations, list(conversation_ids))
    facts = await connection.fetch(SQL.read_fact_rows, members, names)
    return SplitPlan(
        new_id(),
        [
            _member_record(
                member,
                [one for one in related if one.customer_id == member],
                [one for one in facts if one["customer_id"] == member],
                is_survivor=member == members[0],
            )
            for member in members
        ],
        [conversation_from_row(row) for row in conversations],
        set(interactions),
    )


def _member_record(
    member: UUID, interactions: Sequence[RecordedInteraction], facts: Sequence[asyncpg.Record], *, is_survivor: bool
) -> MemberRecord:
    """The record of a member. A value that ended, and not by a statement or correction, was deleted by a person.

    What a person deletes of a merged customer ends at a version of the survivor, which says nothing about its order
    here: it counts as deleted right after it was said.
    """
    corrections = {(row["name"], row["version"]): _fact_row(row) for row in facts if row["conversation_id"] is None}
    stated = {(name, one.version) for one in interactions for name in one.content.facts} | corrections.keys()
    ends = [
        FactEnd(
            max(row["ended_version"], row["version"]) if is_survivor else row["version"],
            row["name"],
            row["ended_version"],
        )
        for row in facts
        if row["ended_version"] is not None and (row["name"], row["ended_version"]) not in stated
    ]
    return MemberRecord(member, interactions, list(corrections.values()), ends)


def _fact_row(row: asyncpg.Record) -> FactRow:
    fact = FactRow(**{name: row[name] for name in FactRow._fields})
    return fact._replace(channel=fact.channel and Channel(fact.channel))


def _recorded_interaction(row: asyncpg.Record) -> RecordedInteraction:
    """The row, with what registration needs to know of the interaction."""
    details = _details_decoder.decode(row["details"] or "{}")
    content = InteractionContent(
        source=row["source"],
        source_event_id=row["source_event_id"],
        occurred_at=row["occurred_at"],
        channel=Channel(row["channel"]),
        kind=InteractionKind(row["kind"]),
        direction=Direction(row["direction"]),
        assurance=Assurance(row["assurance"]),
        language=row["language"],
        participant=details.participant,
        facts=details.facts,
        asks=details.asks,
        attempt=details.attempt,
    )
    fields = {name: row[name] for name in RecordedInteraction._fields if name != "content"}
    return RecordedInteraction(**fields, content=content)


async def _read_first_told(connection: Connection, members: list[UUID]) -> Mapping[UUID, asyncpg.Record]:
    return {row["customer_id"]: row for row in await connection.fetch(SQL.read_first_told, members)}


async def _write_new_customer(connection: Connection, plan: SplitPlan, members: list[UUID], now: datetime) -> None:
    """The new customer, with its interactions, receipts and whole conversations."""
    new = plan.new.customer
    row = CustomerRow(
        new.customer_id,
        new.version,
        new.interactions,
        new.repeated_questions,
        new.since or now,
        new.name,
        name_key(new.name) if new.name else None,
        new.language,
        max(new.last_registered_at, now) if new.interactions == 0 else new.last_registered_at,
    )
    await connection.execute(SQL.create_customer, [row])
    moved = (
        (
            *(one.customer_id, one.occurred_at, one.interaction_id, version),
            *(plan.conversation_of(one), plan.new.repeated[one.interaction_id]),
        )
        for version, one in enumerate(plan.moved, 1)
    )
    await connection.execute(SQL.move_interactions, new.customer_id, *columns(moved, 6))
    owners = ((one.customer_id, one.version, version) for version, one in enumerate(plan.moved, 1))
    await connection.execute(SQL.move_receipts, new.customer_id, *columns(owners, 3))
    await connection.execute(SQL.move_mails, new.customer_id)
    whole = list(plan.whole)
    await connection.execute(SQL.move_conversations, new.customer_id, whole)
    for statement in (SQL.move_handoffs, SQL.move_callbacks):
        await connection.execute(statement, new.customer_id, members, whole, new.version + 1)


async def _write_facts(
    connection: Connection, plan: SplitPlan, members: list[UUID], names: Sequence[str], now: datetime
) -> None:
    """Facts and attempts of both sides, and shared conversations, in place of those that were."""
    await connection.execute(SQL.clear_facts, members, names)
    await connection.execute(SQL.clear_fact_history, members, names)
    await connection.execute(SQL.clear_attempts, members, list(plan.touched))
    rows = RegistrationPlan({}, (), (), now=now, reopen=timedelta())
    rows.conversations = {one.conversation_id: one for one in plan.conversations()}
    rows.attempts = {(one.conversation_id, one.what_key): one for one in plan.attempts()}
    rows.facts = {(one.customer_id, one.name): one for one in plan.facts(names)}
    rows.fact_history = plan.fact_history(names)
    await write_plan(connection, rows, now=now)


async def _reduce_members(
    connection: Connection, plan: SplitPlan, members: list[UUID], before: Mapping[UUID, asyncpg.Record]
) -> None:
    """The tallies of the members, and what interactions told of them that are theirs no longer."""
    after = await _read_first_told(connection, members)
    recounted = plan.recounted()
    await connection.execute(SQL.recount_questions, *columns((one[:4] for one in recounted), 4))
    for member in {one.customer_id for one in plan.moved} | {one.customer_id for one in recounted}:
        gone = [one for one in plan.moved if one.customer_id == member]
        then, rest = before[member], after.get(member)
        name = rest and rest["name"]
        await connection.execute(
            SQL.reduce_customer,
            member,
            len(gone),
            sum(one.repeated_questions for one in gone)
            + sum(one.less for one in recounted if one.customer_id == member),
            rest and rest["since"],
            name,
            name_key(name) if name else None,
            rest and rest["language"],
            *(then["since"], then["name"], then["language"]),
        )
