"""Calls in progress: the caller is identified while the telephone rings, and each call becomes one interaction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.db import timers
from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.db.statements import Statements
from service.db.timers import Timer
from service.desks.subject import BusinessSettings
from service.errors import CallUnknown, CustomerErased, IdentityTaken
from service.identity import profile
from service.identity.claims import canonical_claim_or_none, canonical_claims, reference_identity
from service.identity.customers import find_owners
from service.identity.model import Claim
from service.identity.profile import CustomerInput
from service.identity.rules import resolve_identities
from service.inbound.calls.record import call_interaction, has_no_customer
from service.inbound.calls.state import Call, apply_event, event_types
from service.model.call import CallEvent
from service.model.ids import new_id
from service.model.timer_kinds import TimerKind
from service.model.vocabulary import CallPhase
from service.registration.model import Submission
from service.registration.transaction import register_in_transaction

SQL = Statements("service.inbound.calls", "live")

ENDED_EVENT = f"call.{CallPhase.ENDED}"
"""The event of a call's end; those before it come from `event_types`."""
SETTLE_DELAY = timedelta(seconds=3)
"""The late events of a call that is over arrive within this time: systems send out of order."""

_encode = msgspec.json.Encoder().encode


class CallUpdate(Struct, frozen=True, kw_only=True):
    """What events of a call brought about: the customers changed, and whether the call became an interaction."""

    changed: Mapping[UUID, int]
    registered: bool


async def apply_call_events(
    connection: Connection, events: Sequence[CallEvent], *, key_id: UUID, business: BusinessSettings, now: datetime
) -> CallUpdate:
    """Apply events of one call. The transaction must be tried again as a whole after ConcurrentChange."""
    before = await _lock_call(connection, events, key_id=key_id, now=now)
    after = await _with_stray_legs(connection, before, events)
    for event in events:
        after = apply_event(after, event)
    if after == before:
        return CallUpdate(changed={}, registered=False)
    changed: dict[UUID, int] = {}
    after = await _identify_customer(connection, before, after, business=business, now=now, changed=changed)
    if after.started_at + business.max_call_duration > now:
        await _append_to_outbox(connection, after, event_types(before, after), now)
    if after.closed_at is None:
        after = await _close_or_schedule(connection, after, business=business, now=now, changed=changed)
    elif after.is_over and not before.is_over:
        await _append_to_outbox(connection, after, [ENDED_EVENT], now)
    await _store_call(connection, after)
    return CallUpdate(changed=changed, registered=after.closed_at is not None and before.closed_at is None)


async def _lock_call(connection: Connection, events: Sequence[CallEvent], *, key_id: UUID, now: datetime) -> Call:
    """The call of these events, locked for this transaction, as a new one if need be.

    A call that is passed on may name the first one in its first event alone: later ones are found by their leg.
    """
    first = events[0]
    await connection.execute(SQL.lock_legs, first.source, sorted({one.leg_ref for one in events}))
    call_ref = first.call_ref
    if first.leg_ref == call_ref:
        call_ref = await connection.fetchval(SQL.find_call_of_leg, call_ref, first.source) or call_ref
    row = await connection.fetchrow(SQL.lock_call, call_ref, first.source, new_id(), key_id, first.occurred_at, now)
    assert row is not None  # it was inserted or updated
    return call_from_row(dict(row))


async def _with_stray_legs(connection: Connection, call: Call, events: Sequence[CallEvent]) -> Call:
    """The call with legs of which events came before the one that says whose legs they are."""
    passed_on = [one.leg_ref for one in events if one.leg_ref != call.call_ref and one.leg_ref not in call.legs]
    if not passed_on:
        return call
    for row in await connection.fetch(SQL.take_stray_calls, call.source, passed_on):
        stray = call_from_row(dict(row))
        call = replace(call, legs={**stray.legs, **call.legs}, started_at=min(call.started_at, stray.started_at))
    return call


def close_call_handler(
    business: BusinessSettings,
) -> Callable[[Connection, Timer, datetime], Awaitable[Sequence[UUID]]]:
    """The handler of the timers that close calls without a reported or a clear end."""

    async def close(connection: Connection, timer: Timer, now: datetime) -> Sequence[UUID]:
        row = await connection.fetchrow(SQL.lock_due_call, timer.subject_id, now)
        if row is None:
            return ()
        changed: dict[UUID, int] = {}
        await _store_call(
            connection,
            await _close_call(connection, call_from_row(dict(row)), business=business, now=now, changed=changed),
        )
        return list(changed)

    return close


