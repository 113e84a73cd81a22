"""The page of customers who may leave: why, what was done about it, and which rules help."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.insight.at_risk.model import RiskAction, RiskActionRequest, RiskRuleResult
from service.insight.at_risk.repository import count_by_rule, list_at_risk, record_action
from service.web.console.customer.reads import CustomerReads
from service.web.console.desk_forms import as_request
from service.web.console.guard import for_roles
from service.web.console.navigation import ADMIN_ROLES, AT_RISK_PATH
from service.web.console.visit import Visit
from service.web.console.words import _

AUDIT_VIEW = "at_risk"
ENOUGH = 10
"""So many decided warnings, with an action and without, before the page says that a rule does not help."""
ACTIONS = {
    RiskAction.CALLED: _("Called"),
    RiskAction.WROTE: _("Wrote"),
    RiskAction.APOLOGISED: _("Apologised"),
    RiskAction.OFFERED: _("Made an offer"),
    RiskAction.SOLVED: _("Solved the matter"),
    RiskAction.OTHER: _("Something else"),
}
RULES = {
    "broken_promises": _("Promised calls were not made"),
    "many_contacts": _("Many contacts in 30 days"),
    "repeated_questions": _("Asked for what was known"),
    "failed_attempts": _("Attempts failed"),
    "dropped_calls": _("Calls in vain"),
    "many_transfers": _("Handed on often"),
    "low_mood": _("Low mood"),
    "low_rating": _("Low rating"),
    "way_of_those_who_gave_up": _("On a way on which many gave up"),
}
_WORDS: dict[str, Any] = {"actions": ACTIONS, "rules": RULES}


class RiskActionForm(Struct, kw_only=True):
    """The button that says what was done."""

    action: str = ""
    csrf_token: str = ""


class RiskRuleLine(Struct, frozen=True, kw_only=True):
    """What came of the warnings of a rule; a share is None while nothing is decided."""

    result: RiskRuleResult
    with_action: int
    without_action: int

    @property
    def share_with(self) -> float | None:
        """The share of customers who stayed after an action."""
        return self.result.stayed_with_action / self.with_action if self.with_action else None

    @property
    def share_without(self) -> float | None:
        """The share of customers who stayed although nothing was done."""
        return self.result.stayed_without_action / self.without_action if self.without_action else None

    @property
    def is_helpless(self) -> bool:
        """Whether, of enough warnings, customers did not stay more often with an action than without."""
        shares = (self.share_with, self.share_without)
        return min(self.with_action, self.without_action) >= ENOUGH and (shares[0] or 0) <= (shares[1] or 0)


class AtRiskPages(Controller):
    """Customers who may leave, for supervisors and administrators."""

    path = AT_RISK_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_customers(
        self, visit: NamedDependency[Visit], customer_reads: NamedDependency[CustomerReads]
    ) -> Response[str]:
        """The ten most urgent, and what came of the warnings by rule."""
        async with customer_reads.database.connection() as connection:
            found = await list_at_risk(connection)
            results = await count_by_rule(connection)
        await customer_reads.count_shown(visit, [one.customer_id for one in found.items], AUDIT_VIEW)
        return visit.page("at_risk.html", found=found, lines=[_line(one) for one in results.items], **_WORDS)

    @post("/{customer_id:uuid}", include_in_schema=False)
    async def record(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        customer_id: FromPath[UUID],
        data: URLEncodedBody[RiskActionForm],
    ) -> Response[str]:
        """Record what was done. Absent if the customer is at risk no longer."""
        done = as_request({"action": data.action}, RiskActionRequest)
        async with customer_reads.database.transaction() as connection:
            await record_action(connection, customer_id, done, by=visit.session.name, now=visit.now)
        return visit.redirect(AT_RISK_PATH)


def _line(result: RiskRuleResult) -> RiskRuleLine:
    return RiskRuleLine(
        result=result,
        with_action=result.stayed_with_action + result.left_with_action,
        without_action=result.stayed_without_action + result.left_without_action,
    )
