"""The authenticated caller."""

from uuid import UUID

from msgspec import Struct

from service.model.vocabulary import Role

_PERSON_ROLES = frozenset({Role.CONSOLE, Role.ADMIN})
HOUSE_SPACE = 0
"""The space of the sources of askonce and its doors."""
IMPORT_SPACE = 1
"""The space of the sources of files; those of keys follow."""


class Principal(Struct, frozen=True, kw_only=True):
    """The caller of the API: one key; `queue` and `store` narrow what it sees.

    What it registers counts once in the space of `space_id`, which keys of one system share.
    """

    key_id: UUID
    role: Role
    name: str
    queue: str | None = None
    store: str | None = None
    space_id: int = HOUSE_SPACE

    @property
    def is_person(self) -> bool:
        """Whether the key is of the people of the company: a console's or an admin's."""
        return self.role in _PERSON_ROLES
