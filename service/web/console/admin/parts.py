"""The parts of the administration: one line each; the list beside every page of it shows those of the agent's role."""

from typing import Any

from litestar import Response
from msgspec import Struct

from service.access.accounts.model import ROLES
from service.model.vocabulary import AgentRole
from service.web.console.navigation import ADMIN_PATH, ADMIN_ROLES
from service.web.console.visit import Visit
from service.web.console.words import _
from service.web.routes.desks.queues import QUEUE_READER_ROLES

QUEUES_PATH = f"{ADMIN_PATH}/queues"
AGENTS_PATH = f"{ADMIN_PATH}/agents"
NOTICES_PATH = f"{ADMIN_PATH}/notices"
RULES_PATH = f"{ADMIN_PATH}/rules"
CONTENT_PATH = f"{ADMIN_PATH}/content"
KEYS_PATH = f"{ADMIN_PATH}/keys"
CONDITIONS_PATH = f"{ADMIN_PATH}/conditions"
SEGMENTS_PATH = f"{ADMIN_PATH}/segments"
FEEDBACK_PATH = f"{ADMIN_PATH}/feedback"
BUDGETS_PATH = f"{ADMIN_PATH}/budgets"
SOURCES_PATH = f"{ADMIN_PATH}/sources"
CHANNELS_PATH = f"{ADMIN_PATH}/channels"
WEBHOOKS_PATH = f"{ADMIN_PATH}/webhooks"
QUEUE_READERS = frozenset(role for role in ADMIN_ROLES if ROLES[role] in QUEUE_READER_ROLES)
"""Those who may read queues, as the API has it."""
OPERATORS = frozenset({AgentRole.ADMIN})
"""Those who may do what an operator does by `askonce agents` and `askonce keys`."""


class AdminPart(Struct, frozen=True, kw_only=True):
    """A part of the administration, for the roles that may open it."""

    path: str
    title: str
    icon: str
    roles: frozenset[AgentRole]


PARTS = (
    AdminPart(path=QUEUES_PATH, title=_("Queues"), icon="route", roles=QUEUE_READERS),
    AdminPart(path=AGENTS_PATH, title=_("Agents"), icon="users", roles=ADMIN_ROLES),
    AdminPart(path=CONDITIONS_PATH, title=_("Conditions"), icon="gift", roles=ADMIN_ROLES),
    AdminPart(path=SEGMENTS_PATH, title=_("Segments"), icon="users-group", roles=ADMIN_ROLES),
    AdminPart(path=FEEDBACK_PATH, title=_("Feedback"), icon="star", roles=ADMIN_ROLES),
    AdminPart(path=NOTICES_PATH, title=_("Notices"), icon="bell", roles=ADMIN_ROLES),
    AdminPart(path=CONTENT_PATH, title=_("Content"), icon="message-circle", roles=ADMIN_ROLES),
    AdminPart(path=RULES_PATH, title=_("Next actions"), icon="arrow-right", roles=ADMIN_ROLES),
    AdminPart(path=SOURCES_PATH, title=_("Sources"), icon="id", roles=OPERATORS),
    AdminPart(path=KEYS_PATH, title=_("API keys"), icon="key", roles=OPERATORS),
    AdminPart(path=CHANNELS_PATH, title=_("Channels"), icon="plug-connected-x", roles=ADMIN_ROLES),
    AdminPart(path=WEBHOOKS_PATH, title=_("Webhooks"), icon="webhook", roles=OPERATORS),
    AdminPart(path=BUDGETS_PATH, title=_("Budgets"), icon="shield-lock", roles=OPERATORS),
)


def parts_for(role: AgentRole) -> list[AdminPart]:
    """The parts of a role, in the order of the list."""
    return [part for part in PARTS if role in part.roles]


def admin_frame(visit: Visit, part: str) -> dict[str, Any]:
    """What `admin/frame.html` shows around a page of the part with this path."""
    return {"parts": parts_for(visit.session.role), "part_path": part}


def admin_page(visit: Visit, template: str, part: str, *, status: int = 200, **values: object) -> Response[str]:
    """A page of the administration; `part` is the path of the part that it belongs to."""
    return visit.page(f"admin/{template}", status=status, **admin_frame(visit, part), **values)
