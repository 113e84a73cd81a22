"""Puts the routes behind Litestar's router and the edge."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

import structlog
from litestar import Litestar, Request, Response, asgi
from litestar.exceptions import HTTPException, NotFoundException

from service.errors import InvalidInput, RouteUnknown
from service.model.clock import Clock
from service.settings.model import Settings
from service.web import problems
from service.web.asgi import App
from service.web.docs import docs_routes
from service.web.edge import Edge
from service.web.endpoint import Endpoint, KeyRing
from service.web.metrics import metrics_routes
from service.web.openapi import openapi_routes
from service.web.problem_pages import problem_routes
from service.web.route import Route, check

log = structlog.get_logger()


def create(routes: Iterable[Route], *, principals: KeyRing, settings: Settings, clock: Clock) -> App:
    """The ASGI application of these routes, their description and the metrics; ConfigurationError if one is not whole."""
    described = list(routes)
    described += [*metrics_routes(), *openapi_routes(described), *docs_routes(described), *problem_routes()]
    by_path: dict[str, list[Route]] = defaultdict(list)
    for route in check(described):
        by_path[route.path].append(route)
    application = Litestar(
        [
            asgi(_litestar_path(path), copy_scope=False)(
                Endpoint(methods, keys=principals, clock=clock, body_timeout_s=settings.body_timeout_s).serve
            )
            for path, methods in by_path.items()
        ],
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
        exception_handlers={Exception: _unrouted},
    )
    return Edge(cast("App", application), in_flight=settings.requests_in_flight)


def _litestar_path(path: str) -> str:
    """Our `{name}` is Litestar's `{name:str}`; `{name:path}` takes the rest of the path."""
    return "/".join(
        f"{part[:-1]}:str}}" if part.startswith("{") and ":" not in part else part for part in path.split("/")
    )


def _unrouted(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The problem of what Litestar itself refuses: a path it does not know, a host that is none."""
    if isinstance(error, NotFoundException):
        error = RouteUnknown()
    elif isinstance(error, HTTPException):
        error = InvalidInput("The request line or a header is not valid.")
    else:
        log.error("request_failed", exc_info=error)
    answer = problems.answer(error)
    return Response(answer.body, status_code=answer.status, media_type=problems.PROBLEM_JSON.decode())
