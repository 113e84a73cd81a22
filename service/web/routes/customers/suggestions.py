"""Routes of merge suggestions: which customers may be one person, and that two of them are not."""

from typing import Annotated

import msgspec

from service.db.change import DropViews
from service.db.pool import Database
from service.errors import CustomerUnknown
from service.identity import profile, suggestions
from service.identity.suggestions import MergeSuggestion, SuggestedPair
from service.model.page import Page
from service.web.http.parameters import AFTER, LIMIT, page_request, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES


class MergeSuggestions(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks for other customers being the same person."""

    items: Annotated[list[MergeSuggestion], msgspec.Meta(description="Suggestions, the newest first.")]


class SuggestionRoutes:
    """The routes by which people find customers that may be one person, and dismiss those that are not."""

    def __init__(self, database: Database, drop_views: DropViews) -> None:
        self._database = database
        self._drop_views = drop_views

    @route(
        "GET",
        "/v1/customers/{customer_id}/merge-suggestions",
        roles=CUSTOMER_MANAGER_ROLES,
        budgeted=True,
        summary="What speaks for other customers being the same person, newest first",
        answers={200: MergeSuggestions},
        problems=(CustomerUnknown,),
    )
    async def list_merge_suggestions(self, request: Request) -> Response:
        """Lists evidence that other customers are the same person. Nothing is merged by it."""
        async with self._database.connection() as connection:
            customer = await profile.read_customer(connection, uuid_in_path(request, "customer_id", CustomerUnknown))
            request.subject = customer.id
            found = await suggestions.list_merge_suggestions(connection, customer.id, now=request.now)
        return json_response(MergeSuggestions(items=found), version=customer.version)

    @route(
        "GET",
        "/v1/merge-suggestions",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="All pairs of customers that may be one person, the newest first",
        answers={200: Page[SuggestedPair]},
        parameters=(LIMIT, AFTER),
    )
    async def list_suggested_pairs(self, request: Request) -> Response:
        """Lists one page of pairs, each once with what speaks for it. Merged and dismissed pairs are left out."""
        wanted = page_request(request)
        async with self._database.connection() as connection:
            page = await suggestions.list_suggested_pairs(
                connection, now=request.now, after=wanted.after, limit=wanted.limit
            )
        return json_response(page)

    @route(
        "DELETE",
        "/v1/customers/{customer_id}/merge-suggestions/{other_customer_id}",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="Dismiss for good that another customer is the same person",
        answers={204: None},
        problems=(CustomerUnknown,),
    )
    async def dismiss_merge_suggestion(self, request: Request) -> Response:
        """Says that the two customers are different people. No later interaction suggests the pair again.

        That holds for their merge sets too. Who dismissed is written to the audit trail of both.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        other_id = uuid_in_path(request, "other_customer_id", CustomerUnknown)
        async with self._database.transaction() as connection:
            changes = await suggestions.dismiss_suggestion(
                connection, customer_id, other_id, now=request.now, key_id=request.principal.key_id
            )
        await self._drop_views([change.customer_id for change in changes])
        return empty_response(version=changes[0].version)
