"""Routes of web forms: a site makes a token for each page it shows, and the page fills and saves its fields with it."""

from datetime import timedelta

from service.access.audit import ReadAudit
from service.context.reader import ContextReader
from service.db.change import DropViews
from service.db.pool import Database
from service.errors import (
    CustomerUnknown,
    DatabaseBusy,
    DatabaseUnavailable,
    FormTokenRefused,
    InvalidInput,
    RouteUnknown,
)
from service.forms import drafts as forms
from service.forms import tokens as form_tokens
from service.forms.drafts import DraftInput, DraftSaved, Prefill
from service.forms.tokens import FormToken, FormTokenInput
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.web.http.cors import Cors
from service.web.http.parameters import text_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import PUBLIC, Handler, Parameter, Route, route

FORM_TOKEN_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.BOT, Role.CHANNEL})
_TOKEN = Parameter(name="token", description="The token of this page.", required=True)
_PUBLIC_PROBLEMS = (FormTokenRefused, InvalidInput, RouteUnknown, DatabaseUnavailable, DatabaseBusy)
_MAX_FORM_NAME_CHARS = 100
_MAX_TOKEN_CHARS = 200
_AUDIT_VIEW = "form"


def form_routes(
    database: Database,
    reader: ContextReader,
    drop_views: DropViews,
    audit: ReadAudit,
    *,
    cors: Cors,
    region: str,
    reopen: timedelta,
) -> list[Route]:
    """The routes of sites and of their pages, which `cors` names."""

    @route(
        "POST",
        "/v1/forms/{form}/tokens",
        roles=FORM_TOKEN_ROLES,
        summary="A token for one page: it fills and saves these fields of this customer's form for 15 minutes",
        body=FormTokenInput,
        answers={201: FormToken},
        problems=(CustomerUnknown, RouteUnknown),
    )
    async def issue_form_token(request: Request) -> Response:
        requested = decode_json(request.raw, FormTokenInput)
        async with database.connection() as connection:
            token = await form_tokens.issue_form_token(
                connection,
                _form_name(request),
                requested,
                key_id=request.principal.key_id,
                region=region,
                now=request.now,
            )
        return json_response(token, status=201)

    @route(
        "GET",
        "/v1/forms/{form}/prefill",
        roles=PUBLIC,
        summary="What the page need not ask, by its token, and what it must",
        answers={200: Prefill},
        parameters=(_TOKEN,),
        problems=_PUBLIC_PROBLEMS,
    )
    @cors.allow_origins
    async def read_prefill(request: Request) -> Response:
        filled = await forms.read_prefill(database, reader, _form_name(request), _token(request), now=request.now)
        if filled.shown_customer_id is not None:
            audit.record_read(filled.key_id, _AUDIT_VIEW, filled.shown_customer_id)
        return json_response(filled.prefill, version=filled.version)

    def save_handler(*, submitted: bool) -> Handler:
        @cors.allow_origins
        async def save(request: Request) -> Response:
            draft = decode_json(request.raw, DraftInput)
            saved = await forms.save_draft(
                database, drop_views, _form_name(request), draft, submitted=submitted, reopen=reopen, now=request.now
            )
            return json_response(saved, status=200 if saved.duplicate else 201, version=saved.version)

        return save

    def save_routes(path: str, summary: str, *, submitted: bool) -> list[Route]:
        declare = route(
            "POST",
            path,
            roles=PUBLIC,
            summary=summary,
            body=DraftInput,
            answers={201: DraftSaved, 200: DraftSaved},
            problems=_PUBLIC_PROBLEMS,
        )
        return [declare(save_handler(submitted=submitted)), cors.preflight(path, "POST")]

    return [
        issue_form_token,
        read_prefill,
        *save_routes("/v1/forms/{form}/draft", "Save what was typed since the last save, once", submitted=False),
        *save_routes("/v1/forms/{form}/submit", "Save the last answers, and say that the form is done", submitted=True),
    ]


def _form_name(request: Request) -> str:
    """The name of the form; what cannot be one has no such path."""
    return text_in_path(request, "form", RouteUnknown, max_chars=_MAX_FORM_NAME_CHARS)


def _token(request: Request) -> str:
    token = request.query.get("token", "")
    if not 0 < len(token) <= _MAX_TOKEN_CHARS:
        raise InvalidInput(field="token", message=f"A token of 1 to {_MAX_TOKEN_CHARS} characters is expected.")
    return token
