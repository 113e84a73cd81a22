"""Answers that pages of other origins may read (the CORS protocol of the Fetch standard); everything else is closed."""

from collections.abc import Iterable

from msgspec.structs import replace

from service.errors import AskonceError
from service.web.http import problems
from service.web.http.request import Request
from service.web.http.response import Header, Response, empty_response
from service.web.http.route import PUBLIC, Handler, Route, route

_VARY_ORIGIN: Header = (b"vary", b"Origin")
_PREFLIGHT_MAX_AGE_S = 600


class Cors:
    """Opens routes to pages of these origins, such as `https://www.example.com`; without cookies, ever."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origins)

    def open_routes(self, routes: Iterable[Route]) -> list[Route]:
        """These routes for those pages; a POST of JSON with the preflight that a browser sends before it."""
        opened = []
        for declared in routes:
            opened.append(replace(declared, handler=self.allow_origins(declared.handler)))
            if declared.method != "GET":
                opened.append(self.preflight(declared))
        return opened

    def allow_origins(self, handler: Handler) -> Handler:
        """The handler with answers, problems too, that those pages may read."""

        async def answer(request: Request) -> Response:
            try:
                response = await handler(request)
            except AskonceError as error:
                response = problems.problem_response(error)
            return replace(response, headers=response.headers + self._headers(request))

        return answer

    def preflight(self, opened: Route) -> Route:
        """What a browser asks before it sends JSON to the route."""
        allowed: tuple[Header, ...] = (
            (b"access-control-allow-methods", opened.method.encode()),
            (b"access-control-allow-headers", b"content-type"),
            (b"access-control-max-age", b"%d" % _PREFLIGHT_MAX_AGE_S),
        )

        @route(
            "OPTIONS",
            opened.path,
            roles=PUBLIC,
            summary="Whether the page's origin may send this",
            description="A browser asks this by itself before a page of another origin sends JSON. The answer names the"
            " method and the headers that are allowed, if the origin is one of ASKONCE_FORM_ORIGINS.",
            operation=f"preflight_{opened.operation}",
            answers={204: None},
        )
        async def answer_preflight(request: Request) -> Response:
            headers = self._headers(request)
            return empty_response(headers=headers + allowed if len(headers) > 1 else headers)

        return answer_preflight

    def _headers(self, request: Request) -> tuple[Header, ...]:
        origin = request.header(b"origin")
        if origin not in self._origins:
            return (_VARY_ORIGIN,)
        return (_VARY_ORIGIN, (b"access-control-allow-origin", origin.encode()))
