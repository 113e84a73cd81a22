"""The caller of an action and its rights: our own desks see all, other keys what they made or what their queue has."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.access.model import Principal
from service.context.handed_over import ENTITLEMENT_DURATION
from service.db.change import SYSTEM_KEY_ID
from service.errors import RoleNotAllowed
from service.model.vocabulary import Audience, ParticipantRole, Role

_COMPANY_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
_AUDIENCE_OF_ROLE = {
    Role.ADMIN: Audience.CONSOLE,
    Role.CONSOLE: Audience.CONSOLE,
    Role.STORE: Audience.STORE,
    Role.PARTNER: Audience.PARTNER,
}
"""The audience of a role; a role without an entry has that of a bot."""
_MACHINE_ROLES = frozenset({Role.BOT, Role.STORE, Role.CHANNEL})
_PARTICIPANT_ROLES = {Role.BOT: ParticipantRole.BOT, Role.CHANNEL: ParticipantRole.SYSTEM}
_HANDED_ROLES = _COMPANY_ROLES | {Role.PARTNER}
"""Roles that can give nothing to a queue of theirs but what they may see anyway."""


class Caller(Struct, frozen=True, kw_only=True):
    """An API key at one moment; `queue` is the one that it serves, `store` its shop; None if it is bound to none."""

    key_id: UUID
    role: Role
    name: str
    queue: str | None
    store: str | None = None
    now: datetime

    @property
    def sees_everything(self) -> bool:
        """Whether nothing is hidden from this key."""
        return self.role in _COMPANY_ROLES

    @property
    def is_machine(self) -> bool:
        """Whether the key speaks for a machine: it may ask again, and does not know what people do meanwhile."""
        return self.role in _MACHINE_ROLES

    @property
    def audience(self) -> Audience:
        """Which part of a customer's context this key may know."""
        return _AUDIENCE_OF_ROLE.get(self.role, Audience.BOT)

    @property
    def ended_visible_after(self) -> datetime:
        """Handoffs and callbacks that ended before this moment are hidden from the key."""
        return self.now - ENTITLEMENT_DURATION

    def can_see(self, *, key_id: UUID, queue: str, ended_at: datetime | None) -> bool:
        """Whether the caller may see a handoff or callback that `key_id` made and `queue` has."""
        if self.sees_everything:
            return True
        return (key_id == self.key_id or queue == self.queue) and (
            ended_at is None or ended_at > self.ended_visible_after
        )

    def serves(self, queue: str) -> bool:
        """Whether the caller may take handoffs and callbacks of this queue."""
        return self.sees_everything or queue == self.queue

    def was_handed(self, *, key_id: UUID, queue: str) -> bool:
        """Whether the caller's queue was handed what `key_id` made: by another, if the caller is a bot or till."""
        return self.serves(queue) and (self.role in _HANDED_ROLES or key_id != self.key_id)

    def check_serves(self, queue: str) -> None:
        """RoleNotAllowed if the caller may not take handoffs and callbacks of this queue."""
        if not self.serves(queue):
            raise RoleNotAllowed("This key does not serve the queue.")

    def check_is_company_desk(self) -> None:
        """RoleNotAllowed unless the caller is a desk of ours."""
        if not self.sees_everything:
            raise RoleNotAllowed


def participant_role(role: Role) -> ParticipantRole:
    """The part that a key of this role takes in conversations."""
    return _PARTICIPANT_ROLES.get(role, ParticipantRole.AGENT)


def caller_of(principal: Principal, now: datetime) -> Caller:
    """The authenticated key of a request as a caller."""
    return Caller(
        key_id=principal.key_id,
        role=principal.role,
        name=principal.name,
        queue=principal.queue,
        store=principal.store,
        now=now,
    )


def system_caller(now: datetime) -> Caller:
    """The caller of timers: the worker, with the rights of an admin."""
    return Caller(key_id=SYSTEM_KEY_ID, role=Role.ADMIN, name="askonce", queue=None, now=now)
