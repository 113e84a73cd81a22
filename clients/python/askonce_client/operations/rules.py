"""Operations of `rules`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class RulesOperations(Sender):
    """Operations of `rules`."""

    def list_rules(self, *, limit: int | None = None, after: str | None = None) -> shapes.RulePage:
        """All rules, those that askonce brings along too."""
        return self._send(
            Call[shapes.RulePage]("GET", "/v1/rules", (shapes.RulePage,), query={"limit": limit, "after": after})
        )

    def try_rule(self, body: shapes.RuleDryRun) -> shapes.DryRunResult:
        """Whom a rule would have met."""
        return self._send(Call[shapes.DryRunResult]("POST", "/v1/rules/dry-run", (shapes.DryRunResult,), body=body))

    def define_rule(self, name: str, body: shapes.RuleInput) -> shapes.Rule:
        """Define a rule that advises what to do next."""
        return self._send(Call[shapes.Rule]("PUT", f"/v1/rules/{in_path(name)}", (shapes.Rule,), body=body))

    def read_rule(self, name: str) -> shapes.Rule:
        """A rule."""
        return self._send(Call[shapes.Rule]("GET", f"/v1/rules/{in_path(name)}", (shapes.Rule,)))

    def delete_rule(self, name: str) -> None:
        """Delete a rule of the company."""
        return self._send(Call[None]("DELETE", f"/v1/rules/{in_path(name)}", ()))

    def read_rule_outcomes(self, name: str) -> shapes.RuleOutcomes:
        """What became of what a rule advised."""
        return self._send(
            Call[shapes.RuleOutcomes]("GET", f"/v1/rules/{in_path(name)}/outcomes", (shapes.RuleOutcomes,))
        )


class AsyncRulesOperations(AsyncSender):
    """The same, awaited."""

    async def list_rules(self, *, limit: int | None = None, after: str | None = None) -> shapes.RulePage:
        """All rules, those that askonce brings along too."""
        return await self._send(
            Call[shapes.RulePage]("GET", "/v1/rules", (shapes.RulePage,), query={"limit": limit, "after": after})
        )

    async def try_rule(self, body: shapes.RuleDryRun) -> shapes.DryRunResult:
        """Whom a rule would have met."""
        return await self._send(
            Call[shapes.DryRunResult]("POST", "/v1/rules/dry-run", (shapes.DryRunResult,), body=body)
        )

    async def define_rule(self, name: str, body: shapes.RuleInput) -> shapes.Rule:
        """Define a rule that advises what to do next."""
        return await self._send(Call[shapes.Rule]("PUT", f"/v1/rules/{in_path(name)}", (shapes.Rule,), body=body))

    async def read_rule(self, name: str) -> shapes.Rule:
        """A rule."""
        return await self._send(Call[shapes.Rule]("GET", f"/v1/rules/{in_path(name)}", (shapes.Rule,)))

    async def delete_rule(self, name: str) -> None:
        """Delete a rule of the company."""
        return await self._send(Call[None]("DELETE", f"/v1/rules/{in_path(name)}", ()))

    async def read_rule_outcomes(self, name: str) -> shapes.RuleOutcomes:
        """What became of what a rule advised."""
        return await self._send(
            Call[shapes.RuleOutcomes]("GET", f"/v1/rules/{in_path(name)}/outcomes", (shapes.RuleOutcomes,))
        )
