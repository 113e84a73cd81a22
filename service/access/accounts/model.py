"""An agent's account, the session that they signed in to, and the rights that it gives."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.access.model import Principal
from service.model.vocabulary import AgentRole, Role

ROLES = {
    AgentRole.AGENT: Role.CONSOLE,
    AgentRole.SUPERVISOR: Role.CONSOLE,
    AgentRole.PRIVACY: Role.PRIVACY,
    AgentRole.ADMIN: Role.ADMIN,
}
"""The role of a key that may do what an agent of this role may."""


class AgentAccount(Struct, frozen=True, kw_only=True):
    """An account as the database stores it, without its password."""

    account_id: UUID
    name: str
    role: AgentRole
    queues: tuple[str, ...]
    has_password: bool
    oidc_subject: str | None
    created_at: datetime
    disabled_at: datetime | None


class SessionPrincipal(Principal, frozen=True, kw_only=True):
    """The caller who signed in: `key_id` is the id of the account, so that every record names the agent."""

    queues: tuple[str, ...]
    """Those that the agent works in, in the order they were given."""
    supervises: bool


class AgentSession(Struct, frozen=True, kw_only=True):
    """A session in force; what its account may do is read anew at each request."""

    account_id: UUID
    name: str
    role: AgentRole
    queues: tuple[str, ...]
    language: str | None
    space_id: int
    csrf_token: str
    """Every form of the session carries it; it can be told from the session's id alone."""
    must_set_password: bool
    """The agent came by a link, and may do nothing before they have set a password."""
    opened_at: datetime
    ends_at: datetime
    """However busy the session is."""
    available: bool | None = None
    """Whether the agent takes conversations, as was declared last; None if that never was."""

    @property
    def principal(self) -> SessionPrincipal:
        """The caller, for use cases."""
        return SessionPrincipal(
            key_id=self.account_id,
            role=ROLES[self.role],
            name=self.name,
            space_id=self.space_id,
            queues=self.queues,
            supervises=self.role in {AgentRole.SUPERVISOR, AgentRole.ADMIN},
        )


class OpenedSession(Struct, frozen=True, kw_only=True):
    """A session that has just begun; its id is stored nowhere but in the agent's browser."""

    session_id: str
    csrf_token: str
    agent: AgentSession
