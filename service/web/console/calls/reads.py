"""Reads the calls of a desk, with what is known of who calls, as the API's screen pop does: counted and on record."""

from contextlib import suppress
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.db.pool import Connection, Database
from service.errors import CustomerUnknown, LookUpBudget, Unavailable
from service.inbound.calls.ringing import CallInProgress, find_calls_at_desk, find_calls_of_customer
from service.web.console.calls.shape import NO_CALLS, ShownCalls, split_calls
from service.web.console.customer.reads import CustomerReads
from service.web.console.navigation import DESK_ROLES
from service.web.console.visit import Visit

AUDIT_VIEW = "screenpop"


class DeskCalls(Struct, frozen=True):
    """The calls that agents hear of; numbers without a country code belong to `region`."""

    reads: CustomerReads
    region: str

    @property
    def database(self) -> Database:
        """Where they are on record."""
        return self.reads.database

    async def read(self, visit: Visit) -> ShownCalls:
        """The calls of this agent, with the answers of the first one."""
        calls = await self._with_answers(visit, await self.list_calls(visit))
        for one in calls.others if calls.sheet else calls.ringing:
            self._record(visit, one)
        return calls

    async def list_calls(self, visit: Visit) -> ShownCalls:
        """The calls of this agent alone."""
        if visit.session.role not in DESK_ROLES:
            return NO_CALLS
        async with self.database.connection() as connection:
            found = await find_calls_at_desk(connection, visit.session.queues, now=visit.now, region=self.region)
        return split_calls(found, visit.passed_calls)

    async def _with_answers(self, visit: Visit, calls: ShownCalls) -> ShownCalls:
        if calls.first is None or calls.first.sharers:
            return calls
        with suppress(CustomerUnknown, LookUpBudget, Unavailable):
            return replace(calls, sheet=await self.reads.read(visit, calls.first.customer.customer_id))
        return calls

    def _record(self, visit: Visit, one: CallInProgress) -> None:
        for customer in one.sharers or (one.customer,):
            self.reads.audit.record_read(visit.session.principal.key_id, AUDIT_VIEW, customer.customer_id)


async def read_calls_of_customer(connection: Connection, visit: Visit, customer_id: UUID) -> list[CallInProgress]:
    """The calls with this customer that ring or go on, without those that the agent has left to others."""
    calls = await find_calls_of_customer(connection, customer_id)
    return [one for one in calls if not (one.rings and one.call.call_id.hex in visit.passed_calls)]
