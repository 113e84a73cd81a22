"""Receives the requests of customers, and carries out those that are verified.

What a request asks for and that it is done are one transaction. An erasure has steps of its own: a request that
was left in them is verified still, and ended by the next process.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from service.access.model import HOUSE_SPACE, Principal
from service.consents.consents import change_consents
from service.consents.model import ConsentInput, ConsentsInput, ConsentState, LegalBasis, RestrictionInput
from service.consents.restriction import change_restriction
from service.db.change import SYSTEM_KEY_ID, DropViews
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import (
    AskonceError,
    CustomerErased,
    CustomerHeld,
    CustomerUnknown,
    InvalidInput,
    NoSuchExport,
    PrivacyRequestClosed,
    PrivacyRequestNotVerified,
    Unavailable,
)
from service.identity.claims import canonical_claims
from service.identity.model import Identity
from service.model.clock import local_time
from service.model.ids import new_id
from service.model.interaction import IdentityClaim
from service.model.vocabulary import Role
from service.privacy.erasure.erase import Erasures
from service.privacy.requests.deadlines import due_day
from service.privacy.requests.model import (
    OBJECTED,
    PrivacyRequest,
    PrivacyRequestInput,
    PrivacyRequestPatch,
    RequestKind,
    RequestState,
    StepAction,
)
from service.privacy.requests.repository import append_step, end_request, lock_request, read_request
from service.privacy.subject import find_members

SQL = Statements("service.privacy.requests", "repository")
log = structlog.get_logger()

LEFT = timedelta(minutes=1)
"""A request that was verified so long ago and is not done was left by its process, or is held."""
ASKONCE = Principal(key_id=SYSTEM_KEY_ID, role=Role.PRIVACY, name="askonce", space_id=HOUSE_SPACE)
"""Who carries out what was left."""
ERASURE_REASON = "The customer asked for it (GDPR, Art. 17)."
"""Receipts say no more: what the customer said is erased as well."""


class RequestTools(Struct, frozen=True, kw_only=True):
    """What requests need beside the database."""

    erasures: Erasures
    drop_views: DropViews
    note_restriction: Callable[[], None]
    """Tells this process at once that a customer is restricted."""
    region: str
    zone: ZoneInfo


class PrivacyRequests:
    """The requests of customers."""

    def __init__(self, database: Database, tools: RequestTools) -> None:
        self.database = database
        self._tools = tools

    def today(self, now: datetime) -> date:
        """The company's day."""
        return local_time(now, self._tools.zone).date()

    async def receive(
        self, connection: Connection, asked: PrivacyRequestInput, by: Principal, now: datetime
    ) -> PrivacyRequest:
        """Put a request on record. CustomerUnknown if no customer is named by it."""
        identity = self._canonical(asked.identity) if asked.identity is not None else None
        named, *_ = await find_members(connection, asked.customer_id or identity)
        purposes = (asked.purposes or OBJECTED) if asked.kind is RequestKind.OBJECTION else None
        request_id, due_on = new_id(), due_day(now, self._tools.zone, extended=False)
        told = (asked.kind, named, purposes, asked.reason, now, due_on)
        await connection.execute(SQL.insert_request, request_id, *told, *(identity or (None, None)))
        await append_step(connection, request_id, StepAction.RECEIVED, by, now)
        log.info("privacy_request_received", request_id=request_id, kind=str(asked.kind))
        return await read_request(connection, request_id, self.today(now))

    async def read(self, request_id: UUID, now: datetime) -> PrivacyRequest:
        """The request. PrivacyRequestUnknown if there is none."""
        async with self.database.connection() as connection:
            return await read_request(connection, request_id, self.today(now))

    async def change(
        self, request_id: UUID, patch: PrivacyRequestPatch, by: Principal, now: datetime
    ) -> PrivacyRequest:
        """Do something with the request, and carry out what is verified by it.

        PrivacyRequestUnknown; PrivacyRequestClosed once it has ended, unless it ended just so; CustomerHeld for an
        erasure that a legal hold forbids: the request stays verified.
        """
        async with self.database.transaction() as connection:
            found = await lock_request(connection, request_id, self.today(now))
            if not found.is_open:
                if patch.state is found.state and not patch.extend:
                    return found
                raise PrivacyRequestClosed
            await self._take_steps(connection, found, patch, by, now)
        if patch.state in (RequestState.VERIFIED, RequestState.DONE):
            note = patch.note if patch.state is RequestState.DONE and found.kind is not RequestKind.ERASURE else None
            await self._carry_out(found, by, now, note=note)
        return await self.read(request_id, now)

    async def export_of(self, request_id: UUID, by: Principal, now: datetime) -> PrivacyRequest:
        """The request for access, with one more step: what it asks for is given out now.

        PrivacyRequestUnknown; NoSuchExport for another kind; PrivacyRequestNotVerified; PrivacyRequestClosed if it was
        refused.
        """
        async with self.database.transaction() as connection:
            found = await lock_request(connection, request_id, self.today(now))
            if found.kind is not RequestKind.ACCESS:
                raise NoSuchExport
            if found.state is RequestState.RECEIVED:
                raise PrivacyRequestNotVerified
            if found.state is RequestState.REFUSED:
                raise PrivacyRequestClosed
            await append_step(connection, request_id, StepAction.EXPORTED, by, now)
        return found

    async def finish_left(self, now: datetime) -> None:
        """Carry out what processes have left, and erasures whose holds have ended."""
        async with self.database.connection() as connection:
            left = [row["request_id"] for row in await connection.fetch(SQL.find_left, now - LEFT)]
        for request_id in left:
            try:
                await self._carry_out(await self.read(request_id, now), ASKONCE, now)
            except CustomerHeld:
                log.info("privacy_request_held", request_id=request_id)
            except AskonceError as error:
                if isinstance(error, Unavailable):
                    raise
                log.warning("privacy_request_failed", request_id=request_id, exc_info=error)

    async def _take_steps(
        self, connection: Connection, found: PrivacyRequest, patch: PrivacyRequestPatch, by: Principal, now: datetime
    ) -> None:
        """What a patch puts on record before anything is carried out."""
        if patch.extend:
            if found.extended:
                raise PrivacyRequestClosed("The request was extended already; that is possible once.")
            due_on = due_day(found.received_at, self._tools.zone, extended=True)
            await connection.execute(SQL.extend_request, found.id, due_on)
            await append_step(connection, found.id, StepAction.EXTENDED, by, now, note=patch.reason)
        if patch.state is RequestState.REFUSED:
            await end_request(connection, found.id, patch.state, by, now, note=patch.reason)
        elif patch.state is not None and found.state is RequestState.RECEIVED:
            await connection.execute(SQL.verify_request, found.id, now)
            await append_step(connection, found.id, StepAction.VERIFIED, by, now)
        if found.kind is RequestKind.RECTIFICATION and patch.state is RequestState.DONE:
            if patch.note is None:
                raise InvalidInput(field="note", message="Say what was corrected.")
            await end_request(connection, found.id, patch.state, by, now, note=patch.note)
        elif patch.note is not None and patch.state is not RequestState.DONE:
            await append_step(connection, found.id, StepAction.NOTED, by, now, note=patch.note)

    async def _carry_out(self, found: PrivacyRequest, by: Principal, now: datetime, note: str | None = None) -> None:
        """Do what a verified request asks for, and end it; a rectification is the work of people."""
        if found.kind is RequestKind.RECTIFICATION:
            return
        if found.kind is RequestKind.ERASURE:
            await self._erase(found, by, now)
        changed = None
        async with self.database.transaction() as connection:
            present = await lock_request(connection, found.id, self.today(now))
            if present.is_open:
                try:
                    changed = await self._change_customer(connection, present, by, now)
                except (CustomerErased, CustomerUnknown) as error:
                    await end_request(connection, found.id, RequestState.REFUSED, by, now, note=error.detail)
                else:
                    await end_request(connection, found.id, RequestState.DONE, by, now, note=note)
        if changed is not None:
            self._tools.note_restriction()
            await self._tools.drop_views([changed])
        log.info("privacy_request_done", request_id=found.id, kind=str(found.kind))

    async def _erase(self, found: PrivacyRequest, by: Principal, now: datetime) -> None:
        erasures = self._tools.erasures
        try:
            await erasures.erase(found.customer_id, by=by.name, reason=ERASURE_REASON, request_id=found.id, now=now)
        except CustomerHeld as error:
            if by is not ASKONCE:
                async with self.database.transaction() as connection:
                    await append_step(connection, found.id, StepAction.HELD, by, now, note=error.detail)
            raise

    async def _change_customer(
        self, connection: Connection, found: PrivacyRequest, by: Principal, now: datetime
    ) -> UUID | None:
        """Restrict the customer, or withdraw what is objected to; gives the customer that changed."""
        if found.kind is RequestKind.RESTRICTION:
            wanted = RestrictionInput(restricted=True, reason=f"Request {found.id} of the customer.")
            change = await change_restriction(
                connection, found.customer_id, wanted, now=now, key_id=by.key_id, by=by.name
            )
            return change.customer_id
        if found.kind is not RequestKind.OBJECTION:
            return None
        said = ConsentsInput(
            consents=tuple(
                ConsentInput(
                    purpose=purpose,
                    state=ConsentState.WITHDRAWN,
                    basis=LegalBasis.LEGITIMATE_INTEREST,
                    source=f"objection {found.id}",
                )
                for purpose in found.purposes or OBJECTED
            )
        )
        changed = await change_consents(
            connection, found.customer_id, said, now=now, key_id=by.key_id, by=by.name, restricted_too=True
        )
        return changed.customer_id

    def _canonical(self, stated: IdentityClaim) -> Identity:
        (claim,) = canonical_claims([stated], self._tools.region, field="identity")
        return claim.identity
