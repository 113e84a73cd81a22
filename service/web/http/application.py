"""Puts the routes behind Litestar's router and the edge."""

from collections.abc import Iterable
from typing import Any, cast

import structlog
from litestar import HttpMethod, Litestar, Response
from litestar import Request as LitestarRequest
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.handlers import HTTPRouteHandler

from service.errors import InvalidInput, MethodNotAllowed, RouteUnknown
from service.model.clock import Clock
from service.model.vocabulary import Role
from service.settings.model import Settings
from service.web.admission.queue import AdmissionQueue
from service.web.admission.refusals import RefusalPacer
from service.web.http import problems
from service.web.http.asgi import App
from service.web.http.endpoint import Endpoint, KeyAuthenticator
from service.web.http.metrics import metrics_routes
from service.web.http.middleware import RequestMiddleware
from service.web.http.route import MediaType, Route, check_routes
from service.web.http.streaming import EVENT_STREAM
from service.web.openapi.document import openapi_routes
from service.web.openapi.pages import docs_routes
from service.web.openapi.problem_pages import problem_routes

log = structlog.get_logger()

WATCHING_PATHS = ("/health/", "/metrics")
"""What begins like this is served even under overload, so that the service can still be watched."""


def create_application(
    routes: Iterable[Route], *, principals: KeyAuthenticator, settings: Settings, clock: Clock
) -> App:
    """The ASGI application of these routes, their description and metrics. ConfigurationError if one is not whole."""
    all_routes = list(routes)
    all_routes += [*metrics_routes(), *openapi_routes(all_routes), *docs_routes(all_routes), *problem_routes()]
    refusals = RefusalPacer()
    application = Litestar(
        [
            _litestar_handler(
                route, Endpoint(route, keys=principals, clock=clock, settings=settings, refusals=refusals)
            )
            for route in sorted(check_routes(all_routes), key=_options_first)
        ],
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
        exception_handlers={Exception: _router_problem_response},
    )
    return RequestMiddleware(
        cast("App", application),
        in_flight=settings.requests_in_flight,
        queue=AdmissionQueue(target_s=settings.queue_target_ms / 1000),
        refusals=refusals,
        always_served=(*WATCHING_PATHS, *filter(None, map(_unqueued_path, all_routes))),
    )


def _unqueued_path(route: Route) -> str | None:
    """What the path of a route begins with that is served under overload, too: streams of events, work of operators."""
    is_stream = MediaType(EVENT_STREAM) in route.answers.values()
    return route.path.partition("{")[0] if is_stream or route.roles == frozenset({Role.ADMIN}) else None


def _options_first(route: Route) -> bool:
    """Sorts routes that answer OPTIONS themselves before those of the same path, for which Litestar adds an answer."""
    return route.method != "OPTIONS"


def _litestar_handler(route: Route, endpoint: Endpoint) -> HTTPRouteHandler:
    """The route as Litestar's router knows it: its one middleware is the endpoint, which answers by itself.

    (An ASGI handler would say so more plainly, but Litestar 2.25 does not find one whose path has values in it.)
    """

    def endpoint_middleware(app: object) -> Any:
        del app
        return endpoint.serve

    async def never_called() -> None:
        raise NotImplementedError

    methods = [HttpMethod.GET, HttpMethod.HEAD] if route.method == "GET" else [HttpMethod(route.method)]
    register = HTTPRouteHandler(_litestar_path(route.path), http_method=methods, middleware=[endpoint_middleware])
    return register(never_called)


def _litestar_path(path: str) -> str:
    """Our `{name}` is Litestar's `{name:str}`; `{name:path}` takes the rest of the path."""
    return "/".join(
        f"{part[:-1]}:str}}" if part.startswith("{") and ":" not in part else part for part in path.split("/")
    )


def _router_problem_response(_request: LitestarRequest[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The problem of what the router refuses: a path or method it does not know, a host that is none."""
    if isinstance(error, NotFoundException):
        error = RouteUnknown()
    elif isinstance(error, MethodNotAllowedException):
        allowed = (error.headers or {}).get("allow", "")
        error = MethodNotAllowed(", ".join(sorted(allowed.split(", "))))
    elif isinstance(error, HTTPException):
        error = InvalidInput("The request line or a header is not valid.")
    else:
        log.error("request_failed", exc_info=error)
    answer = problems.problem_response(error)
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return Response(answer.body, status_code=answer.status, media_type=answer.content_type.decode(), headers=headers)
