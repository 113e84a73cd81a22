"""The route of who looked at a customer."""

from service.access.audit import ReadAudit
from service.db.pool import Database
from service.errors import CustomerUnknown
from service.identity.profile import read_customer
from service.model.page import Page
from service.privacy.reads.listing import list_reads
from service.privacy.reads.model import CustomerRead
from service.web.http.parameters import AFTER, LIMIT, page_request, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route
from service.web.restrictions.gate import PRIVACY_ROLES


class ReadRoutes:
    """The route by which the privacy desk sees who looked."""

    def __init__(self, database: Database, audit: ReadAudit) -> None:
        self._database = database
        self._audit = audit

    @route(
        "GET",
        "/v1/customers/{customer_id}/reads",
        roles=PRIVACY_ROLES,
        budgeted=True,
        summary="Who looked at a customer, when and why",
        answers={200: Page[CustomerRead]},
        parameters=(LIMIT, AFTER),
        problems=(CustomerUnknown,),
    )
    async def list_reads(self, request: Request) -> Response:
        """Lists the looks at the customer and at all who are merged with it, the newest first.

        A look through another process is on record a second after it; one that was refused for want of a reason is on
        record too.
        """
        customer_id, page = uuid_in_path(request, "customer_id", CustomerUnknown), page_request(request)
        await self._audit.flush(request.now)
        async with self._database.connection() as connection:
            customer = await read_customer(connection, customer_id)
            found = await list_reads(connection, customer.id, after=page.after, limit=page.limit)
        request.subject = customer.id
        return json_response(found)
