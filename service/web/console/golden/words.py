"""The words of golden records, and their values as people read them; pure."""

from service.identity.golden.model import Value
from service.web.console.words import _

ADDRESS_PARTS = ("street-address", "postal-code", "address-level2", "country")
GOLDEN_FIELDS = {
    "full": _("Name"),
    "given": _("Given name"),
    "family": _("Family name"),
    "birth_date": _("Date of birth"),
    "address": _("Address"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "language": _("Language"),
}
"""In the order in which a page shows them; preferences follow, by their names."""
GOLDEN_RULES = {
    "pinned": _("chosen by hand"),
    "vouched": _("corrected or verified by a person"),
    "verified": _("verified"),
    "only": _("the only one"),
    "recent": _("the newest"),
    "trusted": _("of the most trusted source"),
    "frequent": _("said most often"),
    "longest": _("the longest"),
    "oldest": _("the oldest"),
    "all": _("all of them count"),
}


def golden_text(value: Value) -> str:
    """A value of a golden record on one line; of an address its parts that are known."""
    if isinstance(value, str):
        return value
    return ", ".join(value[part] for part in ADDRESS_PARTS if value.get(part))


def field_place(name: str) -> tuple[int, str]:
    """Where a field of golden records stands among the others."""
    names = list(GOLDEN_FIELDS)
    return (names.index(name) if name in GOLDEN_FIELDS else len(names)), name
