"""Puts the routes behind the router and the edge."""

from collections.abc import Iterable

from service.model.clock import Clock
from service.model.vocabulary import Role
from service.settings.model import Settings
from service.web.admission.queue import AdmissionQueue
from service.web.admission.refusals import RefusalPacer
from service.web.console.pages.events import EVENTS_PATH
from service.web.http.asgi import App
from service.web.http.endpoint import Endpoint, KeyAuthenticator
from service.web.http.metrics import metrics_routes
from service.web.http.middleware import RequestMiddleware
from service.web.http.route import MediaType, Route, check_routes
from service.web.http.router import Router
from service.web.http.streaming import EVENT_STREAM
from service.web.openapi.document import openapi_routes
from service.web.openapi.pages import docs_routes
from service.web.openapi.problem_pages import problem_routes

WATCHING_PATHS = ("/health/", "/metrics")
"""What begins like this is served even under overload, so that the service can still be watched."""


def create_application(
    routes: Iterable[Route],
    *,
    principals: KeyAuthenticator,
    settings: Settings,
    clock: Clock,
    pages: App | None = None,
) -> App:
    """The ASGI application of these routes, their description and metrics. ConfigurationError if one is not whole.

    `pages` answers all other paths, behind the same edge.
    """
    all_routes = list(routes)
    all_routes += [*metrics_routes(), *openapi_routes(all_routes), *docs_routes(all_routes), *problem_routes()]
    refusals = RefusalPacer()
    endpoints = [
        (route, Endpoint(route, keys=principals, clock=clock, settings=settings, refusals=refusals).serve)
        for route in check_routes(all_routes)
    ]
    return RequestMiddleware(
        Router(endpoints, others=pages),
        in_flight=settings.requests_in_flight,
        queue=AdmissionQueue(target_s=settings.queue_target_ms / 1000),
        refusals=refusals,
        access_log=settings.access_log,
        always_served=(*WATCHING_PATHS, EVENTS_PATH, *filter(None, map(_unqueued_path, all_routes))),
    )


def _unqueued_path(route: Route) -> str | None:
    """What the path of a route begins with that is served under overload, too: streams of events, work of operators."""
    is_stream = MediaType(EVENT_STREAM) in route.answers.values()
    return route.path.partition("{")[0] if is_stream or route.roles == frozenset({Role.ADMIN}) else None
