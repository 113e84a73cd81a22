"""Routes of webhooks: who outside is told, what did not arrive, and to try that again."""

from typing import Annotated

from msgspec import Meta, Struct

from service.db.pool import Database
from service.errors import WebhookAddressRefused, WebhookDisabled, WebhookUnknown
from service.events import deliveries, webhooks
from service.events.model import DeliveryState, ReplayRequest, StoredWebhook, Webhook, WebhookDelivery, WebhookRequest
from service.events.transport import Resolve
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Role
from service.web.http.parameters import AFTER, LIMIT, enum_parameter, integer_parameter, page_request, text_in_path
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import Parameter, route

_WEBHOOK_ROLES = frozenset({Role.ADMIN})
_STATE = Parameter(
    name="state",
    shape=DeliveryState,
    description="`dead`: those that were given up; `pending`: those that wait; `failing`: those of them with a failed "
    "try. Unless told, those that are dead or failing.",
)


class ReplayAnswer(Struct, frozen=True, kw_only=True):
    """How many deliveries wait again; more may be left while that is 10,000."""

    replayed: Annotated[int, Meta(description="Deliveries that wait again; at 10,000 more may be left.")]


class WebhookRoutes:
    """The routes by which admins decide who is told."""

    def __init__(self, database: Database, resolve: Resolve, *, allow_private: bool) -> None:
        self._database = database
        self._resolve = resolve
        self._allow_private = allow_private

    @route(
        "PUT",
        "/v1/webhooks/{name}",
        roles=_WEBHOOK_ROLES,
        summary="Store a webhook, enabled; the answer that creates it shows its secret, once",
        body=WebhookRequest,
        answers={200: StoredWebhook, 201: StoredWebhook},
        problems=(WebhookAddressRefused,),
    )
    async def put_webhook(self, request: Request) -> Response:
        """Creates or replaces a webhook and enables it. Only the answer that creates it holds its secret."""
        stored, created = await webhooks.store_webhook(
            self._database,
            request.path_values["name"],
            decode_json(request.raw, WebhookRequest),
            resolve=self._resolve,
            allow_private=self._allow_private,
            now=request.now,
        )
        return json_response(stored, status=201 if created else 200)

    @route(
        "POST",
        "/v1/webhooks/{name}/rotate",
        roles=_WEBHOOK_ROLES,
        summary="A new secret; the one of before signs beside it for a day",
        answers={200: StoredWebhook},
        problems=(WebhookUnknown,),
    )
    async def rotate_webhook_secret(self, request: Request) -> Response:
        """Replaces the secret and shows the new one, once. For a day every message bears a signature by each of both.

        What waits stays and is signed when it is sent.
        """
        async with self._database.transaction() as connection:
            name = text_in_path(request, "name", WebhookUnknown)
            stored = await webhooks.rotate_secret(connection, name, now=request.now)
        return json_response(stored)

    @route(
        "POST",
        "/v1/webhooks/{name}/pause",
        roles=_WEBHOOK_ROLES,
        summary="Let a webhook wait: nothing is sent, and nothing is lost",
        answers={200: Webhook},
        problems=(WebhookUnknown,),
    )
    async def pause_webhook(self, request: Request) -> Response:
        """Sends nothing more until the webhook is resumed. Events are queued meanwhile; a paused one stays as it is."""
        async with self._database.transaction() as connection:
            name = text_in_path(request, "name", WebhookUnknown)
            paused = await webhooks.pause_webhook(connection, name, request.now)
        return json_response(paused)

    @route(
        "POST",
        "/v1/webhooks/{name}/resume",
        roles=_WEBHOOK_ROLES,
        summary="Let a paused webhook go on, with what waited",
        answers={200: Webhook},
        problems=(WebhookUnknown,),
    )
    async def resume_webhook(self, request: Request) -> Response:
        """Sends what waited, and goes on. One that was disabled by a 410 is enabled by storing it again."""
        async with self._database.transaction() as connection:
            name = text_in_path(request, "name", WebhookUnknown)
            resumed = await webhooks.pause_webhook(connection, name, None)
        return json_response(resumed)

    @route(
        "GET",
        "/v1/webhooks",
        roles=_WEBHOOK_ROLES,
        summary="The webhooks, with how many deliveries wait and were given up",
        answers={200: Page[Webhook]},
        parameters=(LIMIT, AFTER),
    )
    async def list_webhooks(self, request: Request) -> Response:
        """Lists one page of webhooks with the numbers of pending and dead deliveries."""
        requested_page = page_request(request)
        async with self._database.connection() as connection:
            found = await webhooks.list_webhooks(connection, after=requested_page.after, limit=requested_page.limit + 1)
        next_cursor = found[requested_page.limit - 1].name if len(found) > requested_page.limit else None
        return json_response(Page(items=found[: requested_page.limit], next=next_cursor))

    @route(
        "DELETE",
        "/v1/webhooks/{name}",
        roles=_WEBHOOK_ROLES,
        summary="Forget a webhook and everything on its way there",
        answers={204: None},
        problems=(WebhookUnknown,),
    )
    async def delete_webhook(self, request: Request) -> Response:
        """Deletes the webhook with all its pending and dead deliveries."""
        async with self._database.transaction() as connection:
            await webhooks.delete_webhook(connection, text_in_path(request, "name", WebhookUnknown))
        return empty_response()

    @route(
        "GET",
        "/v1/webhooks/{name}/deliveries",
        roles=_WEBHOOK_ROLES,
        summary="What did not arrive at a webhook: given up, or waiting to be tried again",
        answers={200: Page[WebhookDelivery]},
        parameters=(_STATE, LIMIT, AFTER),
        problems=(WebhookUnknown,),
    )
    async def list_webhook_deliveries(self, request: Request) -> Response:
        """Lists one page of deliveries that were given up or have failed so far. Delivered ones are not kept."""
        requested_page, after = page_request(request), integer_parameter(request, "after") or 0
        state = enum_parameter(request, "state", DeliveryState)
        async with self._database.connection() as connection:
            webhook_id = await webhooks.find_webhook_id(connection, text_in_path(request, "name", WebhookUnknown))
            found = await deliveries.list_deliveries(
                connection, webhook_id, state=state, after=after, limit=requested_page.limit + 1
            )
        next_cursor = str(found[requested_page.limit - 1].event_id) if len(found) > requested_page.limit else None
        return json_response(Page(items=found[: requested_page.limit], next=next_cursor))

    @route(
        "POST",
        "/v1/webhooks/{name}/replay",
        roles=_WEBHOOK_ROLES,
        summary="Try what was given up again, the oldest 10,000 first",
        body=ReplayRequest,
        answers={200: ReplayAnswer},
        problems=(WebhookUnknown, WebhookDisabled),
    )
    async def replay_webhook_deliveries(self, request: Request) -> Response:
        """Makes dead deliveries pending again, at most 10,000 a request. A disabled webhook is refused.

        Without a body all of them; else those of events since a time, or the one of an event.
        """
        requested = decode_json(request.raw or b"{}", ReplayRequest)
        async with self._database.transaction() as connection:
            webhook_id = await webhooks.find_enabled_webhook_id(
                connection, text_in_path(request, "name", WebhookUnknown)
            )
            replayed = await deliveries.replay_dead_deliveries(connection, webhook_id, request.now, requested)
        return json_response(ReplayAnswer(replayed=replayed))
