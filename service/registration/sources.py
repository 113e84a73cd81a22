"""The sources that belong to askonce and its doors: no key and no file registers under them."""

from enum import StrEnum

from service.channels.registry import ADAPTERS


class HouseSource(StrEnum):
    """A source of askonce itself; one with a colon is followed by the name of a caller."""

    HANDOFF = "handoff:"
    CALLBACK = "callback:"
    CALL = "call:"
    FORMS = "forms"
    OUTGOING_MAIL = "email:outgoing"
    IMPORT = "import"
    VERIFICATION = "verification"
    SURVEY = "askonce:survey"

    def of(self, name: str) -> str:
        """The source of this caller."""
        return f"{self.value}{name}"


_RESERVED = frozenset(one for one in HouseSource if not one.endswith(":"))
_RESERVED_PREFIXES = tuple(one for one in HouseSource if one.endswith(":")) + tuple(f"{name}:" for name in ADAPTERS)


def is_reserved(source: str) -> bool:
    """Whether a source is one of askonce, or could be one of a door, whether there is such a door or not."""
    return source in _RESERVED or source.startswith(_RESERVED_PREFIXES)
