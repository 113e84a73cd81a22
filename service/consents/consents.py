"""What a customer allows its data to be used for: statements that are never changed, of which the newest counts.

A statement counts for every member of the merge set, and goes on counting for each when they stand for themselves
again. Of members that said different things before they were merged, a withdrawal counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from service.consents.conclusions import forget_conclusions
from service.consents.model import (
    ASSUMED_BASIS,
    ConsentInput,
    Consents,
    ConsentsInput,
    ConsentState,
    LegalBasis,
    PurposeConsent,
    StatedConsent,
)
from service.db.change import LockedCustomer, RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown, InvalidInput
from service.model.consent.marks import CHANNEL_PURPOSES, CONSENT_PURPOSES, consent_mark, is_withdrawn
from service.model.ids import new_id
from service.model.vocabulary import Channel, Purpose

SQL = Statements("service.consents", "consents")

Marks = Sequence[str] | None


async def read_consents(connection: Connection, customer_id: UUID) -> Consents:
    """What holds now for this customer's merge set, and every statement. CustomerUnknown without the customer."""
    members = await connection.fetch(SQL.read_marks, customer_id)
    if not members:
        raise CustomerUnknown
    history = [_stated(row) for row in await connection.fetch(SQL.read_consents, customer_id)]
    marks = [row["consents"] for row in members]
    return Consents(consents=tuple(present_consents(marks, history)), history=tuple(history))


async def change_consents(
    connection: Connection,
    customer_id: UUID,
    said: ConsentsInput,
    *,
    now: datetime,
    key_id: UUID,
    by: str,
    restricted_too: bool,
) -> RecordedChange:
    """Record what the customer says, and take away what was concluded if profiling is withdrawn."""
    locked = await lock_customer(connection, customer_id, restricted_too=restricted_too)
    for one in said.consents:
        if one.stated_at is not None and one.stated_at > now:
            raise InvalidInput(field="stated_at", message="A moment that has come is expected.")
        await _append(connection, locked, one, now=now, key_id=key_id, by=by)
    marks = [row["consents"] for row in await connection.fetch(SQL.read_marks, locked.customer_id)]
    if any(is_withdrawn(one, Purpose.PROFILING) for one in marks):
        await forget_conclusions(connection, locked.customer_id)
    fields = tuple(dict.fromkeys(str(one.purpose) for one in said.consents))
    return await record_change(connection, locked, now=now, key_id=key_id, action="consents.changed", fields=fields)


async def _append(
    connection: Connection, locked: LockedCustomer, one: ConsentInput, *, now: datetime, key_id: UUID, by: str
) -> None:
    given = one.state is ConsentState.GIVEN
    stated_at = one.stated_at.astimezone(UTC) if one.stated_at is not None else now
    named = (one.purpose, one.channel, given, one.basis, one.source)
    await connection.execute(SQL.append_consent, locked.customer_id, new_id(), *named, stated_at, now, key_id, by)
    if await connection.fetchval(SQL.has_newer, locked.customer_id, one.purpose, one.channel, stated_at):
        return
    replaced = [consent_mark(one.purpose, one.channel, given=state) for state in (True, False)]
    cleared = [f"{sign}{one.purpose}:" for sign in "+-"] if one.channel is None and not given else []
    mark = consent_mark(one.purpose, one.channel, given=given)
    await connection.execute(SQL.mark_consent, locked.customer_id, mark, replaced, cleared)


def present_consents(members: Sequence[Marks], history: Sequence[StatedConsent]) -> Iterator[PurposeConsent]:
    """What holds now by the marks of the members: each purpose for all channels, then the channels that differ."""
    for purpose in CONSENT_PURPOSES:
        everywhere = any(is_withdrawn(marks, purpose) for marks in members)
        yield _present(purpose, None, withdrawn=everywhere, history=history)
        for channel in Channel if purpose in CHANNEL_PURPOSES else ():
            here = any(is_withdrawn(marks, purpose, channel) for marks in members)
            if here is not everywhere:
                yield _present(purpose, channel, withdrawn=here, history=history)


def _present(
    purpose: Purpose, channel: Channel | None, *, withdrawn: bool, history: Iterable[StatedConsent]
) -> PurposeConsent:
    state = ConsentState.WITHDRAWN if withdrawn else ConsentState.GIVEN
    said = (one for one in history if (one.purpose, one.channel, one.state) == (purpose, channel, state))
    newest = next(said, None)
    return PurposeConsent(
        purpose=purpose,
        channel=channel,
        state=state,
        basis=newest.basis if newest is not None else ASSUMED_BASIS[purpose],
        stated=newest is not None,
        since=newest.stated_at if newest is not None else None,
    )


def _stated(row: asyncpg.Record) -> StatedConsent:
    return StatedConsent(
        id=row["id"],
        purpose=Purpose(row["purpose"]),
        channel=row["channel"] and Channel(row["channel"]),
        state=ConsentState.GIVEN if row["given"] else ConsentState.WITHDRAWN,
        basis=LegalBasis(row["basis"]),
        source=row["source"],
        stated_at=row["stated_at"],
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
    )
