"""The routes by which people decide whether two customers are one person, and take that back."""

from service.db.change import DropViews, RecordedChange
from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.errors import Absent, CustomerUnknown
from service.model.decode import decode_json
from service.resolution.decisions import DecidedChange, DecidedMatch, MatchDecisionInput, decide_match
from service.resolution.withdrawal import withdraw_decision
from service.web.http.parameters import uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import route
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES


class DecisionRoutes:
    """The routes of decisions about matches."""

    def __init__(self, database: Database, drop_views: DropViews) -> None:
        self._database = database
        self._drop_views = drop_views

    @route(
        "PUT",
        "/v1/matches/{customer_id}/{other_customer_id}",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="Decide that two customers are one person, different people, one household, or a question for later",
        body=MatchDecisionInput,
        answers={200: DecidedMatch},
        problems=(CustomerUnknown,),
    )
    async def decide_match(self, request: Request) -> Response:
        """Decides of two customers, in either order, whether anything suggested them or not.

        The last decision counts, for all who are merged with either of them as well. Undoing a merge that was decided
        here records that the two are apart. Who decided, when and why is written to the audit trail of both.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        other_id = uuid_in_path(request, "other_customer_id", CustomerUnknown)
        wanted = decode_json(request.raw, MatchDecisionInput)

        async def work(connection: Connection) -> DecidedChange:
            return await decide_match(
                connection, customer_id, other_id, wanted, now=request.now, key_id=request.principal.key_id
            )

        decided = await run_with_retry(self._database, work)
        await self._drop_views([change.customer_id for change in decided.changes])
        return json_response(decided.match)

    @route(
        "DELETE",
        "/v1/matches/{customer_id}/{other_customer_id}",
        roles=CUSTOMER_MANAGER_ROLES,
        summary="Take back what was decided of two customers, as if it had not been",
        answers={204: None},
        problems=(CustomerUnknown, Absent),
    )
    async def withdraw_decision(self, request: Request) -> Response:
        """Makes two customers of those that a decision merged, and opens what speaks for the pair again.

        Who took it back is written to the audit trail of both.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        other_id = uuid_in_path(request, "other_customer_id", CustomerUnknown)

        async def work(connection: Connection) -> list[RecordedChange]:
            return await withdraw_decision(
                connection, customer_id, other_id, now=request.now, key_id=request.principal.key_id
            )

        changes = await run_with_retry(self._database, work)
        await self._drop_views([change.customer_id for change in changes])
        return empty_response()
