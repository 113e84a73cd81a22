"""What the bar above every page leads to: a page that has a place there is one line here."""

from msgspec import Struct

from service.access.accounts.model import ROLES
from service.model.vocabulary import AgentRole
from service.web.console.words import _
from service.web.routes.customers.customers import CUSTOMER_MANAGER_ROLES

EVERY_ROLE = frozenset(AgentRole)
DESK_ROLES = frozenset({AgentRole.AGENT, AgentRole.SUPERVISOR, AgentRole.ADMIN})
"""Those who speak with customers: they are offered work, and their pages hear of events."""
FINDERS = tuple(role for role, of_key in ROLES.items() if of_key in CUSTOMER_MANAGER_ROLES)
"""Those who may look for customers, as the API has it."""
FIND_PATH = "/console/find"
JOURNEYS_PATH = "/console/journeys"
ADMIN_PATH = "/console/admin"
AT_RISK_PATH = "/console/at-risk"
MATCHES_PATH = "/console/matches"
REQUESTS_PATH = "/console/requests"
PRIVACY_AGENTS = frozenset({AgentRole.PRIVACY, AgentRole.ADMIN})
"""The privacy desk, and those who may do everything."""
ADMIN_ROLES = frozenset({AgentRole.SUPERVISOR, AgentRole.ADMIN})
"""Those who lead desks; each part of the administration says which of them may open it."""


class NavigationEntry(Struct, frozen=True, kw_only=True):
    """A place in the bar, for the roles that may go there; `g` and its key lead there too."""

    path: str
    title: str
    icon: str
    key: str
    roles: frozenset[AgentRole] = EVERY_ROLE


NAVIGATION = (
    NavigationEntry(path="/console", title=_("Home"), icon="home", key="h"),
    NavigationEntry(
        path="/console/callbacks",
        title=_("Callbacks"),
        icon="phone-outgoing",
        key="c",
        roles=EVERY_ROLE - {AgentRole.PRIVACY},
    ),
    NavigationEntry(path=JOURNEYS_PATH, title=_("Journeys"), icon="route", key="r", roles=ADMIN_ROLES),
    NavigationEntry(path=MATCHES_PATH, title=_("Matches"), icon="users-group", key="m", roles=ADMIN_ROLES),
    NavigationEntry(path=AT_RISK_PATH, title=_("May leave"), icon="trending-down", key="l", roles=ADMIN_ROLES),
    NavigationEntry(path=REQUESTS_PATH, title=_("Requests"), icon="shield-lock", key="q", roles=PRIVACY_AGENTS),
    NavigationEntry(path=ADMIN_PATH, title=_("Administration"), icon="settings", key="a", roles=ADMIN_ROLES),
)


def entries_for(role: AgentRole) -> list[NavigationEntry]:
    """The places of a role, in the order of the bar."""
    return [entry for entry in NAVIGATION if role in entry.roles]


def find_path_for(role: AgentRole) -> str | None:
    """Where the bar's search asks; None for a role that has none."""
    return FIND_PATH if role in FINDERS else None
