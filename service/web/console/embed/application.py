"""The card's handlers behind the card's own guard, beside the console's."""

from collections.abc import Callable
from typing import Any

from litestar import Response, Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from msgspec import structs

from service.db.pool import Database
from service.errors import Unauthenticated
from service.web.console.embed.card import CardGuard, CardNeedsTls, CardVisit, EmbeddingOff
from service.web.console.embed.hints import HintPages
from service.web.console.embed.pages import CardPages
from service.web.console.embed.sign_in import CardSignIn
from service.web.console.guard import RequestGuard
from service.web.console.refusals import PageRefusal, problem_page, router_error
from service.web.console.visit import Connection, HttpRequest


def card_router(
    guard: RequestGuard, database: Database, origins: str, dependencies: dict[str, Provide], max_form_bytes: int
) -> Router:
    """The routes below /embed, for frames of desks at these origins."""
    card_guard = CardGuard(**structs.asdict(guard), origins=tuple(origins.split()), database=database)

    async def admit(connection: Connection, handler: BaseRouteHandler) -> None:
        await card_guard.admit(connection, handler)

    def visit_of(request: HttpRequest) -> CardVisit:
        return _visit_of(card_guard, request)

    def the_guard() -> CardGuard:
        return card_guard

    own: dict[str, Callable[..., object]] = {"visit": visit_of, "card_guard": the_guard}
    return Router(
        "/",
        route_handlers=[CardPages, CardSignIn, HintPages],
        guards=[admit],
        dependencies=dependencies | {name: Provide(one, sync_to_thread=False) for name, one in own.items()},
        exception_handlers={Exception: _refusal_of(card_guard)},
        request_max_body_size=max_form_bytes,
    )


def _visit_of(guard: CardGuard, request: HttpRequest) -> CardVisit:
    visit = guard.visit_of(request)
    assert isinstance(visit, CardVisit)
    return visit


def _refusal_of(guard: CardGuard) -> PageRefusal:
    """The answer to an error on its way out of the card's handlers."""

    def refuse(request: HttpRequest, raised: Exception) -> Response[Any]:
        visit, error = _visit_of(guard, request), router_error(raised)
        match error:
            case EmbeddingOff():
                return visit.card("embed/off.html", status=404)
            case CardNeedsTls():
                return visit.card("embed/needs_tls.html", status=404)
            case Unauthenticated():
                return visit.sign_in(status=401)
        return problem_page(visit, error, "embed/problem.html")

    return refuse
