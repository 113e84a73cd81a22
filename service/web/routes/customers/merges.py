"""Routes of merge sets: which customers proved to be one person."""

from typing import Annotated
from uuid import UUID

import msgspec

from service.db.change import DropViews
from service.db.pool import Database
from service.errors import CustomerUnknown, MergeImpossible
from service.identity import merge, profile
from service.identity.decisions import DecisionNote
from service.identity.profile import Customer
from service.model.decode import decode_json
from service.model.interaction import RequestShape
from service.web.http.parameters import uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES, change_response


class MergeInput(RequestShape, frozen=True):
    """Whom the customer of the path proved to be as well."""

    other_customer_id: Annotated[
        UUID, msgspec.Meta(description="Id of the customer to merge into the customer of the path.")
    ]
    note: Annotated[
        DecisionNote | None, msgspec.Meta(description="Why they are one person; absent without a reason.")
    ] = None


class MergeRoutes:
    """The routes by which people say who is one person; nothing is ever merged without them."""

    def __init__(self, database: Database, drop_views: DropViews) -> None:
        self._database = database
        self._drop_views = drop_views

    @route(
        "PUT",
        "/v1/customers/{customer_id}/merges",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="Merge another customer into this one, after they proved to be one person",
        body=MergeInput,
        answers={200: Customer},
        problems=(CustomerUnknown, MergeImpossible),
    )
    async def merge_customers(self, request: Request) -> Response:
        """Makes this customer the survivor for the other one, with its identities and history. It can be undone."""
        survivor_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        wanted = decode_json(request.raw, MergeInput)
        async with self._database.transaction() as connection:
            changes = await merge.merge_customers(
                connection,
                survivor_id,
                wanted.other_customer_id,
                now=request.now,
                key_id=request.principal.key_id,
                note=wanted.note,
            )
            customer = await profile.read_customer(connection, survivor_id)
        return await change_response(self._drop_views, request, customer, *changes)

    @route(
        "DELETE",
        "/v1/customers/{customer_id}/merges/{other_customer_id}",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="Undo the merge of another customer into this one",
        answers={200: Customer},
        problems=(CustomerUnknown,),
    )
    async def unmerge_customers(self, request: Request) -> Response:
        """Separates the two customers again. Both have their identities and history as before."""
        survivor_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        other_id = uuid_in_path(request, "other_customer_id", CustomerUnknown)
        async with self._database.transaction() as connection:
            changes = await merge.unmerge_customers(
                connection, survivor_id, other_id, now=request.now, key_id=request.principal.key_id
            )
            customer = await profile.read_customer(connection, survivor_id)
        return await change_response(self._drop_views, request, customer, *changes)
