"""Routes that show a customer, and the reason that keys of agents' consoles must give for it."""

from collections.abc import Iterable
from urllib.parse import unquote
from uuid import UUID

from msgspec.structs import replace

from service.db.pool import Database
from service.errors import ReasonNeeded
from service.model.vocabulary import Role
from service.privacy.reads.model import KEYS_REASON_FOR, ReasonChoice
from service.privacy.reads.reasons import check_served, give_reason
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import Handler, Parameter, Route

HEADER = b"askonce-reason"
READ_REASON = Parameter(
    name="Askonce-Reason",
    location="header",
    description="Why the customer is opened, in at most 200 characters, percent-encoded (UTF-8) beyond ASCII. It is "
    "kept with the read. Keys of the role `console` must send it for a customer who is not being served, where "
    "ASKONCE_READ_REASON_NEEDED is true.",
)
_SHOWING_POSTS = ("/v1/context/lookup", "/v1/known/ask")


def with_reasons(routes: Iterable[Route], database: Database, *, needed: bool) -> list[Route]:
    """The routes; those that show one customer keep the reason of the request, and ask for one if it is needed."""
    return [
        replace(
            one,
            handler=_explained(one.handler, database, needed=needed),
            parameters=(*one.parameters, READ_REASON),
            problems=(*one.problems, ReasonNeeded),
        )
        if one.budgeted and Role.CONSOLE in _roles_of(one) and _shows(one)
        else one
        for one in routes
    ]


def _roles_of(one: Route) -> frozenset[Role]:
    return one.roles if isinstance(one.roles, frozenset) else frozenset()


def _shows(one: Route) -> bool:
    return one.path in _SHOWING_POSTS or (one.method == "GET" and "{customer_id}" in one.path)


def _explained(handler: Handler, database: Database, *, needed: bool) -> Handler:
    async def answer(request: Request) -> Response:
        response = await handler(request)
        subject, principal = request.subject, request.principal
        if principal.role is not Role.CONSOLE or not isinstance(subject, UUID):
            return response
        if HEADER in request.headers and (said := unquote(request.header(HEADER)).strip()):
            async with database.connection() as connection:
                await give_reason(
                    connection,
                    subject,
                    principal.key_id,
                    ReasonChoice.OTHER,
                    said,
                    now=request.now,
                    good_for=KEYS_REASON_FOR,
                )
        elif needed:
            async with database.connection() as connection:
                await check_served(connection, subject, principal.key_id, now=request.now)
        return response

    return answer
