"""The calls that desks hear of while they ring and run: who calls, and who else has the same number."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct
from msgspec.structs import replace

from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.claims import canonical_claim_or_none
from service.identity.model import Identity
from service.inbound.calls.live import call_from_row
from service.inbound.calls.state import Call
from service.model.vocabulary import IdentityKind

SQL = Statements("service.inbound.calls", "ringing")

MAX_CALLS = 20
"""More ringing calls than a person can look at."""
LONGEST_RINGING = timedelta(hours=1)
"""A call without an event for so long does not ring any more: its end was never told."""
SHOWN_WHEN_ANSWERED = timedelta(seconds=10)
"""How long desks are told who has answered a call that rang at several of them."""


class NamedCustomer(Struct, frozen=True, kw_only=True):
    """A customer, and the name, if it is known."""

    customer_id: UUID
    name: str | None


class CallInProgress(Struct, frozen=True, kw_only=True):
    """A call that rings or goes on, with its customer: of merged ones the survivor.

    `queue_title` is None for a queue that is none of ours. `sharers` are the customers who have this number or stated
    it, the customer of the call among them; empty if nobody else did.
    """

    call: Call
    customer: NamedCustomer
    queue_title: str | None
    sharers: tuple[NamedCustomer, ...] = ()

    @property
    def rings(self) -> bool:
        """Whether it rings now."""
        return self.call.rings_since is not None


async def find_calls_at_desk(
    connection: Connection, queues: Sequence[str], *, now: datetime, region: str
) -> list[CallInProgress]:
    """The calls that ring for desks of these queues, and those just answered; the one that began first is the first.

    Calls without a queue, or with one that only the telephone system knows, ring for every desk.
    """
    rows = await connection.fetch(
        SQL.find_calls_at_desk, queues, now - LONGEST_RINGING, now - SHOWN_WHEN_ANSWERED, MAX_CALLS
    )
    return await _with_sharers(connection, [_call_in_progress(row) for row in rows], region)


async def find_calls_of_customer(connection: Connection, customer_id: UUID) -> list[CallInProgress]:
    """The calls with this customer, or one merged into them, that ring or go on; the newest first."""
    return [_call_in_progress(row) for row in await connection.fetch(SQL.find_calls_of_customer, customer_id)]


async def _with_sharers(connection: Connection, calls: list[CallInProgress], region: str) -> list[CallInProgress]:
    identities = {one.call.call_id: _identities(one.call, region) for one in calls if one.rings}
    asked = sorted({identity for found in identities.values() for identity in found})
    if not asked:
        return calls
    kinds, values = zip(*asked, strict=True)
    stated: dict[Identity, dict[UUID, NamedCustomer]] = {}
    for row in await connection.fetch(SQL.find_sharers, kinds, values):
        person = NamedCustomer(customer_id=row["customer_id"], name=row["name"])
        stated.setdefault(Identity(IdentityKind(row["kind"]), row["value"]), {})[person.customer_id] = person
    return [_shared(one, [stated.get(each, {}) for each in identities.get(one.call.call_id, ())]) for one in calls]


def _shared(one: CallInProgress, stated: Sequence[dict[UUID, NamedCustomer]]) -> CallInProgress:
    people = {one.customer.customer_id: one.customer}
    for found in stated:
        people = found | people
    if len(people) == 1:
        return one
    ordered = sorted(people.values(), key=lambda person: (person.name is None, person.name or "", person.customer_id))
    return replace(one, sharers=tuple(ordered))


def _identities(call: Call, region: str) -> list[Identity]:
    claims = [canonical_claim_or_none(identity, region) for identity in call.identities]
    return [claim.identity for claim in claims if claim is not None]


def _call_in_progress(row: asyncpg.Record) -> CallInProgress:
    return CallInProgress(
        call=call_from_row(dict(row)),
        customer=NamedCustomer(customer_id=row["owner_id"], name=row["customer_name"]),
        queue_title=row["queue_title"],
    )
