"""Routes of redemptions: record a use of a condition by its receipt, and take it back."""

from zoneinfo import ZoneInfo

from service.access.model import Principal
from service.conditions import redemptions
from service.conditions.model import Redemption, RedemptionInput
from service.conditions.redemptions import Redeemer
from service.db.change import DropViews
from service.db.pool import Database
from service.errors import (
    ConditionNotInForce,
    ConditionOutOfScope,
    ConditionUnknown,
    ConditionUsedUp,
    ForeignStore,
    IdempotencyKeyReused,
    RedemptionUnknown,
)
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Role
from service.web.http.parameters import AFTER, LIMIT, page_request, text_in_path, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, empty_response, json_response
from service.web.http.route import route
from service.web.routes.conditions.conditions import GRANTER_ROLES

REDEEMER_ROLES = frozenset({Role.STORE, Role.CONSOLE, Role.ADMIN})


class RedemptionRoutes:
    """The routes of the tills; days, months and years of a limit are those of `zone`."""

    def __init__(self, database: Database, drop_views: DropViews, *, zone: ZoneInfo) -> None:
        self._database = database
        self._drop_views = drop_views
        self._zone = zone

    @route(
        "POST",
        "/v1/conditions/{condition_id}/redemptions",
        roles=REDEEMER_ROLES,
        summary="Record a use of the condition, once per receipt",
        body=RedemptionInput,
        answers={201: Redemption},
        problems=(
            ConditionUnknown,
            ConditionNotInForce,
            ConditionOutOfScope,
            ConditionUsedUp,
            ForeignStore,
            IdempotencyKeyReused,
        ),
    )
    async def redeem_condition(self, request: Request) -> Response:
        """Records one use of a condition and counts it against its limit.

        The same receipt again answers with the first record.
        """
        condition_id = uuid_in_path(request, "condition_id", ConditionUnknown)
        requested = decode_json(request.raw, RedemptionInput)
        async with self._database.transaction() as connection:
            result = await redemptions.redeem_condition(
                connection,
                condition_id,
                requested,
                redeemer=_redeemer(request.principal),
                zone=self._zone,
                now=request.now,
            )
        await self._drop_views([result.change.customer_id])
        headers = (IDEMPOTENT_REPLAYED,) if result.replayed else ()
        return json_response(result.redemption, status=201, version=result.change.version, headers=headers)

    @route(
        "GET",
        "/v1/conditions/{condition_id}/redemptions",
        roles=GRANTER_ROLES,
        summary="The uses of the condition, with the flags of those that tills granted offline",
        answers={200: Page[Redemption]},
        parameters=(LIMIT, AFTER),
        problems=(ConditionUnknown,),
    )
    async def list_redemptions(self, request: Request) -> Response:
        """Lists one page of the uses of a condition. Flags mark uses that a till granted while it was offline."""
        requested_page = page_request(request)
        async with self._database.connection() as connection:
            found = await redemptions.list_redemptions(
                connection,
                uuid_in_path(request, "condition_id", ConditionUnknown),
                after=requested_page.after,
                limit=requested_page.limit,
            )
        return json_response(Page(items=found.redemptions, next=found.next), version=found.version)

    @route(
        "DELETE",
        "/v1/conditions/{condition_id}/redemptions/{receipt:path}",
        roles=REDEEMER_ROLES,
        summary="Void the redemption with this receipt: its use is free again",
        answers={204: None},
        problems=(ConditionUnknown, RedemptionUnknown),
    )
    async def void_redemption(self, request: Request) -> Response:
        """Takes a use back, and the limit has room again. The receipt's number may hold slashes."""
        condition_id = uuid_in_path(request, "condition_id", ConditionUnknown)
        receipt = text_in_path(request, "receipt", RedemptionUnknown).removeprefix("/")  # it may hold others: 2026/7
        async with self._database.transaction() as connection:
            change = await redemptions.void_redemption(
                connection, condition_id, receipt, redeemer=_redeemer(request.principal), now=request.now
            )
        await self._drop_views([change.customer_id])
        return empty_response(version=change.version)


def _redeemer(principal: Principal) -> Redeemer:
    return Redeemer(key_id=principal.key_id, till=principal.role is Role.STORE, store=principal.store)
