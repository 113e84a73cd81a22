"""Routes of the early warning: who may leave, what was done about it, and which rules help."""

from typing import Annotated

from msgspec import Meta

from service.access.audit import ReadAudit
from service.db.pool import Database
from service.errors import Absent, InvalidInput
from service.insight.at_risk import repository as at_risk
from service.insight.at_risk.model import AtRiskList, RecordedRiskAction, RiskActionRequest, RiskRules
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.web.http.parameters import MAX_ITEMS, integer_parameter, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.operations.look_up_budgets import record_shown

AT_RISK_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
AUDIT_VIEW = "at_risk"
_LIMIT = Parameter(
    name="limit",
    shape=Annotated[int, Meta(ge=1, le=MAX_ITEMS)],
    description=f"How many customers at most; {at_risk.MOST_URGENT} unless told.",
)


class AtRiskRoutes:
    """The routes by which people act in time."""

    def __init__(self, database: Database, audit: ReadAudit) -> None:
        self._database = database
        self._audit = audit

    @route(
        "GET",
        "/v1/at-risk",
        roles=AT_RISK_ROLES,
        budgeted=True,
        summary="The customers who may leave, the most urgent first, and why",
        answers={200: AtRiskList},
        parameters=(_LIMIT,),
    )
    async def list_customers_at_risk(self, request: Request) -> Response:
        """Lists those at high or medium risk, as a worker found a moment after their last change, or last night."""
        limit = integer_parameter(request, "limit")
        if limit is not None and not 1 <= limit <= MAX_ITEMS:
            message = f"A number from 1 to {MAX_ITEMS} is expected."
            raise InvalidInput(f"limit: {message}", field="limit", message=message)
        async with self._database.connection() as connection:
            found = await at_risk.list_at_risk(connection, limit=limit or at_risk.MOST_URGENT)
        record_shown(request, self._audit, AUDIT_VIEW, [one.customer_id for one in found.items])
        return json_response(found)

    @route(
        "POST",
        "/v1/at-risk/{customer_id}/actions",
        roles=AT_RISK_ROLES,
        budgeted=True,
        summary="Record what was done about a customer who may leave",
        body=RiskActionRequest,
        answers={201: RecordedRiskAction},
        problems=(Absent,),
    )
    async def record_risk_action(self, request: Request) -> Response:
        """Records an action for the present warning. A customer who is not at risk looks absent."""
        done = decode_json(request.raw, RiskActionRequest)
        customer_id = uuid_in_path(request, "customer_id", Absent)
        async with self._database.transaction() as connection:
            recorded = await at_risk.record_action(
                connection, customer_id, done, by=request.principal.name, now=request.now
            )
        request.subject = recorded.customer_id
        return json_response(recorded, status=201)

    @route(
        "GET",
        "/v1/at-risk/rules",
        roles=AT_RISK_ROLES,
        summary="What came of the warnings, by rule",
        answers={200: RiskRules},
    )
    async def count_risk_rules(self, _request: Request) -> Response:
        """Counts how often each rule fired and was acted on, and whether customers stayed, with an action and without.

        A customer stayed who was in touch, bought, or had a matter solved within 60 days, and did not cancel.
        """
        async with self._database.connection() as connection:
            return json_response(await at_risk.count_by_rule(connection))
