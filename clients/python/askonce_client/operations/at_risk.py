"""Operations of `at_risk`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class AtRiskOperations(Sender):
    """Operations of `at_risk`."""

    def list_customers_at_risk(self, *, limit: int | None = None) -> shapes.AtRiskList:
        """The customers who may leave, the most urgent first, and why."""
        return self._send(Call[shapes.AtRiskList]("GET", "/v1/at-risk", (shapes.AtRiskList,), query={"limit": limit}))

    def count_risk_rules(self) -> shapes.RiskRules:
        """What came of the warnings, by rule."""
        return self._send(Call[shapes.RiskRules]("GET", "/v1/at-risk/rules", (shapes.RiskRules,)))

    def record_risk_action(self, customer_id: UUID, body: shapes.RiskActionRequest) -> shapes.RecordedRiskAction:
        """Record what was done about a customer who may leave."""
        return self._send(
            Call[shapes.RecordedRiskAction](
                "POST", f"/v1/at-risk/{in_path(customer_id)}/actions", (shapes.RecordedRiskAction,), body=body
            )
        )


class AsyncAtRiskOperations(AsyncSender):
    """The same, awaited."""

    async def list_customers_at_risk(self, *, limit: int | None = None) -> shapes.AtRiskList:
        """The customers who may leave, the most urgent first, and why."""
        return await self._send(
            Call[shapes.AtRiskList]("GET", "/v1/at-risk", (shapes.AtRiskList,), query={"limit": limit})
        )

    async def count_risk_rules(self) -> shapes.RiskRules:
        """What came of the warnings, by rule."""
        return await self._send(Call[shapes.RiskRules]("GET", "/v1/at-risk/rules", (shapes.RiskRules,)))

    async def record_risk_action(self, customer_id: UUID, body: shapes.RiskActionRequest) -> shapes.RecordedRiskAction:
        """Record what was done about a customer who may leave."""
        return await self._send(
            Call[shapes.RecordedRiskAction](
                "POST", f"/v1/at-risk/{in_path(customer_id)}/actions", (shapes.RecordedRiskAction,), body=body
            )
        )
