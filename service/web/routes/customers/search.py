"""Routes by which people find customers."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from service.access.audit import ReadAudit
from service.db.pool import Database
from service.model.decode import decode_json
from service.model.interaction import RequestShape
from service.model.page import Page
from service.search.customers import list_customers
from service.search.model import CustomerSummary, SearchAnswer
from service.search.search import search
from service.web.http.parameters import AFTER, LIMIT, page_request, text_parameter
from service.web.http.request import NO_CUSTOMER, Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES

AUDIT_VIEW = "search"
_NAME = Parameter(
    name="name",
    description="Words of a name or their beginnings, in any order, script and spelling that sounds alike.",
)


class SearchRequest(RequestShape, frozen=True):
    """What is looked for."""

    query: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=200,
            description="A telephone number, an address, a customer or order number, a name, or words that were said; "
            "the last word may be unfinished.",
        ),
    ]
    limit: Annotated[int, Meta(ge=1, le=50, description="How many hits of each kind at most.")] = 8


class SearchRoutes:
    """The routes by which people find customers without knowing their id."""

    def __init__(self, database: Database, audit: ReadAudit, *, region: str) -> None:
        self._database = database
        self._audit = audit
        self._region = region

    @route(
        "POST",
        "/v1/search",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="Find customers by numbers, addresses, names, and words that were said",
        body=SearchRequest,
        answers={200: SearchAnswer},
    )
    async def search_customers(self, request: Request) -> Response:
        """Looks for the query in every way that it can be meant, while it is typed too. Nothing is changed by it.

        Texts and order numbers are found a second or two after their registration, identities and names at once.
        """
        asked = decode_json(request.raw, SearchRequest)
        answer = await search(self._database, asked.query, region=self._region, limit=asked.limit)
        hits = [hit for group in answer.groups for hit in group.hits] + answer.did_you_mean
        self._record_reads(request, [hit.customer_id for hit in hits])
        return json_response(answer)

    @route(
        "GET",
        "/v1/customers",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="Customers, the newest first, all of them or those of a name",
        answers={200: Page[CustomerSummary]},
        parameters=(_NAME, LIMIT, AFTER),
    )
    async def list_customers(self, request: Request) -> Response:
        """Lists one page of customers. The name of a merged customer finds its survivor, which is listed once."""
        wanted = page_request(request)
        async with self._database.connection() as connection:
            page = await list_customers(
                connection, name=text_parameter(request, "name"), after=wanted.after, limit=wanted.limit
            )
        self._record_reads(request, [one.id for one in page.items])
        return json_response(page)

    def _record_reads(self, request: Request, customer_ids: Collection[UUID]) -> None:
        """Each customer that is shown counts once, in the audit and in the budget of the key."""
        shown = frozenset(customer_ids)
        for customer_id in shown:
            self._audit.record_read(request.principal.key_id, AUDIT_VIEW, customer_id)
        request.subject = shown or NO_CUSTOMER
