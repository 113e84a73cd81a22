"""Routes of matches: which customers may be one person, and who a record may be about."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.access.audit import ReadAudit
from service.db.pool import Database
from service.errors import CustomerUnknown
from service.identity import profile
from service.identity.matching.weigh import MatchStrength
from service.identity.sources.model import SourceRecordInput
from service.model.decode import decode_json
from service.model.page import Page
from service.resolution.matches.check import check_record
from service.resolution.matches.listing import list_customer_matches, list_matches, list_shared_values
from service.resolution.matches.model import CustomerMatches, MatchItem, MatchState, RecordCheck, SharedValue
from service.web.http.parameters import AFTER, LIMIT, enum_parameter, page_request, uuid_in_path
from service.web.http.request import NO_CUSTOMER, Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES

AUDIT_VIEW = "matches"
_MOST_SHARED = 200
_STRENGTH = Parameter(name="strength", shape=MatchStrength, description="Only matches of this strength.")
_STATE = Parameter(
    name="state",
    shape=MatchState,
    description="Only matches of this state; `open` unless told. A household is `apart`.",
)


class SharedValues(Struct, frozen=True, kw_only=True):
    """Values that too many customers have."""

    items: Annotated[list[SharedValue], Meta(description="The values, the newest first; 200 at most.")]


class MatchRoutes:
    """The routes by which people find customers that may be one person."""

    def __init__(self, database: Database, audit: ReadAudit, *, region: str) -> None:
        self._database = database
        self._audit = audit
        self._region = region

    @route(
        "GET",
        "/v1/matches",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="Pairs of customers that may be one person or live together, the strongest first",
        answers={200: Page[MatchItem]},
        parameters=(_STRENGTH, _STATE, LIMIT, AFTER),
    )
    async def list_matches(self, request: Request) -> Response:
        """Lists one page of pairs, each once. Nothing is merged by it: a person decides, and the decision is kept.

        A pair is found a second or two after the statement that brought it about.
        """
        wanted = page_request(request)
        strength, state = (
            enum_parameter(request, "strength", MatchStrength),
            enum_parameter(request, "state", MatchState),
        )
        async with self._database.connection() as connection:
            page = await list_matches(
                connection,
                strength=strength,
                state=state or MatchState.OPEN,
                after=wanted.after,
                limit=wanted.limit,
                now=request.now,
            )
        self._record_reads(request, [customer for one in page.items for customer in one.customers])
        return json_response(page)

    @route(
        "GET",
        "/v1/customers/{customer_id}/matches",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="Customers that may be the same person as this one, or live with it",
        answers={200: CustomerMatches},
        problems=(CustomerUnknown,),
    )
    async def list_customer_matches(self, request: Request) -> Response:
        """Lists the matches of a customer and its merge set, decided ones too; the customer comes first in each."""
        async with self._database.connection() as connection:
            customer = await profile.read_customer(connection, uuid_in_path(request, "customer_id", CustomerUnknown))
            request.subject = customer.id
            items = await list_customer_matches(connection, customer.id, now=request.now)
        return json_response(CustomerMatches(items=items), version=customer.version)

    @route(
        "POST",
        "/v1/matches/check",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="Who a record may be about; nothing is stored",
        body=SourceRecordInput,
        answers={200: RecordCheck},
    )
    async def check_record(self, request: Request) -> Response:
        """Compares a record, as a source would state it, with all customers that share a key with it."""
        record = decode_json(request.raw, SourceRecordInput)
        async with self._database.connection() as connection:
            found = await check_record(connection, record, region=self._region)
        self._record_reads(request, [one.customer_id for one in found.items])
        return json_response(found)

    @route(
        "GET",
        "/v1/matches/shared",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="Telephone numbers, e-mail addresses and homes of so many customers that they are no evidence",
        answers={200: SharedValues},
    )
    async def list_shared_values(self, _request: Request) -> Response:
        """Lists values that more than 100 customers have, such as the number of a company or a placeholder."""
        async with self._database.connection() as connection:
            items = await list_shared_values(connection, limit=_MOST_SHARED)
        return json_response(SharedValues(items=items))

    def _record_reads(self, request: Request, customer_ids: Collection[UUID]) -> None:
        """Each customer that is shown counts once, in the audit and in the budget of the key."""
        shown = frozenset(customer_ids)
        for customer_id in shown:
            self._audit.record_read(request.principal.key_id, AUDIT_VIEW, customer_id)
        request.subject = shown or NO_CUSTOMER
