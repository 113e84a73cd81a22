"""Routes of how a customer wants to be contacted."""

from service.db.change import DropViews
from service.db.pool import Database
from service.errors import CustomerUnknown
from service.identity.preferences import ContactPreferences, PreferencesInput, change_preferences, read_preferences
from service.model.decode import decode_json
from service.web.http.parameters import uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES, CUSTOMER_WRITER_ROLES
from service.web.routes.customers.receipts import ChangeReceipt, record_or_receipt


class PreferenceRoutes:
    """The routes by which wishes of customers are stated and read."""

    def __init__(self, database: Database, drop_views: DropViews) -> None:
        self._database = database
        self._drop_views = drop_views

    @route(
        "GET",
        "/v1/customers/{customer_id}/preferences",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="How a customer wants to be contacted",
        answers={200: ContactPreferences},
        problems=(CustomerUnknown,),
    )
    async def read_preferences(self, request: Request) -> Response:
        """Reads the wishes that count now. Of merged customers the strictest of each counts."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        async with self._database.connection() as connection:
            found = await read_preferences(connection, customer_id, request.now)
        request.subject = found.customer_id
        return json_response(found.preferences, version=found.version)

    @route(
        "PUT",
        "/v1/customers/{customer_id}/preferences",
        roles=CUSTOMER_WRITER_ROLES,
        budgeted=True,
        summary="State how a customer wants to be contacted, and for what not",
        body=PreferencesInput,
        answers={200: ContactPreferences | ChangeReceipt},
        problems=(CustomerUnknown,),
    )
    async def change_preferences(self, request: Request) -> Response:
        """Replaces the wishes that are sent. Callbacks that the customer did not ask for respect them.

        The answer is what counts now, which may be stricter for merged customers. A key that may not read customers
        gets a receipt with the id and the version.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        wishes = decode_json(request.raw, PreferencesInput)
        async with self._database.transaction() as connection:
            change = await change_preferences(
                connection, customer_id, wishes, now=request.now, key_id=request.principal.key_id
            )
            found = await read_preferences(connection, change.customer_id, request.now)
        await self._drop_views([change.customer_id])
        shown = record_or_receipt(
            found.preferences, request.principal, record_id=change.customer_id, version=change.version
        )
        return json_response(shown, version=change.version)
