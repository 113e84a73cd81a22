"""POST /v1/channels/<adapter>: the doors of the systems that companies already run."""

from collections.abc import Iterable, Sequence
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
from service.inbound.accounts import ChannelAccounts
from service.inbound.deliveries import Deliveries
from service.web.http import problems
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import ANY_MEDIA_TYPE, PUBLIC, MediaType, Method, Route, route

_PATH_SUFFIXES = ("", "/{rest:path}")
_VENDOR_ERROR_RESPONSES: dict[int, object] = dict.fromkeys((400, 401, 404, 406, 413, 503), MediaType(ANY_MEDIA_TYPE))
"""What a door that words refusals for its vendor may answer besides our own problems."""


def channel_routes(
    adapters: Iterable[Adapter], accounts: ChannelAccounts, deliveries: Deliveries, *, public_url: str
) -> list[Route]:
    """The routes of every door."""
    return [one for adapter in adapters for one in _adapter_routes(adapter, accounts, deliveries, public_url)]


def _adapter_routes(
    adapter: Adapter, accounts: ChannelAccounts, deliveries: Deliveries, public_url: str
) -> Sequence[Route]:
    async def receive_delivery(request: Request) -> Response:
        try:
            delivery = _delivery_from_request(request, public_url)
            account, rest = await accounts.find_account(adapter, delivery)
            reply = await deliveries.receive_delivery(adapter, account, _with_rest(delivery, rest))
        except AskonceError as error:
            if adapter.refuse is None:
                raise
            problem = problems.problem_details(error)
            reply = adapter.refuse(problem.status, problem.detail)
        return _reply_response(reply)

    return [
        route(
            cast("Method", method),
            f"/v1/channels/{adapter.name}{address}",
            roles=PUBLIC,
            summary=f"{adapter.title}: a delivery, with the vendor's own proof",
            bodies={ANY_MEDIA_TYPE: Any} if method == "POST" else None,
            body_limit_bytes=adapter.body_limit_bytes,
            answers={200: MediaType(ANY_MEDIA_TYPE), **(_VENDOR_ERROR_RESPONSES if adapter.refuse else {})},
            problems=(ChannelUnknown, DeliveryRefused, InvalidInput, DatabaseUnavailable, DatabaseBusy),
        )(receive_delivery)
        for method in adapter.methods
        for address in _PATH_SUFFIXES
    ]


def _delivery_from_request(request: Request, public_url: str) -> Delivery:
    raw_path: bytes = request.scope.get("raw_path") or request.path.encode()
    query = request.scope["query_string"].decode("latin-1")
    path = raw_path.partition(b"?")[0].decode("latin-1")
    return Delivery(
        raw=request.raw,
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.items()},
        method=request.method,
        rest=request.path_values.get("rest", "").lstrip("/"),
        query_string=query,
        url=f"{public_url.rstrip('/')}{path}{'?' if query else ''}{query}",
        received_at=request.now,
    )


def _with_rest(delivery: Delivery, rest: str) -> Delivery:
    """The delivery as its instance sees it: without the part of the path that named the instance."""
    return delivery if rest == delivery.rest else replace(delivery, rest=rest)


def _reply_response(reply: DeliveryReply) -> Response:
    headers = tuple((name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers)
    return Response(reply.status, reply.body, reply.content_type.encode(), headers)
