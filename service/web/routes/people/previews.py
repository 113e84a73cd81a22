"""Routes that show what a merge, or undoing one, will change."""

from typing import Annotated
from uuid import UUID

import msgspec

from service.db.pool import Database
from service.errors import CustomerUnknown, MergeImpossible
from service.model.decode import decode_json
from service.model.interaction import RequestShape
from service.resolution.effects import preview_merge, preview_unmerge
from service.resolution.model import MergeEffect
from service.web.http.parameters import uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES


class MergePreviewInput(RequestShape, frozen=True):
    """Which customer would be merged into the customer of the path."""

    other: Annotated[UUID, msgspec.Meta(description="Id of the other customer, which stands for its merge set.")]


class MergePreviewRoutes:
    """The routes by which people see the effect of a merge before it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @route(
        "POST",
        "/v1/customers/{customer_id}/merges/preview",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="What merging another customer into this one will change",
        body=MergePreviewInput,
        answers={200: MergeEffect},
        problems=(CustomerUnknown, MergeImpossible),
    )
    async def preview_merge(self, request: Request) -> Response:
        """Shows the golden records before and after, conflicts, and what each would share with the other.

        Nothing is changed by it. The customer of the path is the survivor.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        other_id = decode_json(request.raw, MergePreviewInput).other
        request.subject = customer_id
        async with self._database.connection() as connection:
            effect = await preview_merge(connection, customer_id, other_id, request.now)
        return json_response(effect, version=effect.golden.before.version)

    @route(
        "GET",
        "/v1/customers/{customer_id}/merges/{other_customer_id}/unmerge-preview",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="What undoing the merge of another customer into this one will change",
        answers={200: MergeEffect},
        problems=(CustomerUnknown,),
    )
    async def preview_unmerge(self, request: Request) -> Response:
        """Shows the golden records before and after, and what will be which customer's again.

        Nothing is changed by it.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        other_id = uuid_in_path(request, "other_customer_id", CustomerUnknown)
        request.subject = customer_id
        async with self._database.connection() as connection:
            effect = await preview_unmerge(connection, customer_id, other_id, request.now)
        return json_response(effect, version=effect.golden.before.version)
