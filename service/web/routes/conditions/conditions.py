"""Routes of special conditions: grant, list, change, revoke."""

from uuid import UUID

from service.access.idempotency import idempotent
from service.conditions import conditions
from service.conditions.model import Condition, ConditionInput, ConditionPatch
from service.db.change import DropViews
from service.db.pool import Database
from service.errors import ConditionNotInForce, ConditionUnknown, CustomerUnknown, InvalidInput
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Role
from service.web.http.parameters import AFTER, LIMIT, idempotent_request, page_request, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, empty_response, json_response
from service.web.http.route import route

GRANTER_ROLES = frozenset({Role.CONSOLE, Role.ADMIN})


class ConditionRoutes:
    """The routes by which people grant conditions and take them back."""

    def __init__(self, database: Database, drop_views: DropViews) -> None:
        self._database = database
        self._drop_views = drop_views

    @route(
        "POST",
        "/v1/customers/{customer_id}/conditions",
        roles=GRANTER_ROLES,
        summary="Grant the customer a special condition",
        body=ConditionInput,
        answers={201: Condition},
        idempotent=True,
        problems=(CustomerUnknown,),
    )
    async def grant_condition(self, request: Request) -> Response:
        """Grants a condition that tills and desks see from now on.

        A repeated Idempotency-Key answers with the first grant.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        requested = decode_json(request.raw, ConditionInput)
        async with (
            self._database.transaction() as connection,
            idempotent(connection, idempotent_request(request, requested), now=request.now) as outcome,
        ):
            if outcome.previous is not None:
                condition, change = await conditions.read_condition(connection, outcome.previous.resource_id)
                return json_response(
                    condition, status=outcome.previous.status, version=change.version, headers=(IDEMPOTENT_REPLAYED,)
                )
            condition, change = await conditions.grant_condition(
                connection, customer_id, requested, now=request.now, key_id=request.principal.key_id
            )
            outcome.set_result(condition.id)
        await self._drop_views([change.customer_id])
        return json_response(condition, status=201, version=change.version)

    @route(
        "GET",
        "/v1/customers/{customer_id}/conditions",
        roles=GRANTER_ROLES,
        budgeted=True,
        summary="The customer's conditions, newest first, past and revoked ones too",
        answers={200: Page[Condition]},
        parameters=(LIMIT, AFTER),
        problems=(CustomerUnknown,),
    )
    async def list_conditions(self, request: Request) -> Response:
        """Lists one page of the customer's conditions. Conditions that are over or revoked are among them."""
        requested_page = page_request(request)
        request.subject = customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        async with self._database.connection() as connection:
            found = await conditions.list_conditions(
                connection,
                customer_id,
                after=_parse_cursor(requested_page.after),
                limit=requested_page.limit,
            )
        next_cursor = None if found.next is None else str(found.next)
        return json_response(Page(items=list(found.conditions), next=next_cursor), version=found.version)

    @route(
        "PATCH",
        "/v1/conditions/{condition_id}",
        roles=GRANTER_ROLES,
        summary="Change a condition; absent fields stay, null removes an end, a limit or a contract",
        body=ConditionPatch,
        answers={200: Condition},
        problems=(ConditionUnknown, ConditionNotInForce),
    )
    async def change_condition(self, request: Request) -> Response:
        """Changes a condition that is in force or to come. The history keeps what it was before."""
        condition_id = uuid_in_path(request, "condition_id", ConditionUnknown)
        patch = decode_json(request.raw, ConditionPatch)
        async with self._database.transaction() as connection:
            condition, change = await conditions.change_condition(
                connection, condition_id, patch, now=request.now, key_id=request.principal.key_id
            )
        await self._drop_views([change.customer_id])
        return json_response(condition, version=change.version)

    @route(
        "DELETE",
        "/v1/conditions/{condition_id}",
        roles=GRANTER_ROLES,
        summary="Revoke a condition from now on; its history stays",
        answers={204: None},
        problems=(ConditionUnknown,),
    )
    async def revoke_condition(self, request: Request) -> Response:
        """Ends a condition at once.

        Tills refuse it from now on, except those that are cut off and work with a snapshot.
        """
        condition_id = uuid_in_path(request, "condition_id", ConditionUnknown)
        async with self._database.transaction() as connection:
            change = await conditions.revoke_condition(
                connection, condition_id, now=request.now, key_id=request.principal.key_id
            )
        await self._drop_views([change.customer_id])
        return empty_response(version=change.version)


def _parse_cursor(after: str | None) -> UUID | None:
    try:
        return None if after is None else UUID(after)
    except ValueError:
        raise InvalidInput(field="after", message="This is no cursor: take the `next` of the page before.") from None
