"""POST /v1/channels/<adapter>: the doors of the systems that companies already run."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast

from msgspec.structs import replace

from service.channels.base import Adapter, Delivery, DeliveryReply
from service.errors import (
    AskonceError,
    ChannelUnknown,
    DatabaseBusy,
    DatabaseUnavailable,
    DeliveryRefused,
    InvalidInput,
)
from service.inbound.accounts import DELIVERIES, ChannelAccounts
from service.inbound.deliveries import Deliveries
from service.web.http import problems
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import ANY_MEDIA_TYPE, PUBLIC, MediaType, Method, Route, route
from service.web.routes.channels.delivery_log import delivery_log_routes

_PATH_SUFFIXES = ("", "/{rest:path}")
_VENDOR_ERROR_RESPONSES: dict[int, object] = dict.fromkeys((400, 401, 404, 406, 413, 503), MediaType(ANY_MEDIA_TYPE))
"""What a door that words refusals for its vendor may answer besides our own problems."""


def channel_routes(
    adapters: Iterable[Adapter], accounts: ChannelAccounts, deliveries: Deliveries, *, public_url: str
) -> list[Route]:
    """The routes of every door, and the list of what came through each if that is logged."""
    doors = [ChannelRoutes(adapter, accounts, deliveries, public_url) for adapter in adapters]
    listed = [] if deliveries.log is None else delivery_log_routes(deliveries.log, [one.name for one in doors])
    return [*(one for door in doors for one in door.routes()), *listed]


class ChannelRoutes:
    """The routes of one door: each of its methods, with and without a rest of the path."""

    def __init__(self, adapter: Adapter, accounts: ChannelAccounts, deliveries: Deliveries, public_url: str) -> None:
        self._adapter = adapter
        self._accounts = accounts
        self._deliveries = deliveries
        self._public_url = public_url

    @property
    def name(self) -> str:
        """The name of the door."""
        return self._adapter.name

    def routes(self) -> list[Route]:
        """One route for each method and form of the path."""
        methods = [cast("Method", method) for method in self._adapter.methods]
        doors = [self._declare(method, suffix) for method in methods for suffix in _PATH_SUFFIXES]
        at_root = [
            replace(one, path=f"/{path}", handler=partial(self._receive_at_root, path), described=False)
            for one in map(self._declare, methods)
            for path in self._adapter.root_paths
        ]
        # `GET …/deliveries` is the list of a door's deliveries, whatever its name: a delivery to that path stays one.
        beside_list = [
            replace(
                one,
                path=f"/v1/channels/{self._adapter.name}/{DELIVERIES}",
                handler=partial(self._receive_at_root, DELIVERIES),
                described=False,
            )
            for one in map(self._declare, methods)
            if one.method != "GET"
        ]
        return doors + at_root + beside_list

    async def receive_delivery(self, request: Request) -> Response:
        """Registers what another system sends. The account's own proof, such as a signature, stands for a key."""
        adapter, delivery = self._adapter, _delivery_from_request(request, self._public_url)
        account, rest = await self._accounts.find_account(adapter, delivery)
        return _reply_response(await self._deliveries.receive_delivery(adapter, account, _with_rest(delivery, rest)))

    async def _receive_at_root(self, path: str, request: Request) -> Response:
        """The same for a path that tells no rest, such as that of a client that was told no more than the host."""
        request.path_values["rest"] = path
        return await self.receive_delivery(request)

    def _declare(self, method: Method, suffix: str = "") -> Route:
        adapter = self._adapter
        declared = route(
            method,
            f"/v1/channels/{adapter.name}{suffix}",
            roles=PUBLIC,
            restricted_too=True,
            summary=f"{adapter.title}: a delivery, with the vendor's own proof",
            operation=_operation_name(adapter, method, suffix),
            bodies={ANY_MEDIA_TYPE: Any} if method == "POST" else None,
            body_limit_bytes=adapter.body_limit_bytes,
            answers={200: MediaType(ANY_MEDIA_TYPE), **(_VENDOR_ERROR_RESPONSES if adapter.refuse else {})},
            problems=(ChannelUnknown, DeliveryRefused, InvalidInput, DatabaseUnavailable, DatabaseBusy),
        )(self.receive_delivery)
        return replace(declared, refuse=None if adapter.refuse is None else partial(_refusal, adapter.refuse))


def _operation_name(adapter: Adapter, method: Method, suffix: str) -> str:
    """Such as `receive_rasa_delivery`; the other methods and the longer path say so at the end."""
    name = f"receive_{adapter.name.replace('-', '_')}_delivery"
    if method != "POST":
        name += f"_by_{method.lower()}"
    return f"{name}_at_path" if suffix else name


def _delivery_from_request(request: Request, public_url: str) -> Delivery:
    raw_path: bytes = request.scope.get("raw_path") or request.path.encode()
    query = request.scope["query_string"].decode("latin-1")
    path = raw_path.partition(b"?")[0].decode("latin-1")
    return Delivery(
        raw=request.raw,
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.items()},
        method=request.method,
        rest=request.path_values.get("rest", "").lstrip("/").replace("\x00", ""),  # PostgreSQL cannot store NUL
        query_string=query,
        url=f"{public_url.rstrip('/')}{path}{'?' if query else ''}{query}",
        received_at=request.now,
    )


def _with_rest(delivery: Delivery, rest: str) -> Delivery:
    """The delivery as its instance sees it: without the part of the path that named the instance."""
    return delivery if rest == delivery.rest else replace(delivery, rest=rest)


def _refusal(refuse: Callable[[int, str], DeliveryReply], error: AskonceError) -> Response:
    """The error as the vendor's clients understand it."""
    problem = problems.problem_details(error)
    response = _reply_response(refuse(problem.status, problem.detail))
    return replace(response, headers=response.headers + problems.problem_of(type(error)).headers)


def _reply_response(reply: DeliveryReply) -> Response:
    headers = tuple((name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers)
    return Response(reply.status, reply.body, reply.content_type.encode(), headers)
