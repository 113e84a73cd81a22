"""Budgets of look-ups: what each caller has used of them today, who looked at how many customers, and who waits."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from service.access.accounts.model import ROLES
from service.access.budgets import BudgetPeriod, CountedLookUp, RoleLimits, role_limits
from service.access.usage import CallerUsage, lift_pause, list_usage
from service.db.pool import Database
from service.model.vocabulary import AgentRole, Role
from service.settings.model import Settings
from service.web.console.admin.parts import BUDGETS_PATH, OPERATORS, admin_page
from service.web.console.admin.words import KEY_ROLES
from service.web.console.guard import for_roles
from service.web.console.visit import Visit
from service.web.console.words import ROLES as AGENT_ROLES

log = structlog.get_logger()

SHOWN = ((CountedLookUp.CUSTOMERS, BudgetPeriod.DAY), (CountedLookUp.MISSES, BudgetPeriod.DAY))
"""The budgets that have a column; those of the minute are shown while they refuse."""


class BudgetUse(Struct, frozen=True, kw_only=True):
    """What is used of one budget; `limit` is None for a role without one."""

    used: int
    limit: int | None

    @property
    def share(self) -> float:
        """How much of the limit is used: 0 to 1."""
        return self.used / self.limit if self.limit else 0.0


class UsageLine(Struct, frozen=True, kw_only=True):
    """A caller as the page shows it; `refused_until` is the end of the longest budget that is used up."""

    caller: CallerUsage
    role_word: str
    uses: tuple[BudgetUse, ...]
    refused_until: datetime | None


class BudgetPages(Controller):
    """Budgets, for administrators. Limits are settings; a pause may be lifted here."""

    path = BUDGETS_PATH
    guards = [for_roles(*OPERATORS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_budgets(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], settings: NamedDependency[Settings]
    ) -> Response[str]:
        """Every key, and every agent of today, who looked at most first."""
        async with database.connection() as connection:
            callers = await list_usage(connection, visit.now)
        limits = role_limits(settings)
        lines = [_line(caller, limits, visit.now) for caller in callers]
        return admin_page(visit, "budgets.html", BUDGETS_PATH, lines=lines)

    @post("/{key_id:uuid}/resume", include_in_schema=False)
    async def resume(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], key_id: FromPath[UUID]
    ) -> Response[str]:
        """Let a till that waits after wrong answers go on."""
        async with database.transaction() as connection:
            lifted = await lift_pause(connection, key_id, visit.now)
        log.info("pause_lifted", key_id=key_id, waited=lifted, by=visit.session.account_id)
        return visit.redirect(BUDGETS_PATH)


def _line(caller: CallerUsage, limits: RoleLimits, now: datetime) -> UsageLine:
    role = ROLES[AgentRole(caller.role)] if caller.is_agent else Role(caller.role)
    uses = {budget: _use(caller.taken, budget, limits, role) for budget in limits}
    used_up = [period for (_, period), use in uses.items() if use.limit is not None and use.used >= use.limit]
    return UsageLine(
        caller=caller,
        role_word=AGENT_ROLES[AgentRole(caller.role)] if caller.is_agent else KEY_ROLES[role],
        uses=tuple(uses[budget] for budget in SHOWN),
        refused_until=max((_end(period, now) for period in used_up), default=None),
    )


def _use(
    taken: Mapping[tuple[CountedLookUp, BudgetPeriod], int],
    budget: tuple[CountedLookUp, BudgetPeriod],
    limits: RoleLimits,
    role: Role,
) -> BudgetUse:
    limit = limits[budget].get(role) or None
    return BudgetUse(used=taken[budget] if limit is None else min(taken[budget], limit), limit=limit)


def _end(period: BudgetPeriod, now: datetime) -> datetime:
    """The end of the present minute, or of the day in UTC."""
    seconds = int(now.timestamp())
    return datetime.fromtimestamp(seconds - seconds % period.seconds, UTC) + timedelta(seconds=period.seconds)
