"""Routes of web forms: a site makes a token for each page it shows, and the page fills and saves its fields with it."""

from datetime import timedelta
from uuid import UUID

from msgspec import structs

from service.access.audit import ReadAudit
from service.context.guidance.texts import ShownNotice
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
from service.insight.content.repository import find_segments
from service.insight.notices.repository import read_shown
from service.insight.notices.rules import NoticeReader
from service.model.decode import decode_json
from service.model.vocabulary import Channel, Role
from service.web.http.negotiation import preferred_language
from service.web.http.parameters import text_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import PUBLIC, Parameter, route

FORM_TOKEN_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.BOT, Role.CHANNEL})
_TOKEN = Parameter(name="token", description="The token of this page.", required=True)
ACCEPT_LANGUAGE = Parameter(
    name="Accept-Language", location="header", description="Languages of the visitor, as browsers send them."
)
_PUBLIC_PROBLEMS = (FormTokenRefused, InvalidInput, RouteUnknown, DatabaseUnavailable, DatabaseBusy)
_MAX_FORM_NAME_CHARS = 100
_MAX_TOKEN_CHARS = 200
_AUDIT_VIEW = "form"


class FormTokenRoutes:
    """The route of the sites that show forms."""

    def __init__(self, database: Database, *, region: str) -> None:
        self._database = database
        self._region = region

    @route(
        "POST",
        "/v1/forms/{form}/tokens",
        roles=FORM_TOKEN_ROLES,
        budgeted=True,
        summary="A token for one page: it fills and saves these fields of this customer's form for 15 minutes",
        body=FormTokenInput,
        answers={201: FormToken},
        problems=(CustomerUnknown, RouteUnknown),
    )
    async def issue_form_token(self, request: Request) -> Response:
        """Issues a token for one page of one customer.

        The token reads and saves only the fields named here, and lasts 15 minutes.
        """
        requested = decode_json(request.raw, FormTokenInput)
        request.subject = requested.customer_id or requested.identity
        async with self._database.connection() as connection:
            token = await form_tokens.issue_form_token(
                connection,
                _form_name(request),
                requested,
                key_id=request.principal.key_id,
                region=self._region,
                now=request.now,
            )
        return json_response(token, status=201)


class FormPageRoutes:
    """The routes of the pages that show forms."""

    def __init__(
        self,
        database: Database,
        reader: ContextReader,
        drop_views: DropViews,
        audit: ReadAudit,
        *,
        reopen: timedelta,
        default_language: str,
    ) -> None:
        self._database = database
        self._reader = reader
        self._drop_views = drop_views
        self._audit = audit
        self._reopen = reopen
        self._default_language = default_language

    @route(
        "GET",
        "/v1/forms/{form}/prefill",
        roles=PUBLIC,
        summary="What the page need not ask, by its token, and what it must",
        answers={200: Prefill},
        parameters=(_TOKEN, ACCEPT_LANGUAGE),
        problems=_PUBLIC_PROBLEMS,
    )
    async def read_form_prefill(self, request: Request) -> Response:
        """Answers with the values that are known for the token's fields.

        It lists the fields that must still be asked, and the notices that are published for the web.
        """
        filled = await forms.read_prefill(
            self._database, self._reader, _form_name(request), _token(request), now=request.now
        )
        if filled.shown_customer_id is not None:
            self._audit.record_read(filled.key_id, _AUDIT_VIEW, filled.shown_customer_id)
        notices = await self._notices(request, filled.shown_customer_id)
        return json_response(structs.replace(filled.prefill, notices=notices), version=filled.version)

    @route(
        "POST",
        "/v1/forms/{form}/draft",
        roles=PUBLIC,
        summary="Save what was typed since the last save, once",
        body=DraftInput,
        answers={201: DraftSaved, 200: DraftSaved},
        problems=_PUBLIC_PROBLEMS,
    )
    async def save_form_draft(self, request: Request) -> Response:
        """Saves the fields as a draft of the customer. The same save again has no further effect and answers 200."""
        return await self._save(request, submitted=False)

    @route(
        "POST",
        "/v1/forms/{form}/submit",
        roles=PUBLIC,
        summary="Save the last answers, and say that the form is done",
        body=DraftInput,
        answers={201: DraftSaved, 200: DraftSaved},
        problems=_PUBLIC_PROBLEMS,
    )
    async def submit_form(self, request: Request) -> Response:
        """Saves the last fields and ends the draft as submitted; the token is done.

        To repeat a submit, ask for a new token of the same draft: the same save has no further effect and answers 200.
        """
        return await self._save(request, submitted=True)

    async def _notices(self, request: Request, customer_id: UUID | None) -> tuple[ShownNotice, ...]:
        async with self._database.connection() as connection:
            segments = await find_segments(connection, customer_id) if customer_id is not None else frozenset()
            reader = NoticeReader(
                at=request.now,
                channel=Channel.WEB,
                language=preferred_language(request.header(b"accept-language")),
                default_language=self._default_language,
                segments=segments,
            )
            return await read_shown(connection, reader)

    async def _save(self, request: Request, *, submitted: bool) -> Response:
        saved = await forms.save_draft(
            self._database,
            self._drop_views,
            _form_name(request),
            decode_json(request.raw, DraftInput),
            submitted=submitted,
            reopen=self._reopen,
            now=request.now,
        )
        return json_response(saved, status=200 if saved.duplicate else 201, version=saved.version)


def _form_name(request: Request) -> str:
    """The name of the form; what cannot be one has no such path."""
    return text_in_path(request, "form", RouteUnknown, max_chars=_MAX_FORM_NAME_CHARS)


def _token(request: Request) -> str:
    token = request.query.get("token", "")
    if not 0 < len(token) <= _MAX_TOKEN_CHARS:
        raise InvalidInput(field="token", message=f"A token of 1 to {_MAX_TOKEN_CHARS} characters is expected.")
    return token
