"""Rules of next actions: listed with what became of their advice, written, tried out, and silenced."""

from zoneinfo import ZoneInfo

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from service.db.pool import Connection, Database
from service.errors import Conflict, InvalidInput, RoleNotAllowed
from service.insight.advice import repository as rules
from service.insight.advice.compiled import compile_rule
from service.insight.advice.dry_run import RuleTrial
from service.insight.advice.model import Rule
from service.insight.advice.outcomes import count_outcomes, read_outcomes
from service.insight.advice.shipped import SHIPPED_RULES
from service.settings.model import Settings
from service.web.console.admin.parts import RULES_PATH, admin_page
from service.web.console.guard import for_roles
from service.web.console.guidance.rule_forms import (
    AUDIENCES,
    SHIPPED_TITLES,
    RuleForm,
    digest_of,
    new_rule_form,
    rule_form,
    rule_input,
    rule_problem,
    same_rule,
)
from service.web.console.guidance.saving import OPENED, FormState, save_or_refuse
from service.web.console.navigation import ADMIN_PATH, ADMIN_ROLES
from service.web.console.visit import Visit
from service.web.routes.insight.rules import RULE_ADMIN_ROLES, known_rule_name

log = structlog.get_logger()

MAX_ROWS = rules.MAX_RULES + len(SHIPPED_RULES)
SHOWN_CUSTOMERS = 10


class RulePages(Controller):
    """Rules, by the same use cases as `/v1/rules`: supervisors read them, administrators change and try them."""

    path = ADMIN_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get("/rules", include_in_schema=False)
    async def list_all(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """Every rule, shipped or own, in the order of their ranks, with the answers of the last 90 days."""
        async with database.connection() as connection:
            found = (await rules.list_rules(connection, after=None, limit=MAX_ROWS)).items
            outcomes = await count_outcomes(connection, [one.name for one in found], now=visit.now)
        rows = [(one, outcomes[one.name]) for one in sorted(found, key=lambda one: (-one.priority, one.name))]
        return _shown(visit, "rules.html", rows=rows)

    @get("/rules/new", include_in_schema=False)
    async def show_new(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """The form of a rule that is not there yet."""
        _check_may_change(visit)
        async with database.connection() as connection:
            return await _page(visit, connection, new_rule_form(), None)

    @post("/rules", include_in_schema=False)
    async def create(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        data: URLEncodedBody[RuleForm],
    ) -> Response[str]:
        """Store a new rule. One of the name of another is refused."""
        return await _save(visit, database, ZoneInfo(settings.time_zone), data, None)

    @post("/rules/preview", include_in_schema=False)
    async def try_typed(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        rule_trial: NamedDependency[RuleTrial],
        settings: NamedDependency[Settings],
        *,
        data: URLEncodedBody[RuleForm],
    ) -> Response[str]:
        """Whom the typed rule would have met; nothing is saved."""
        _check_may_change(visit)
        tried, problem = None, None
        try:
            async with database.connection() as connection:
                stored = await rules.read_rule(connection, data.name) if data.seen else None
            rule = compile_rule("dry-run", rule_input(data, stored, ZoneInfo(settings.time_zone)))
            tried = await rule_trial.run(rule, now=visit.now)
        except InvalidInput as error:
            problem = rule_problem(error)
        return visit.page("admin/rule_trial.html", tried=tried, problem=problem, shown=SHOWN_CUSTOMERS)

    @get("/rule/{name:str}", include_in_schema=False)
    async def show_rule(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        name: FromPath[str],
    ) -> Response[str]:
        """The form of a rule, with what became of its advice. Absent if there is none of this name."""
        async with database.connection() as connection:
            stored = await rules.read_rule(connection, name)
            return await _page(visit, connection, rule_form(stored, ZoneInfo(settings.time_zone)), stored)

    @post("/rule/{name:str}", include_in_schema=False)
    async def change(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        *,
        name: FromPath[str],
        data: URLEncodedBody[RuleForm],
    ) -> Response[str]:
        """Replace a rule; a shipped one is replaced by one of the company. If it is another one by now, say so."""
        return await _save(visit, database, ZoneInfo(settings.time_zone), data, name)

    @post("/rule/{name:str}/silence", include_in_schema=False)
    async def silence(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], name: FromPath[str]
    ) -> Response[str]:
        """Advise nothing by this rule from now on; it stays."""
        _check_may_change(visit)
        async with database.transaction() as connection:
            stored = await rules.read_rule(connection, name)
            await rules.save_rule(connection, name, same_rule(stored, enabled=False))
        log.info("advice_rule_silenced", rule=name, account_id=visit.session.account_id)
        return visit.redirect(RULES_PATH)

    @post("/rule/{name:str}/delete", include_in_schema=False)
    async def delete(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], name: FromPath[str]
    ) -> Response[str]:
        """Delete a rule of the company; a shipped one of this name counts again."""
        _check_may_change(visit)
        async with database.transaction() as connection:
            await rules.delete_rule(connection, name)
        log.info("advice_rule_deleted", rule=name, account_id=visit.session.account_id)
        return visit.redirect(RULES_PATH)


async def _save(visit: Visit, database: Database, zone: ZoneInfo, form: RuleForm, name: str | None) -> Response[str]:
    _check_may_change(visit)
    state = await save_or_refuse(database, lambda one: _store(visit, one, zone, form, name), rule_problem)
    if state is None:
        return visit.redirect(RULES_PATH)
    async with database.connection() as connection:
        stored = None if name is None else await rules.read_rule(connection, name)
        return await _page(visit, connection, form, stored, state)


async def _store(visit: Visit, connection: Connection, zone: ZoneInfo, form: RuleForm, name: str | None) -> None:
    """Conflict if the rule is another one than the page showed; InvalidInput for a name that is taken."""
    stored = None if name is None else await rules.read_rule(connection, name)
    if stored is not None and form.seen != digest_of(stored):
        raise Conflict("This rule was changed meanwhile.")
    saved = name or known_rule_name(form.name.strip(), "name")
    _rule, created = await rules.save_rule(connection, saved, rule_input(form, stored, zone))
    if stored is None and (not created or saved in SHIPPED_RULES):
        raise InvalidInput(field="name", message="There is a rule of this name already.")
    log.info("advice_rule_written", rule=saved, account_id=visit.session.account_id)


def _may_change(visit: Visit) -> bool:
    """Whether the API lets this caller change rules."""
    return visit.session.principal.role in RULE_ADMIN_ROLES


def _check_may_change(visit: Visit) -> None:
    if not _may_change(visit):
        raise RoleNotAllowed


async def _page(
    visit: Visit,
    connection: Connection,
    form: RuleForm,
    stored: Rule | None,
    state: FormState = OPENED,
) -> Response[str]:
    outcomes = None if stored is None else await read_outcomes(connection, stored.name, now=visit.now)
    values = {
        "form": form,
        "stored": stored,
        "outcomes": outcomes,
        "problem": state.problem,
        "is_stale": state.is_stale,
    }
    return _shown(visit, "rule.html", status=state.status, **values)


def _shown(visit: Visit, template: str, *, status: int = 200, **values: object) -> Response[str]:
    given = {"may_change": _may_change(visit), "audiences": AUDIENCES, "shipped_titles": SHIPPED_TITLES}
    given["shipped_names"] = SHIPPED_RULES
    return admin_page(visit, template, RULES_PATH, status=status, **given, **values)
