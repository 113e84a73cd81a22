"""An application of a few routes, and callers of every role, for the tests of the front itself."""

import re
from typing import Any

import httpx

from service.access.model import Principal
from service.errors import Unauthenticated
from service.model.clock import Clock
from service.model.ids import new_id
from service.model.interaction import RequestShape, ShortText
from service.model.vocabulary import Role
from service.settings.model import Settings
from service.web.application import create_application
from service.web.http.request import Request
from service.web.http.response import Response, empty_response
from service.web.http.route import Route, route

KEYS = {role: f"Bearer {role}" for role in Role}


class Ring:
    """A caller of each role, by the name of the role."""

    def __init__(self) -> None:
        self._callers = {
            key.encode(): Principal(key_id=new_id(), role=role, name=f"the {role}") for role, key in KEYS.items()
        }

    def find_cached(self, authorization: bytes) -> Principal | None:
        return self._callers.get(authorization)

    async def authenticate(self, authorization: bytes) -> Principal:
        raise Unauthenticated


class Note(RequestShape, frozen=True):
    """A body for routes of the tests."""

    text: ShortText


def answering(handler: Any, method: str = "GET", path: str = "/v1/thing", **declared: Any) -> Route:
    """A route that any desk may call."""
    operation = "_".join([method.lower(), *re.findall(r"\w+", path)])
    declared = {
        "roles": {Role.CONSOLE, Role.ADMIN},
        "summary": "Something",
        "operation": operation,
        "answers": {200: None},
    } | declared
    return route(method, path, **declared)(handler)


async def nothing(_request: Request) -> Response:
    """Answer 200 without a body."""
    return empty_response(status=200)


def application(*routes: Route, **settings: Any) -> Any:
    """The routes behind the edge."""
    return create_application(routes, principals=Ring(), settings=Settings(**settings), clock=Clock())


def caller(app: Any, role: Role | None = Role.CONSOLE, **headers: str) -> httpx.AsyncClient:
    """A client with the key of this role, or without one."""
    if role is not None:
        headers["authorization"] = KEYS[role]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://askonce.test", headers=headers)
