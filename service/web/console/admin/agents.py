"""Agents' accounts: listed for those who lead desks, and changed by administrators as by `askonce agents`."""

from datetime import timedelta
from uuid import UUID

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.access.accounts.accounts import create_account
from service.access.accounts.administration import (
    AccountActivity,
    change_account_as,
    disable_account_as,
    enable_account_as,
    list_activity,
    read_account,
)
from service.access.accounts.links import create_link, link_url
from service.agents.repository import list_agents
from service.db.pool import Connection, Database
from service.errors import Conflict, InvalidInput
from service.model.vocabulary import AgentRole
from service.settings.model import Settings
from service.web.console.admin.fields import FieldProblem, field_problem
from service.web.console.admin.parts import AGENTS_PATH, OPERATORS, admin_page
from service.web.console.desk_forms import as_request, choosable_queues
from service.web.console.guard import for_roles
from service.web.console.navigation import ADMIN_ROLES
from service.web.console.visit import HttpRequest, Visit
from service.web.console.words import _

log = structlog.get_logger()

MAX_AGENTS = 10_000
_NAME_TAKEN = FieldProblem(field="name", text=_("Another agent has this name."), detail="")
_STAYS_ADMIN = FieldProblem(field="", text=_("Only another administrator takes this from you."), detail="")
_for_operators = [for_roles(*OPERATORS)]


class AgentForm(Struct, kw_only=True):
    """What is typed of an account, and the button that was pressed; `queues` are those that are ticked."""

    step: str = ""
    name: str = ""
    role: str = AgentRole.AGENT.value
    queues: str | list[str] = ""
    csrf_token: str = ""

    @property
    def ticked(self) -> list[str]:
        """The queues; a browser sends one alone as a text."""
        return [one for one in ([self.queues] if isinstance(self.queues, str) else self.queues) if one]


class _AskedRole(Struct, frozen=True):
    role: AgentRole


class AgentPages(Controller):
    """Accounts, by the same functions as `askonce agents`."""

    path = AGENTS_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_agents(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """Every account, with what the desks say of its agent."""
        async with database.connection() as connection:
            accounts = await list_activity(connection, visit.now)
            found = await list_agents(connection, queue=None, after=None, limit=MAX_AGENTS, now=visit.now)
            titles = {one.name: one.title for one in await choosable_queues(connection)}
        presence = {one.name: one for one in found.items}
        return admin_page(
            visit,
            "agents.html",
            AGENTS_PATH,
            accounts=accounts,
            presence=presence,
            queue_titles=titles,
            may_change=visit.session.role in OPERATORS,
        )

    @get("/new", guards=_for_operators, include_in_schema=False)
    async def show_new(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """The form of a new account."""
        async with database.connection() as connection:
            return await _page(visit, connection, None, AgentForm())

    @post(guards=_for_operators, include_in_schema=False)
    async def create(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        data: URLEncodedBody[AgentForm],
    ) -> Response[str]:
        """Make an account, and show the link that signs its agent in, this once."""
        try:
            role = as_request({"role": data.role}, _AskedRole).role
            async with database.transaction() as connection:
                account_id = await create_account(
                    connection, name=data.name, role=role, now=visit.now, queues=data.ticked
                )
                token = await create_link(connection, data.name, now=visit.now, valid=_valid(settings))
        except (Conflict, InvalidInput) as error:
            problem = field_problem(error) if isinstance(error, InvalidInput) else _NAME_TAKEN
            async with database.connection() as connection:
                return await _page(visit, connection, None, data, status=422, problem=problem)
        log.info("agent_account_created", account_id=account_id, by=visit.session.account_id)
        return _shown_link(visit, _url(request, settings, token), data.name.strip(), settings)

    @get("/{account_id:uuid}", guards=_for_operators, include_in_schema=False)
    async def show_agent(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], account_id: FromPath[UUID]
    ) -> Response[str]:
        """One account, and what may be done with it. Absent."""
        async with database.connection() as connection:
            account = await read_account(connection, account_id, visit.now)
            return await _page(visit, connection, account, _form_of(account))

    @post("/{account_id:uuid}", guards=_for_operators, include_in_schema=False)
    async def take_step(
        self,
        *,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        account_id: FromPath[UUID],
        data: URLEncodedBody[AgentForm],
    ) -> Response[str]:
        """Do what the button says: change, disable, enable, or make a new link, which is shown this once."""
        async with database.connection() as connection:
            account = await read_account(connection, account_id, visit.now)
        try:
            async with database.transaction() as connection:
                token = await _take(connection, visit, settings, account, data)
        except (Conflict, InvalidInput) as error:
            problem = field_problem(error) if isinstance(error, InvalidInput) else _STAYS_ADMIN
            async with database.connection() as connection:
                return await _page(visit, connection, account, data, status=409, problem=problem)
        log.info("agent_account_changed", account_id=account_id, step=data.step, by=visit.session.account_id)
        if token is not None:
            return _shown_link(visit, _url(request, settings, token), account.name, settings)
        return visit.redirect(f"{AGENTS_PATH}/{account_id}" if data.step != "change" else AGENTS_PATH)


async def _take(
    connection: Connection, visit: Visit, settings: Settings, account: AccountActivity, form: AgentForm
) -> str | None:
    """Take a step; the token of the new link, if the step makes one. InvalidInput for an unknown step."""
    by = visit.session.account_id
    if form.step == "link":
        return await create_link(connection, account.name, now=visit.now, valid=_valid(settings))
    if form.step == "change":
        role = as_request({"role": form.role}, _AskedRole).role
        await change_account_as(connection, by, account, role=role, queues=form.ticked)
    elif form.step == "disable":
        await disable_account_as(connection, by, account, visit.now)
    elif form.step == "enable":
        await enable_account_as(connection, by, account)
    else:
        raise InvalidInput(field="step", message="There is no such step.")
    return None


def _form_of(account: AccountActivity) -> AgentForm:
    return AgentForm(name=account.name, role=account.role.value, queues=list(account.queues))


def _valid(settings: Settings) -> timedelta:
    return timedelta(hours=settings.sign_in_link_hours)


def _url(request: HttpRequest, settings: Settings, token: str) -> str:
    """The link under the service's address; without that setting, under the one that the administrator uses."""
    return link_url(settings.public_url or str(request.base_url), token)


def _shown_link(visit: Visit, url: str, name: str, settings: Settings) -> Response[str]:
    template = "agent_link.html" if visit.is_partial else "agent_made.html"
    return admin_page(visit, template, AGENTS_PATH, secret=url, name=name, hours=settings.sign_in_link_hours)


async def _page(
    visit: Visit,
    connection: Connection,
    account: AccountActivity | None,
    form: AgentForm,
    *,
    status: int = 200,
    problem: FieldProblem | None = None,
) -> Response[str]:
    """The form of an account; htmx gets the form alone."""
    titles = {one.name: one.title for one in await choosable_queues(connection)}
    titles |= {name: name for name in form.ticked if name not in titles}
    return admin_page(
        visit,
        "agent_form.html" if visit.is_partial else "agent.html",
        AGENTS_PATH,
        status=status,
        account=account,
        form=form,
        queue_titles=titles,
        problem=problem,
    )
