"""Routes of the till: who stands before it, by an identity, or by a name and an answer that confirms it."""

from zoneinfo import ZoneInfo

from service.access.audit import ReadAudit
from service.access.pauses import begin_confirmation, forgive_try
from service.conditions.candidates import confirm_candidate, propose_candidates
from service.conditions.rules import TillScope, resolve_store
from service.conditions.till import Confirmation, StoreLookup, TillCandidates, TillMatch
from service.conditions.till_lookup import look_up_by_identity, look_up_confirmed
from service.db.pool import Database
from service.errors import CustomerUnknown, ForeignStore, InvalidInput, LookUpBudget, NotConfirmed
from service.identity.canonical import canonical_value
from service.model.decode import decode_json
from service.model.interaction import IdentityClaim
from service.model.vocabulary import Audience, Role
from service.web.http.request import NO_CUSTOMER, Request
from service.web.http.response import Response, json_response
from service.web.http.route import route

TILL_ROLES = frozenset({Role.STORE, Role.ADMIN})


class StoreRoutes:
    """The till's questions; telephone numbers without a country code belong to `region`."""

    def __init__(self, database: Database, audit: ReadAudit, *, region: str, zone: ZoneInfo) -> None:
        self._database = database
        self._audit = audit
        self._region = region
        self._zone = zone

    def _customer_response(self, request: Request, found: TillMatch) -> Response:
        request.subject = found.customer.id
        self._audit.record_read(request.principal.key_id, Audience.STORE, found.customer.id)
        return json_response(found, version=found.version)

    @route(
        "POST",
        "/v1/store/lookup",
        roles=TILL_ROLES,
        budgeted=True,
        summary="Who stands at the till, with the conditions in force there; by a name, masked candidates",
        body=StoreLookup,
        answers={200: TillMatch | TillCandidates},
        problems=(CustomerUnknown, ForeignStore),
    )
    async def look_up_customer(self, request: Request) -> Response:
        """Finds the customer by an identity, with the conditions in force in the store.

        A name instead gives masked candidates, each with a token for POST /v1/store/confirm.
        """
        requested = decode_json(request.raw, StoreLookup)
        till = TillScope(resolve_store(request.principal.store, requested.store))
        if requested.identity is None:
            proposed = await self._find_candidates(request, requested.name or "", till)
            request.subject = requested.name if proposed.candidates else NO_CUSTOMER
            return json_response(proposed)
        value = _canonical_identity_value(requested.identity, self._region)
        async with self._database.connection() as connection:
            found = await look_up_by_identity(
                connection,
                requested.identity.kind,
                value,
                till=till,
                basket=requested.basket,
                zone=self._zone,
                now=request.now,
            )
        return self._customer_response(request, found)

    async def _find_candidates(self, request: Request, name: str, till: TillScope) -> TillCandidates:
        if till.store is None:
            raise InvalidInput(field="store", message="This field is required: the key belongs to no store.")
        async with self._database.connection() as connection:
            return await propose_candidates(
                connection, name, store=till.store, key_id=request.principal.key_id, now=request.now
            )

    @route(
        "POST",
        "/v1/store/confirm",
        roles=TILL_ROLES,
        budgeted=True,
        summary="Confirm a candidate by one answer of the customer",
        body=Confirmation,
        answers={200: TillMatch},
        problems=(NotConfirmed, LookUpBudget),
    )
    async def confirm_candidate(self, request: Request) -> Response:
        """Checks one answer of the customer against the candidate, and answers like a lookup.

        Tokens expire, and wrong answers make the till wait: 429 with Retry-After, longer each time.
        """
        given = decode_json(request.raw, Confirmation)
        factor, said = given.answer
        key_id = request.principal.key_id
        await begin_confirmation(self._database, key_id, request.now)
        confirmed = await confirm_candidate(self._database, given.token, factor, said, key_id=key_id, now=request.now)
        await forgive_try(self._database, key_id, request.now)
        async with self._database.connection() as connection:
            found = await look_up_confirmed(
                connection,
                confirmed.customer_id,
                till=TillScope(confirmed.store),
                basket=given.basket,
                zone=self._zone,
                now=request.now,
            )
        return self._customer_response(request, found)


def _canonical_identity_value(identity: IdentityClaim, region: str) -> str:
    try:
        return canonical_value(identity.kind, identity.value, region)
    except InvalidInput as error:
        raise InvalidInput(field="identity.value", message=error.message) from error
