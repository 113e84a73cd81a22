"""Prometheus metrics of the front, and the page that shows those of the whole process."""

import os

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import PUBLIC, MediaType, Route, route

_REQUEST_SECONDS = Histogram(
    "askonce_request_seconds",
    "Time to answer a request, by route and status; its count is the number of requests.",
    ["method", "route", "status"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class RouteMeter:
    """Counts and times the answers of one route."""

    __slots__ = ("_by_status", "_method", "path")

    def __init__(self, method: str, path: str) -> None:
        self._method = method
        self.path = path
        """The route as it is declared, with the names of its values."""
        self._by_status: dict[int, Histogram] = {}

    def observe(self, status: int, seconds: float) -> None:
        """Add one answer."""
        histogram = self._by_status.get(status)
        if histogram is None:
            histogram = self._by_status[status] = _REQUEST_SECONDS.labels(self._method, self.path, str(status))
        histogram.observe(seconds)


def metrics_routes() -> list[Route]:
    """`GET /metrics`; of all workers where PROMETHEUS_MULTIPROC_DIR names the folder they share."""

    @route(
        "GET",
        "/metrics",
        roles=PUBLIC,
        summary="Metrics for Prometheus; keep it behind the proxy",
        answers={200: MediaType("text/plain")},
    )
    async def show_metrics(_request: Request) -> Response:
        """Shows counters and histograms in the text format of Prometheus. It needs no key."""
        return Response(200, generate_latest(_collector_registry()), CONTENT_TYPE_LATEST.encode())

    return [show_metrics]


def _collector_registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