async def find_call(connection: Connection, call_ref: str, source: str | None) -> Call:
    """The call of this reference, while it goes on and for a day after. CallUnknown if there is none."""
    row = await connection.fetchrow(SQL.find_call, call_ref, source)
    if row is None:
        raise CallUnknown
    return call_from_row(dict(row))


async def _identify_customer(
    connection: Connection,
    before: Call,
    after: Call,
    *,
    business: BusinessSettings,
    now: datetime,
    changed: dict[UUID, int],
) -> Call:
    """The call with its customer, if an event has named an identity; an unknown identity creates a customer."""
    identifies_caller = after.identities or (after.customer_leg is not None and after.customer_leg.began)
    if (
        not identifies_caller
        or has_no_customer(after)
        or (before.customer_id is not None and before.identities == after.identities)
    ):
        return after
    claims = _call_claims(after, business.region)
    owners = await find_owners(connection, {one.identity for one in claims})
    resolution = resolve_identities(claims, owners, after.source)
    if not resolution.is_new:
        return replace(after, customer_id=resolution.customer_id)
    try:
        created = await profile.create_customer(
            connection,
            CustomerInput(identities=()),
            resolution.attach,
            now=now,
            key_id=after.key_id,
            source=after.source,
        )
    except IdentityTaken:
        raise ConcurrentChange from None
    changed[created.customer_id] = created.version
    return replace(after, customer_id=created.customer_id)


async def _close_or_schedule(
    connection: Connection, call: Call, *, business: BusinessSettings, now: datetime, changed: dict[UUID, int]
) -> Call:
    """The call closed if it is over for sure, else with the time at which it counts as over."""
    if call.is_settled:
        return await _close_call(connection, call, business=business, now=now, changed=changed)
    deadline = now + SETTLE_DELAY if call.is_over else min(call.started_at, now) + business.max_call_duration
    if deadline != call.deadline:
        await timers.schedule_timer(connection, kind=TimerKind.CALL_CLOSE, due_at=deadline, subject_id=call.call_id)
    return replace(call, deadline=deadline)


async def _close_call(
    connection: Connection, call: Call, *, business: BusinessSettings, now: datetime, changed: dict[UUID, int]
) -> Call:
    """The call as it is registered from now on; an internal call is no customer's touchpoint."""
    closed = replace(call, closed_at=now, deadline=None)
    if has_no_customer(call):
        return closed
    submission = await _call_submission(connection, call, business)
    batch = await register_in_transaction(connection, [submission], now=now, reopen=business.reopen)
    (answer,) = batch.results
    if isinstance(answer, CustomerErased):
        return replace(closed, identities=(), data={})
    changed |= batch.changed
    closed = replace(closed, customer_id=answer.customer_id, interaction_id=answer.interaction_id)
    if not answer.duplicate:
        await _append_to_outbox(connection, closed, [ENDED_EVENT], now)
    return closed


async def _call_submission(connection: Connection, call: Call, business: BusinessSettings) -> Submission:
    """The interaction of a call, in the conversation that the telephone system has named, if the customer has it."""
    submission = Submission(call_interaction(call), _call_claims(call, business.region), call.key_id)
    if call.conversation is None or call.customer_id is None:
        return submission
    row = await connection.fetchrow(SQL.find_conversation, call.customer_id, call.conversation)
    return submission._replace(**row) if row else submission


def _call_claims(call: Call, region: str) -> tuple[Claim, ...]:
    """The caller's identities in canonical form; a caller without one is identified by this call alone."""
    usable = [claim for identity in call.identities if (claim := canonical_claim_or_none(identity, region)) is not None]
    return tuple(usable) or canonical_claims([reference_identity(call.source, call.call_ref)], region)


async def _append_to_outbox(connection: Connection, call: Call, types: Sequence[str], now: datetime) -> None:
    if types:
        await connection.execute(SQL.append_to_outbox, types, call.call_id, call.customer_id, now)


async def _store_call(connection: Connection, call: Call) -> None:
    await connection.execute(
        SQL.store_call,
        call.call_ref,
        call.source,
        call.customer_id,
        call.phase,
        call.direction,
        _encode(call.identities).decode(),
        call.queue,
        call.conversation,
        _encode(call.legs).decode(),
        _encode(call.data).decode(),
        call.started_at,
        call.deadline,
        call.closed_at,
        call.interaction_id,
    )


def call_from_row(row: Mapping[str, Any]) -> Call:
    """The call that a row of the table shows, whatever other columns it has."""
    columns = {**row, **{name: msgspec.json.decode(row[name]) for name in ("identities", "legs", "data")}}
    return msgspec.convert(columns, Call)
