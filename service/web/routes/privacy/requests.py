"""Routes of customers' requests: received, verified, carried out or refused, in time and on record."""

from datetime import date

from service.access.audit import ReadAudit
from service.access.idempotency import idempotent
from service.errors import (
    CustomerHeld,
    CustomerUnknown,
    InvalidInput,
    PrivacyRequestClosed,
    PrivacyRequestUnknown,
    ReceiptUnknown,
)
from service.model.decode import decode_json
from service.model.page import Page
from service.privacy.erasure.erase import Erasures
from service.privacy.erasure.model import ErasureReceipt, Preview
from service.privacy.requests.model import (
    PrivacyRequest,
    PrivacyRequestInput,
    PrivacyRequestPatch,
    RequestKind,
    RequestState,
)
from service.privacy.requests.repository import RequestFilter, list_requests, read_request
from service.privacy.requests.requests import PrivacyRequests
from service.web.http.parameters import (
    AFTER,
    LIMIT,
    enum_parameter,
    idempotent_request,
    page_request,
    text_parameter,
    uuid_in_path,
)
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, json_response
from service.web.http.route import Parameter, route
from service.web.restrictions.gate import PRIVACY_ROLES

AUDIT_VIEW = "privacy"
_STATE = Parameter(name="state", shape=RequestState, description="Requests in this state; open ones unless told.")
_KIND = Parameter(name="kind", shape=RequestKind, description="Requests of this kind; of every kind unless told.")
_DUE = Parameter(name="due", shape=date, description="Requests that are due by this day; whenever unless told.")


class PrivacyRequestRoutes:
    """The routes by which the privacy desk works through what customers ask for."""

    def __init__(self, requests: PrivacyRequests, erasures: Erasures, audit: ReadAudit) -> None:
        self._requests = requests
        self._erasures = erasures
        self._audit = audit

    @route(
        "POST",
        "/v1/privacy/requests",
        roles=PRIVACY_ROLES,
        summary="Put on record what a customer asks for under the GDPR",
        body=PrivacyRequestInput,
        answers={201: PrivacyRequest},
        idempotent=True,
        problems=(CustomerUnknown,),
    )
    async def receive_request(self, request: Request) -> Response:
        """Receives a request for access, erasure, restriction, rectification, or an objection.

        It is due a month later. Nothing is carried out before its state is set to `verified`.
        """
        asked = decode_json(request.raw, PrivacyRequestInput)
        async with (
            self._requests.database.transaction() as connection,
            idempotent(connection, idempotent_request(request, asked), now=request.now) as outcome,
        ):
            if outcome.previous is not None:
                today = self._requests.today(request.now)
                found = await read_request(connection, outcome.previous.resource_id, today)
                return json_response(found, status=outcome.previous.status, headers=(IDEMPOTENT_REPLAYED,))
            received = await self._requests.receive(connection, asked, request.principal, request.now)
            outcome.set_result(received.id)
        return json_response(received, status=201)

    @route(
        "GET",
        "/v1/privacy/requests",
        roles=PRIVACY_ROLES,
        summary="What customers ask for, the soonest due first",
        answers={200: Page[PrivacyRequest]},
        parameters=(_STATE, _KIND, _DUE, LIMIT, AFTER),
    )
    async def list_requests(self, request: Request) -> Response:
        """Lists one page of requests: those that are open, unless a state is named."""
        page, due = page_request(request), text_parameter(request, "due")
        wanted = RequestFilter(
            enum_parameter(request, "state", RequestState),
            enum_parameter(request, "kind", RequestKind),
            _parse_day(due) if due else None,
        )
        async with self._requests.database.connection() as connection:
            found = await list_requests(
                connection, wanted, after=page.after, limit=page.limit, today=self._requests.today(request.now)
            )
        return json_response(found)

    @route(
        "GET",
        "/v1/privacy/requests/{request_id}",
        roles=PRIVACY_ROLES,
        summary="One request, with every step that was taken",
        answers={200: PrivacyRequest},
        problems=(PrivacyRequestUnknown,),
    )
    async def read_request(self, request: Request) -> Response:
        """Reads a request. It outlives an erasure, and says nothing of the customer then."""
        request_id = uuid_in_path(request, "request_id", PrivacyRequestUnknown)
        return json_response(await self._requests.read(request_id, request.now))

    @route(
        "PATCH",
        "/v1/privacy/requests/{request_id}",
        roles=PRIVACY_ROLES,
        summary="Verify a request, end it, refuse it, or extend its time",
        body=PrivacyRequestPatch,
        answers={200: PrivacyRequest},
        problems=(PrivacyRequestUnknown, PrivacyRequestClosed, CustomerHeld),
    )
    async def change_request(self, request: Request) -> Response:
        """Takes the next step. What is verified is carried out at once and is done; a rectification is ended by hand.

        An erasure that a legal hold forbids answers 409 and stays verified; it is carried out once the hold has ended,
        unless it is refused before.
        """
        request_id = uuid_in_path(request, "request_id", PrivacyRequestUnknown)
        patch = decode_json(request.raw, PrivacyRequestPatch)
        return json_response(await self._requests.change(request_id, patch, request.principal, request.now))

    @route(
        "GET",
        "/v1/privacy/requests/{request_id}/preview",
        roles=PRIVACY_ROLES,
        summary="What an erasure of the customer would take",
        answers={200: Preview},
        problems=(PrivacyRequestUnknown, CustomerUnknown),
    )
    async def preview_request(self, request: Request) -> Response:
        """Counts the rows that would go, table by table, and says what stays and what forbids it."""
        found = await self._requests.read(uuid_in_path(request, "request_id", PrivacyRequestUnknown), request.now)
        preview = await self._erasures.preview(found.customer_id, now=request.now)
        self._audit.record_read(request.principal.key_id, AUDIT_VIEW, preview.customer_id)
        return json_response(preview)

    @route(
        "GET",
        "/v1/privacy/requests/{request_id}/receipt",
        roles=PRIVACY_ROLES,
        summary="The proof of an erasure",
        answers={200: ErasureReceipt},
        problems=(PrivacyRequestUnknown, ReceiptUnknown),
    )
    async def read_receipt(self, request: Request) -> Response:
        """Reads what was erased, by whom and when, with keyed hashes that show whether it was altered."""
        found = await self._requests.read(uuid_in_path(request, "request_id", PrivacyRequestUnknown), request.now)
        try:
            receipt = await self._erasures.read_receipt(found.customer_id)
        except CustomerUnknown:
            raise ReceiptUnknown from None
        return json_response(receipt)


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field="due", message="A day such as 2026-12-21 is expected.") from None
