"""Calls on pages: the bar above a customer who calls, which calls ring for an agent, and leaving one to others."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_204_NO_CONTENT

from service.web.console.calls.reads import AUDIT_VIEW, DeskCalls, read_calls_of_customer
from service.web.console.customer.reads import CustomerReads
from service.web.console.guard import AUTOMATIC, RequestGuard, for_roles
from service.web.console.navigation import DESK_ROLES
from service.web.console.visit import HOME_PATH, PAGE_HEADERS, PASSED_COOKIE, Visit, browser_cookie, page_response

MAX_PASSED = 8
"""Calls that a browser remembers to have left to others; older ones are over."""
CALL_CHANGED = '{"askonce:told": {"type": "call.passed"}}'
"""Told to the page as what comes by the stream of events is: what shows calls is asked for again."""


class CallPages(Controller):
    """What pages ask of calls while they ring and run."""

    path = HOME_PATH
    guards = [for_roles(*DESK_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get("/calls", opt=AUTOMATIC, include_in_schema=False)
    async def list_ringing(
        self, visit: NamedDependency[Visit], desk_calls: NamedDependency[DeskCalls]
    ) -> Response[list[UUID]]:
        """The ids of the calls that ring for this agent, for what makes a sound of them."""
        calls = await desk_calls.list_calls(visit)
        return Response([one.call.call_id for one in calls.ringing], headers=PAGE_HEADERS)

    @get("/customers/{customer_id:uuid}/call", include_in_schema=False)
    async def show_bar(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        customer_id: FromPath[UUID],
    ) -> Response[str]:
        """The bar above the page of a customer, which is empty while there is no call."""
        page_path = f"{HOME_PATH}/customers/{customer_id}"
        if not visit.is_partial:
            return visit.redirect(page_path)
        async with customer_reads.database.connection() as connection:
            calls = await read_calls_of_customer(connection, visit, customer_id)
        if calls:
            customer_reads.audit.record_read(visit.session.principal.key_id, AUDIT_VIEW, customer_id)
        return visit.page("call_bar.html", calls=calls, page_path=page_path)

    @post("/calls/{call_id:uuid}/pass", include_in_schema=False)
    async def leave_to_others(
        self,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        call_id: FromPath[UUID],
    ) -> Response[str]:
        """Show this call no more in this browser while it rings; it goes on ringing."""
        passed = [call_id.hex, *(one for one in visit.passed_calls if one != call_id.hex)][:MAX_PASSED]
        heard = page_response("", status=HTTP_204_NO_CONTENT, headers={"hx-trigger": CALL_CHANGED})
        response = heard if visit.is_partial else visit.redirect(HOME_PATH)
        response.set_cookie(browser_cookie(PASSED_COOKIE, ".".join(passed), secure=guard.is_secure))
        return response
