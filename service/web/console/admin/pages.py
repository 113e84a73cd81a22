"""Every page of the administration; a part of its own module is one entry here."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler

from service.web.console.admin.agents import AgentPages
from service.web.console.admin.budgets import BudgetPages
from service.web.console.admin.keys import KeyPages
from service.web.console.admin.parts import parts_for
from service.web.console.admin.queues import QueuePages
from service.web.console.conditions.administration import ConditionAdministration
from service.web.console.guard import for_roles
from service.web.console.guidance.content import ContentPages
from service.web.console.guidance.gaps import GapPages
from service.web.console.guidance.notices import NoticePages
from service.web.console.guidance.rules import RulePages
from service.web.console.insight.segments import SegmentPages
from service.web.console.navigation import ADMIN_PATH, ADMIN_ROLES
from service.web.console.sources.pages import SourceAdministration
from service.web.console.visit import Visit


class AdminStart(Controller):
    """The way into the administration."""

    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(ADMIN_PATH, include_in_schema=False)
    async def lead_to_first_part(self, visit: NamedDependency[Visit]) -> Response[str]:
        """The first part that the agent may open."""
        return visit.redirect(parts_for(visit.session.role)[0].path)


ADMIN_PAGES: list[ControllerRouterHandler] = [
    AdminStart,
    QueuePages,
    AgentPages,
    ConditionAdministration,
    SegmentPages,
    NoticePages,
    ContentPages,
    GapPages,
    RulePages,
    KeyPages,
    BudgetPages,
    SourceAdministration,
]
