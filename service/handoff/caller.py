"""Who acts on handoffs and callbacks, and which they may see: our own desks all, other keys what they gave or have."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.access.model import Principal
from service.context.handed_over import ENTITLEMENT_DURATION
from service.db.change import SYSTEM_KEY_ID
from service.errors import RoleNotAllowed
from service.model.vocabulary import Role

_COMPANY_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})


class Caller(Struct, frozen=True, kw_only=True):
    """A key at one moment; `queue` is the one that it serves, if it is bound to one."""

    key_id: UUID
    role: Role
    name: str
    queue: str | None
    now: datetime

    @property
    def sees_everything(self) -> bool:
        """Whether nothing is hidden from this key."""
        return self.role in _COMPANY_ROLES

    @property
    def ended_visible_after(self) -> datetime:
        """What ended before this moment is hidden from other keys."""
        return self.now - ENTITLEMENT_DURATION

    def can_see(self, *, key_id: UUID, queue: str, ended_at: datetime | None) -> bool:
        """Whether a handoff or callback is visible that this key made and this queue has."""
        if self.sees_everything:
            return True
        return (key_id == self.key_id or queue == self.queue) and (
            ended_at is None or ended_at > self.ended_visible_after
        )

    def serves(self, queue: str) -> bool:
        """Whether the caller may take what this queue has."""
        return self.sees_everything or queue == self.queue

    def check_serves(self, queue: str) -> None:
        """RoleNotAllowed if the caller may not take what this queue has."""
        if not self.serves(queue):
            raise RoleNotAllowed("This key does not serve the queue.")

    def check_is_company_desk(self) -> None:
        """RoleNotAllowed unless the caller is a desk of ours."""
        if not self.sees_everything:
            raise RoleNotAllowed


def caller_of(principal: Principal, now: datetime) -> Caller:
    """The caller behind a request."""
    return Caller(key_id=principal.key_id, role=principal.role, name=principal.name, queue=principal.queue, now=now)


def system_caller(now: datetime) -> Caller:
    """The worker, when a timer is due."""
    return Caller(key_id=SYSTEM_KEY_ID, role=Role.ADMIN, name="askonce", queue=None, now=now)
