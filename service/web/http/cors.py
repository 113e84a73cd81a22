"""Answers that pages of other origins may read (the CORS protocol of the Fetch standard); everything else is closed."""

from collections.abc import Iterable

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

    def allow_origins(self, handler: Handler) -> Handler:
        """The handler with answers, problems too, that those pages may read."""

        async def answer(request: Request) -> Response:
            try:
                response = await handler(request)
            except AskonceError as error:
                response = problems.problem_response(error)
            return Response(
                response.status, response.body, response.content_type, response.headers + self._headers(request)
            )

        return answer

    def preflight(self, path: str, method: str) -> Route:
        """What a browser asks before it sends JSON with `method` to `path`."""
        allowed: tuple[Header, ...] = (
            (b"access-control-allow-methods", method.encode()),
            (b"access-control-allow-headers", b"content-type"),
            (b"access-control-max-age", b"%d" % _PREFLIGHT_MAX_AGE_S),
        )

        @route("OPTIONS", path, roles=PUBLIC, summary="Whether the page's origin may send this", answers={204: None})
        async def answer_preflight(request: Request) -> Response:
            headers = self._headers(request)
            return empty_response(headers=headers + allowed if len(headers) > 1 else headers)

        return answer_preflight

    def _headers(self, request: Request) -> tuple[Header, ...]:
        origin = request.header(b"origin")
        if origin not in self._origins:
            return (_VARY_ORIGIN,)
        return (_VARY_ORIGIN, (b"access-control-allow-origin", origin.encode()))
