"""Finds the endpoint of a path and a method in steps that do not grow with the number of routes."""

import re
from collections.abc import Awaitable, Iterable
from urllib.parse import unquote

from msgspec import Struct, field

from service.errors import MethodNotAllowed, RouteUnknown
from service.web.http import problems
from service.web.http.asgi import App, Receive, Scope, Send
from service.web.http.response import Response, empty_response
from service.web.http.route import Route

_ENCODED_SLASH = re.compile(rb"%2[fF]")


class _Target(Struct, frozen=True):
    """The application of one method of a path, and the names of the path's values for it."""

    app: App
    names: tuple[str, ...]


_Methods = dict[str, _Target]


class _Node(Struct):
    """What may follow a part of a path: certain words, else any value (with `takes_rest`, the values after it, too)."""

    methods: _Methods = field(default_factory=dict)
    words: dict[str, "_Node"] = field(default_factory=dict)
    value: "_Node | None" = None
    takes_rest: bool = False

    def next_node(self, part: str) -> "_Node":
        """The node of this part of a declared path, made if it is new."""
        if not part.startswith("{"):
            return self.words.setdefault(part, _Node())
        if self.value is None:
            self.value = _Node(takes_rest=part.endswith(":path}"))
        return self.value


class Router:
    """The routes of the API as one ASGI application; every other path goes to `others`, by default a problem.

    Slashes are one slash, and one at the end of a path is none. HEAD is GET, and OPTIONS without a route of its own
    names the methods of the path.
    """

    def __init__(self, endpoints: Iterable[tuple[Route, App]], others: App | None = None) -> None:
        self._root = _Node()
        self._plain: dict[str, _Methods] = {}
        """The paths without values, as they are declared: found in one step."""
        self._others = others or _answer_unknown
        for route, app in endpoints:
            self._add(route, app)

    def _add(self, route: Route, app: App) -> None:
        node, names = self._root, []
        for part in _parts(route.path):
            if part.startswith("{"):
                names.append(part.strip("{}").partition(":")[0])
            node = node.next_node(part)
        target = _Target(app, tuple(names))
        node.methods[route.method] = target
        if route.method == "GET":
            node.methods["HEAD"] = target
        if not names:
            self._plain[route.path] = node.methods

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one request."""
        methods, values = self._find(scope["path"], scope.get("raw_path") or b"")
        target = methods.get(scope["method"])
        if target is not None:
            scope["path_params"] = dict(zip(target.names, values, strict=True))
            return target.app(scope, receive, send)
        if methods:
            return _send(_other_method_response(scope["method"], methods), scope, send)
        return self._others(scope, receive, send)

    def _find(self, path: str, raw_path: bytes) -> tuple[_Methods, list[str]]:
        """The methods of a path, none if it is not served, and the values in it; one may hold slashes as %2F."""
        methods = self._plain.get(path)
        if methods is not None:
            return methods, []
        node, values, parts = self._root, [], _parts(path)
        if _ENCODED_SLASH.search(raw_path):
            parts = [unquote(part) for part in _parts(raw_path.decode("latin-1"))]
        for number, part in enumerate(parts):
            word = node.words.get(part)
            if word is not None:
                node = word
                continue
            if node.value is None:
                return {}, []
            node = node.value
            if node.takes_rest:
                values.append("/".join(parts[number:]))
                break
            values.append(part)
        return node.methods, values


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _other_method_response(method: str, methods: _Methods) -> Response:
    allowed = ", ".join(sorted({*methods, "OPTIONS"}))
    if method == "OPTIONS":
        return empty_response(headers=((b"allow", allowed.encode()),))
    return problems.problem_response(MethodNotAllowed(allowed))


async def _answer_unknown(scope: Scope, _receive: Receive, send: Send) -> None:
    await _send(problems.problem_response(RouteUnknown()), scope, send)


async def _send(response: Response, scope: Scope, send: Send) -> None:
    await send(response.start_message())
    body = b"" if scope["method"] == "HEAD" else response.body
    await send({"type": "http.response.body", "body": body, "more_body": False})
