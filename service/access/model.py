"""The authenticated caller."""

from uuid import UUID

from msgspec import Struct

from service.model.vocabulary import Role


class Principal(Struct, frozen=True, kw_only=True):
    """The caller of the API: one key; `queue` and `store` narrow what it sees."""

    key_id: UUID
    role: Role
    name: str
    queue: str | None = None
    store: str | None = None
