"""Routes of the context: what every desk reads before it says a word."""

from collections.abc import Awaitable
from typing import Annotated
from uuid import UUID

import msgspec

from service.access.audit import ReadAudit
from service.access.model import Principal
from service.context.audiences import BotView, ConsoleView, MarketingView, SalesView, StoreView
from service.context.disclosure import VisibleFact
from service.context.partner import PartnerView
from service.context.reader import ContextAnswer, ContextReader
from service.context.views import ViewName, audience_of, view_name_for
from service.errors import CustomerUnknown, InvalidInput, RoleNotAllowed
from service.model.decode import decode_json
from service.model.interaction import FactName, IdentityClaim, RequestShape, ShortText
from service.model.vocabulary import Assurance, Channel, IdentityKind, Role
from service.web.http.parameters import (
    ASKING_CONVERSATION,
    ASSURANCE,
    CACHE_CONTROL,
    IF_NONE_MATCH,
    VIEW,
    VIEW_QUEUE,
    etag_matches,
    is_no_cache,
    requested_assurance,
    requested_view,
    text_parameter,
    uuid_in_path,
)
from service.web.http.request import NO_CUSTOMER, Request
from service.web.http.response import PRIVATE_REVALIDATED, Header, Response, json_response
from service.web.http.route import route
from service.web.routes.customers.store_view import view_for_key

CONTEXT_READER_ROLES = frozenset(
    {Role.ADMIN, Role.CONSOLE, Role.BOT, Role.STORE, Role.PARTNER, Role.SALES, Role.MARKETING}
)
_AnyView = ConsoleView | BotView | StoreView | PartnerView | SalesView | MarketingView
ASK_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.BOT, Role.STORE, Role.CHANNEL})
_CONTEXT_SOURCE_HEADERS: dict[str, Header] = {
    name: (b"context-source", name.encode()) for name in ("cache", "database")
}
_STALE_HEADER: Header = (b"context-stale", b"true")
_POSSESSION_KINDS = frozenset({IdentityKind.LOYALTY_CARD})
"""Identities that a customer at the till shows rather than says: possession."""


class AskingConversation(RequestShape, frozen=True):
    """The conversation in which a caller asks, by its id or by the channel's own name of it."""

    id: Annotated[UUID | None, msgspec.Meta(description="Id of the conversation in askonce.")] = None
    ref: Annotated[
        ShortText | None, msgspec.Meta(description="The channel's own name of the conversation, as it registers it.")
    ] = None
    subject: Annotated[
        ShortText | None, msgspec.Meta(description="What it is about; for the caller's own records, it finds nothing.")
    ] = None


AskedAssurance = Annotated[
    Assurance,
    msgspec.Meta(
        description="How sure the caller is of the person who is there now; contact facts need `possession` or more."
    ),
]


class LookupRequest(RequestShape, frozen=True):
    """The customer to look up, by an identity in any spelling; `min_version` asks for a context with this change."""

    identity: Annotated[IdentityClaim, msgspec.Meta(description="Identity of the customer, in any spelling.")]
    min_version: Annotated[
        int, msgspec.Meta(ge=0, description="Lowest version of the context that the answer may show; 0 for any.")
    ] = 0
    assurance: AskedAssurance = Assurance.CLAIMED
    conversation: Annotated[
        AskingConversation | None,
        msgspec.Meta(description="Conversation in which the caller asks: what was said in it is not withheld."),
    ] = None


class AskRequest(RequestShape, frozen=True):
    """Which facts a channel is about to ask for; of a customer it knows by identity or by id."""

    fields: Annotated[
        tuple[FactName, ...],
        msgspec.Meta(
            min_length=1,
            max_length=100,
            description="Names of the facts to ask for: HTML autocomplete tokens where they exist.",
        ),
    ]
    identity: Annotated[
        IdentityClaim | None, msgspec.Meta(description="Identity of the customer; excludes `customer_id`.")
    ] = None
    customer_id: Annotated[
        UUID | None, msgspec.Meta(description="Id of the customer in askonce; excludes `identity`.")
    ] = None
    channel: Annotated[Channel | None, msgspec.Meta(description="Channel that asks; null if unknown.")] = None
    assurance: AskedAssurance = Assurance.CLAIMED
    conversation: Annotated[
        AskingConversation | None,
        msgspec.Meta(description="Conversation in which the channel asks: what was said in it is not withheld."),
    ] = None


class AskAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the channel need not ask, and what it must; `ask` is in the order of the question."""

    known: Annotated[
        dict[str, VisibleFact],
        msgspec.Meta(description="Facts that need no question, by name; one that is withheld has no value."),
    ]
    ask: Annotated[list[str], msgspec.Meta(description="Names of the facts to ask for, in the order of the request.")]


class _KnownFields(msgspec.Struct, frozen=True):
    """The part of a view that `known/ask` needs."""

    known: dict[str, VisibleFact]


_known_decoder = msgspec.json.Decoder(_KnownFields)


class ContextRoutes:
    """The routes by which every desk reads the context."""

    def __init__(self, reader: ContextReader, audit: ReadAudit) -> None:
        self._reader = reader
        self._audit = audit

    def _context_response(self, answer: ContextAnswer, principal: Principal, view: str) -> Response:
        """The view as this key may see it, with where it comes from; who read it is on record."""
        self._audit.record_read(principal.key_id, view, answer.customer_id)
        headers: tuple[Header, ...] = (
            (b"context-version", b"%d" % answer.version),
            _CONTEXT_SOURCE_HEADERS[answer.source],
            (b"etag", self._reader.etag_of(answer)),
            PRIVATE_REVALIDATED,
        )
        body = view_for_key(answer.body, principal)
        return Response(200, body, headers=(*headers, _STALE_HEADER) if answer.stale else headers)

    @route(
        "POST",
        "/v1/context/lookup",
        roles=CONTEXT_READER_ROLES,
        budgeted=True,
        summary="The context of the customer with this identity, as the caller may see it",
        body=LookupRequest,
        answers={200: _AnyView},
        parameters=(CACHE_CONTROL,),
        problems=(CustomerUnknown,),
    )
    async def look_up_context(self, request: Request) -> Response:
        """Finds a customer by an identity and answers with the view of the caller's role.

        The read is written to the audit trail.
        """
        requested = decode_json(request.raw, LookupRequest)
        kind, principal = requested.identity.kind, request.principal
        view = view_name_for(
            audience_of(principal.role), _assurance_at(principal, kind, requested.assurance), queue=principal.queue
        )
        answer = await self._reader.read_by_identity(
            kind,
            requested.identity.value,
            view,
            now=request.now,
            min_version=requested.min_version,
            validate=is_no_cache(request),
            conversation=requested.conversation,
        )
        request.subject = answer.customer_id
        return self._context_response(answer, principal, view)

    @route(
        "GET",
        "/v1/customers/{customer_id}/context",
        roles=CONTEXT_READER_ROLES,
        budgeted=True,
        summary="The context of a customer, as the caller may see it",
        answers={200: _AnyView, 304: None},
        parameters=(IF_NONE_MATCH, CACHE_CONTROL, VIEW, VIEW_QUEUE, ASSURANCE, ASKING_CONVERSATION),
        problems=(CustomerUnknown,),
    )
    async def read_context(self, request: Request) -> Response:
        """Answers with the view of the caller's role; an admin may name another.

        Send the ETag as If-None-Match to save the body.
        """
        view = _view_name(request)
        answer = await self._reader.read_by_id(
            uuid_in_path(request, "customer_id", CustomerUnknown),
            view,
            now=request.now,
            validate=is_no_cache(request),
            conversation=_conversation_in_query(request),
        )
        request.subject = answer.customer_id
        response = self._context_response(answer, request.principal, view)
        if not answer.stale and etag_matches(request, self._reader.etag_of(answer)):
            return Response(304, headers=response.headers)
        return response

    @route(
        "POST",
        "/v1/known/ask",
        roles=ASK_ROLES,
        budgeted=True,
        summary="Which facts need not be asked, and which must",
        body=AskRequest,
        answers={200: AskAnswer},
        problems=(CustomerUnknown,),
    )
    async def ask_known_facts(self, request: Request) -> Response:
        """Divides the named facts into those that are known and those that must be asked.

        An unknown identity is no error: everything must be asked.
        """
        question = decode_json(request.raw, AskRequest)
        view = _ask_view(request.principal.role, question.assurance)
        try:
            answer = await self._read_known(question, request, view)
        except CustomerUnknown:
            if question.customer_id is not None:
                raise
            request.subject = NO_CUSTOMER
            return json_response(AskAnswer(known={}, ask=list(question.fields)))
        request.subject = answer.customer_id
        self._audit.record_read(request.principal.key_id, view, answer.customer_id)
        known = {} if request.principal.role is Role.STORE else _known_decoder.decode(answer.body).known
        asked = AskAnswer(
            known={name: known[name] for name in question.fields if name in known},
            ask=[name for name in question.fields if name not in known],
        )
        return json_response(asked, version=answer.version)

    def _read_known(self, question: AskRequest, request: Request, view: ViewName) -> Awaitable[ContextAnswer]:
        fresh, conversation = is_no_cache(request), question.conversation
        if question.identity is not None and question.customer_id is None:
            identity = question.identity
            return self._reader.read_by_identity(
                identity.kind, identity.value, view, now=request.now, validate=fresh, conversation=conversation
            )
        if question.customer_id is not None and question.identity is None:
            return self._reader.read_by_id(
                question.customer_id, view, now=request.now, validate=fresh, conversation=conversation
            )
        raise InvalidInput(
            field="identity", message="Name the customer by `identity` or by `customer_id`, by one of them."
        )


def _conversation_in_query(request: Request) -> AskingConversation | None:
    """The conversation that a query names; None if it names none."""
    named = text_parameter(request, ASKING_CONVERSATION.name)
    if named is None:
        return None
    try:
        return AskingConversation(id=UUID(named), ref=named)
    except ValueError:
        return AskingConversation(ref=named)


def _assurance_at(principal: Principal, kind: IdentityKind, stated: Assurance) -> Assurance:
    """What the caller states; at a till, a card that is shown is possession."""
    if principal.role is Role.STORE and kind in _POSSESSION_KINDS and stated.rank < Assurance.POSSESSION.rank:
        return Assurance.POSSESSION
    return stated


def _ask_view(role: Role, assurance: Assurance) -> ViewName:
    """The view whose facts answer `known/ask`: people of the company see all, everyone else what a bot sees."""
    if role in {Role.ADMIN, Role.CONSOLE}:
        return ViewName.CONSOLE
    return ViewName.BOT_IDENTIFIED if assurance.rank >= Assurance.POSSESSION.rank else ViewName.BOT


def _view_name(request: Request) -> str:
    """The view of the caller, or the one an admin names; a partner's with the `queue` that the partner serves."""
    named, principal = requested_view(request), request.principal
    if named is None:
        return view_name_for(audience_of(principal.role), requested_assurance(request), queue=principal.queue)
    if principal.role is not Role.ADMIN:
        raise RoleNotAllowed("Only the role admin may name a view.")
    return view_name_for(named, requested_assurance(request), queue=text_parameter(request, "queue"))
