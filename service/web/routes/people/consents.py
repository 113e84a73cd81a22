"""Routes of what a customer's data may be used for: consents, restriction and legal holds."""

from collections.abc import Callable

from service.consents.consents import change_consents, read_consents
from service.consents.holds import read_holds, release_hold, set_hold
from service.consents.model import (
    Consents,
    ConsentsInput,
    HoldInput,
    Holds,
    Restriction,
    RestrictionInput,
)
from service.consents.restriction import change_restriction, read_restriction
from service.db.change import DropViews
from service.db.pool import Database
from service.errors import Absent, CustomerRestricted, CustomerUnknown
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.web.http.parameters import text_in_path, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import route
from service.web.restrictions.gate import PRIVACY_ROLES

CONSENT_ROLES = PRIVACY_ROLES | {Role.CONSOLE}
"""An agent records what the customer says, and may read it back."""


class ConsentRoutes:
    """The routes by which it is said what a customer's data may be used for."""

    def __init__(self, database: Database, drop_views: DropViews, note_restriction: Callable[[], None]) -> None:
        self._database = database
        self._drop_views = drop_views
        self._note_restriction = note_restriction

    @route(
        "GET",
        "/v1/customers/{customer_id}/consents",
        restricted_too=True,
        roles=CONSENT_ROLES,
        budgeted=True,
        summary="What a customer's data may be used for, and every statement about it",
        answers={200: Consents},
        problems=(CustomerUnknown, CustomerRestricted),
    )
    async def read_consents(self, request: Request) -> Response:
        """Reads what holds now over the merge set, and the history. Without a statement a purpose is allowed."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        async with self._database.connection() as connection:
            restriction = await read_restriction(connection, customer_id)
            if restriction.restricted and request.principal.role not in PRIVACY_ROLES:
                raise CustomerRestricted
            found = await read_consents(connection, customer_id)
        request.subject = customer_id
        return json_response(found)

    @route(
        "PUT",
        "/v1/customers/{customer_id}/consents",
        restricted_too=True,
        roles=CONSENT_ROLES,
        budgeted=True,
        summary="Record what a customer says its data may be used for",
        body=ConsentsInput,
        answers={200: Consents},
        problems=(CustomerUnknown, CustomerRestricted),
    )
    async def change_consents(self, request: Request) -> Response:
        """Records statements; what was stated before stays in the history.

        A withdrawal takes effect with the answer: views, events and rules leave out what is not allowed any more, and
        what rules had concluded is deleted.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        said, principal = decode_json(request.raw, ConsentsInput), request.principal
        async with self._database.transaction() as connection:
            change = await change_consents(
                connection,
                customer_id,
                said,
                now=request.now,
                key_id=principal.key_id,
                by=principal.name,
                restricted_too=principal.role in PRIVACY_ROLES,
            )
            found = await read_consents(connection, change.customer_id)
        request.subject = change.customer_id
        await self._drop_views([change.customer_id])
        return json_response(found, version=change.version)

    @route(
        "GET",
        "/v1/customers/{customer_id}/restriction",
        roles=PRIVACY_ROLES,
        budgeted=True,
        summary="Whether processing of a customer is restricted",
        answers={200: Restriction},
        problems=(CustomerUnknown,),
    )
    async def read_restriction(self, request: Request) -> Response:
        """Reads whether the customer is restricted, since when, and why."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        async with self._database.connection() as connection:
            found = await read_restriction(connection, customer_id)
        request.subject = customer_id
        return json_response(found)

    @route(
        "PUT",
        "/v1/customers/{customer_id}/restriction",
        roles=PRIVACY_ROLES,
        budgeted=True,
        summary="Restrict processing of a customer, or lift that",
        body=RestrictionInput,
        answers={200: Restriction},
        problems=(CustomerUnknown,),
    )
    async def change_restriction(self, request: Request) -> Response:
        """Restricts the whole merge set, or lifts what restricts it.

        What happens to a restricted customer is recorded, and seen by nobody but the privacy desk; calls that were
        promised are made without a name. Once it is lifted, everything is there as before.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        wanted, principal = decode_json(request.raw, RestrictionInput), request.principal
        async with self._database.transaction() as connection:
            change = await change_restriction(
                connection, customer_id, wanted, now=request.now, key_id=principal.key_id, by=principal.name
            )
            found = await read_restriction(connection, change.customer_id)
        self._note_restriction()
        request.subject = change.customer_id
        await self._drop_views([change.customer_id])
        return json_response(found, version=change.version)

    @route(
        "GET",
        "/v1/customers/{customer_id}/holds",
        roles=PRIVACY_ROLES,
        budgeted=True,
        summary="The legal holds of a customer",
        answers={200: Holds},
        problems=(CustomerUnknown,),
    )
    async def read_holds(self, request: Request) -> Response:
        """Lists the holds in force over the merge set, by name."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        async with self._database.connection() as connection:
            await read_restriction(connection, customer_id)
            found = await read_holds(connection, customer_id, request.now)
        request.subject = customer_id
        return json_response(found)

    @route(
        "PUT",
        "/v1/customers/{customer_id}/holds/{name}",
        roles=PRIVACY_ROLES,
        budgeted=True,
        summary="Hold a customer's data: nothing is erased",
        body=HoldInput,
        answers={200: Holds},
        problems=(CustomerUnknown,),
    )
    async def set_hold(self, request: Request) -> Response:
        """Sets a hold, or replaces the one of this name. Erasure and retention leave the customer as it is."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        name = text_in_path(request, "name", Absent)
        hold, principal = decode_json(request.raw, HoldInput), request.principal
        async with self._database.transaction() as connection:
            change = await set_hold(
                connection, customer_id, name, hold, now=request.now, key_id=principal.key_id, by=principal.name
            )
            found = await read_holds(connection, change.customer_id, request.now)
        request.subject = change.customer_id
        await self._drop_views([change.customer_id])
        return json_response(found, version=change.version)

    @route(
        "DELETE",
        "/v1/customers/{customer_id}/holds/{name}",
        roles=PRIVACY_ROLES,
        budgeted=True,
        summary="Release a hold",
        answers={204: None},
        problems=(CustomerUnknown, Absent),
    )
    async def release_hold(self, request: Request) -> Response:
        """Takes a hold away; who set and released it stays in the audit of changes."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        name = text_in_path(request, "name", Absent)
        async with self._database.transaction() as connection:
            change = await release_hold(connection, customer_id, name, now=request.now, key_id=request.principal.key_id)
        request.subject = change.customer_id
        await self._drop_views([change.customer_id])
        return empty_response(version=change.version)
