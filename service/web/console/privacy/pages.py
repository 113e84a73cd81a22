"""The queue of what customers ask for under the GDPR, and the page of one request with its next steps."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from msgspec import Struct

from service.errors import CustomerErased, CustomerHeld, CustomerUnknown
from service.privacy.erasure.erase import Erasures
from service.privacy.erasure.model import ErasureReceipt, Preview
from service.privacy.export.document import CustomerExport, export_json, read_export
from service.privacy.requests.model import PrivacyRequest, PrivacyRequestPatch, RequestKind, RequestState, StepAction
from service.privacy.requests.repository import RequestFilter, list_requests, name_customer
from service.privacy.requests.requests import PrivacyRequests
from service.privacy.subject import find_members
from service.settings.model import Settings
from service.web.console.customer.reads import CustomerReads
from service.web.console.desk_forms import as_request
from service.web.console.export.page import render_page
from service.web.console.guard import RESTRICTED_TOO, for_roles
from service.web.console.navigation import PRIVACY_AGENTS, REQUESTS_PATH
from service.web.console.visit import Visit
from service.web.console.words import _

AUDIT_VIEW = "privacy"
ROWS_A_PAGE = 50
KINDS = {
    RequestKind.ACCESS: _("Access"),
    RequestKind.ERASURE: _("Erasure"),
    RequestKind.RESTRICTION: _("Restriction"),
    RequestKind.RECTIFICATION: _("Rectification"),
    RequestKind.OBJECTION: _("Objection"),
}
STATES = {
    RequestState.RECEIVED: _("Received"),
    RequestState.VERIFIED: _("Verified"),
    RequestState.DONE: _("Done"),
    RequestState.REFUSED: _("Refused"),
}
ACTIONS = {
    StepAction.RECEIVED: _("Received"),
    StepAction.VERIFIED: _("Verified"),
    StepAction.EXTENDED: _("Extended"),
    StepAction.NOTED: _("Noted"),
    StepAction.EXPORTED: _("Exported"),
    StepAction.HELD: _("Held"),
    StepAction.DONE: _("Done"),
    StepAction.REFUSED: _("Refused"),
}
_WORDS: dict[str, Any] = {"kinds": KINDS, "states": STATES, "actions": ACTIONS}


class RequestStepForm(Struct, kw_only=True):
    """The button that says what is done, and the words beside it."""

    step: str = ""
    reason: str = ""
    note: str = ""
    csrf_token: str = ""


class PrivacyPages(Controller):
    """What customers ask for, for the privacy desk and administrators."""

    path = REQUESTS_PATH
    guards = [for_roles(*PRIVACY_AGENTS)]  # noqa: RUF012 (Litestar's own declaration)
    opt = RESTRICTED_TOO

    @get(include_in_schema=False)
    async def show_queue(
        self,
        visit: NamedDependency[Visit],
        requests: NamedDependency[PrivacyRequests],
        standing: FromQuery[str] = "",
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """Requests that are open or in a state, the soonest due first."""
        state = RequestState(standing) if standing in set(RequestState) else None
        async with requests.database.connection() as connection:
            page = await list_requests(
                connection, RequestFilter(state), after=after, limit=ROWS_A_PAGE, today=requests.today(visit.now)
            )
        return visit.page("privacy/queue.html", found=page, state=state, **_WORDS)

    @get("/{request_id:uuid}", include_in_schema=False)
    async def show_request(
        self,
        visit: NamedDependency[Visit],
        requests: NamedDependency[PrivacyRequests],
        erasures: NamedDependency[Erasures],
        request_id: FromPath[UUID],
    ) -> Response[str]:
        """A request, with what an erasure would take or has taken. PrivacyRequestUnknown."""
        found = await requests.read(request_id, visit.now)
        async with requests.database.connection() as connection:
            name = await name_customer(connection, found.customer_id)
        return await _page(visit, erasures, found, name)

    @post("/{request_id:uuid}", include_in_schema=False)
    async def take_step(
        self,
        visit: NamedDependency[Visit],
        requests: NamedDependency[PrivacyRequests],
        request_id: FromPath[UUID],
        data: URLEncodedBody[RequestStepForm],
    ) -> Response[str]:
        """Verify, end, refuse or extend; a legal hold is said by the page that follows."""
        said = {"reason": data.reason.strip() or None, "note": data.note.strip() or None}
        step = {"extend": True} if data.step == "extend" else {"state": data.step}
        patch = as_request({**step, **said}, PrivacyRequestPatch)
        with suppress(CustomerHeld):  # it is on record as a step, with the reason
            await requests.change(request_id, patch, visit.session.principal, visit.now)
        return visit.redirect(f"{REQUESTS_PATH}/{request_id}")

    @get("/{request_id:uuid}/export", include_in_schema=False)
    async def download_export(
        self,
        visit: NamedDependency[Visit],
        requests: NamedDependency[PrivacyRequests],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        request_id: FromPath[UUID],
        kind: FromQuery[str] = "html",
    ) -> Response[str]:
        """The export as a file, JSON or a page. Errors as with the API."""
        found = await requests.export_of(request_id, visit.session.principal, visit.now)
        async with requests.database.connection() as connection:
            members = await find_members(connection, found.customer_id)
        async with requests.database.transaction() as connection:
            export = await read_export(connection, members, now=visit.now, region=settings.default_region)
        await customer_reads.count_shown(visit, [members[0]], AUDIT_VIEW)
        return _file(visit, export, settings, "json" if kind == "json" else "html")


def _file(visit: Visit, export: CustomerExport, settings: Settings, kind: str) -> Response[str]:
    content = export_json(export).decode() if kind == "json" else render_page(export, settings)
    answer = visit.respond(content, headers={"content-disposition": f'attachment; filename="export.{kind}"'})
    if kind == "json":
        answer.media_type = "application/json"
    return answer


async def _page(visit: Visit, erasures: Erasures, found: PrivacyRequest, name: str | None) -> Response[str]:
    preview: Preview | None = None
    receipt: ErasureReceipt | None = None
    if found.kind is RequestKind.ERASURE:
        try:
            preview = await erasures.preview(found.customer_id, now=visit.now) if found.is_open else None
            receipt = None if found.is_open else await erasures.read_receipt(found.customer_id)
        except (CustomerErased, CustomerUnknown):
            receipt = None
    values: dict[str, Any] = {"found": found, "name": name, "preview": preview, "receipt": receipt}
    return visit.page("privacy/request.html", **values, **_WORDS)
