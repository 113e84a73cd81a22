"""GET /v1/channels/<name>/deliveries: what became of the latest deliveries of a door."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from msgspec.structs import replace

from service.errors import ChannelUnknown, InvalidInput
from service.inbound.accounts import DELIVERIES
from service.inbound.delivery_log import ChannelDelivery, DeliveryLog
from service.model.page import Page
from service.model.vocabulary import DeliveryOutcome, Role
from service.web.http.parameters import AFTER, LIMIT, enum_parameter, page_request, text_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, Route, route, routes_of

CHANNEL_READER_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
_OUTCOME = Parameter(
    name="outcome", shape=DeliveryOutcome, description="Only deliveries of this outcome; unless told, all of them."
)


class DeliveryLogRoutes:
    """The route by which operators see what comes through a door."""

    def __init__(self, log: DeliveryLog) -> None:
        self._log = log

    @route(
        "GET",
        "/v1/channels/{name}/deliveries",
        roles=CHANNEL_READER_ROLES,
        summary="The latest deliveries to a door, and what became of them, newest first",
        answers={200: Page[ChannelDelivery]},
        parameters=(_OUTCOME, LIMIT, AFTER),
        problems=(ChannelUnknown,),
    )
    async def list_channel_deliveries(self, request: Request) -> Response:
        """Lists one page of deliveries to the door of this name, also those that were refused; never their content.

        Of each outcome the latest 200 are kept, for a week at most. Other processes of the service write theirs once a
        second.
        """
        requested_page = page_request(request)
        page = await self._log.list_deliveries(
            text_in_path(request, "name", ChannelUnknown),
            outcome=enum_parameter(request, "outcome", DeliveryOutcome),
            after=None if requested_page.after is None else _cursor(requested_page.after),
            limit=requested_page.limit,
        )
        return json_response(page)


def delivery_log_routes(log: DeliveryLog, adapters: Iterable[str]) -> list[Route]:
    """The list of a door's deliveries, also of one that is called as its adapter is, which has paths of its own."""
    (declared,) = routes_of(DeliveryLogRoutes(log))

    async def list_of(name: str, request: Request) -> Response:
        request.path_values["name"] = name
        return await declared.handler(request)

    return [
        declared,
        *(
            replace(declared, path=f"/v1/channels/{name}/{DELIVERIES}", handler=partial(list_of, name), described=False)
            for name in adapters
        ),
    ]


def _cursor(after: str) -> UUID:
    try:
        return UUID(after)
    except ValueError:
        message = "This is no cursor: take the `next` of the page before."
        raise InvalidInput(f"after: {message}", field="after", message=message) from None
