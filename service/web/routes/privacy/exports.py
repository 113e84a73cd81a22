"""Routes of exports: everything that is kept of a customer, for programs and for people."""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from service.access.audit import ReadAudit
from service.errors import (
    CustomerUnknown,
    NoSuchExport,
    PrivacyRequestClosed,
    PrivacyRequestNotVerified,
    PrivacyRequestUnknown,
)
from service.privacy.export.document import SCHEMA_PATH, CustomerExport, export_json, read_export
from service.privacy.export.schema import read_export_schema
from service.privacy.requests.requests import PrivacyRequests
from service.privacy.subject import find_members
from service.web.http.negotiation import choose_media_type
from service.web.http.parameters import uuid_in_path
from service.web.http.request import Request
from service.web.http.response import HTML, JSON, Header, Response, json_response
from service.web.http.route import PUBLIC, MediaType, Parameter, route
from service.web.restrictions.gate import PRIVACY_ROLES

AUDIT_VIEW = "export"
_JSON, _HTML = "application/json", "text/html"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_ACCEPT = Parameter(
    name="Accept",
    location="header",
    description="`text/html` for a page in the customer's language that people read, print and keep.",
)

RenderPage = Callable[[CustomerExport], str]


class ExportRoutes:
    """The routes by which a customer is given what is kept."""

    def __init__(self, requests: PrivacyRequests, audit: ReadAudit, render_page: RenderPage, *, region: str) -> None:
        self._requests = requests
        self._audit = audit
        self._render_page = render_page
        self._region = region

    @route(
        "GET",
        "/v1/privacy/requests/{request_id}/export",
        roles=PRIVACY_ROLES,
        summary="Everything that is kept of the customer who asks for access",
        answers={200: CustomerExport},
        media_types=(_HTML,),
        parameters=(_ACCEPT,),
        problems=(
            PrivacyRequestUnknown,
            PrivacyRequestNotVerified,
            PrivacyRequestClosed,
            NoSuchExport,
            CustomerUnknown,
        ),
    )
    async def export_customer(self, request: Request) -> Response:
        """Gives the export of a verified request for access, as of now; its schema is `/schemas/customer-export.json`.

        Agents are named by role, and other people are hidden. That it was given out is on record with the request.
        """
        request_id = uuid_in_path(request, "request_id", PrivacyRequestUnknown)
        found = await self._requests.export_of(request_id, request.principal, request.now)
        async with self._requests.database.connection() as connection:
            members = await find_members(connection, found.customer_id)
        async with self._requests.database.transaction() as connection:
            export = await read_export(connection, members, now=request.now, region=self._region)
        self._audit.record_read(request.principal.key_id, AUDIT_VIEW, members[0])
        if choose_media_type(request.header(b"accept"), (_JSON, _HTML)) == _HTML:
            page = self._render_page(export)
            return Response(200, page.encode(), HTML, (_page_policy(page),))
        return Response(200, export_json(export), JSON)

    @route(
        "GET",
        SCHEMA_PATH,
        roles=PUBLIC,
        summary="The JSON schema of exports",
        answers={200: MediaType(_JSON)},
    )
    async def read_export_schema(self, _request: Request) -> Response:
        """Reads the schema (JSON Schema 2020-12) of what a customer is given: each part with its values."""
        async with self._requests.database.connection() as connection:
            return json_response(await read_export_schema(connection))


def _page_policy(page: str) -> Header:
    """Nothing runs or is loaded; the page's own style sheets hold, by their hashes."""
    hashes = (b64encode(sha256(sheet.encode()).digest()).decode() for sheet in _STYLE.findall(page))
    styles = " ".join(f"'sha256-{one}'" for one in hashes)
    policy = f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return b"content-security-policy", policy.encode()
