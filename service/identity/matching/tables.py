"""Tables of matching: how often each level occurs for one person, for one household and for strangers.

The shipped tables are pooled from those of two makers of records, each learned by EM without labels, because each
alone fits its own maker. For one person and one household they are the mean of both, and of what EM without labels
(`learn`) finds on records of three makers. For strangers they are the geometric mean of both, after what the pairs of
one person and of one household among random pairs put in was taken out again: what strangers share is rarer than a
sample shows. Names are compared differently here than by the makers' prototypes, so their levels come from `learn` and
from random pairs alone. Levels of generations, of towns without postal codes, of birth dates that are near and of
further identities occur in none of the tables; they were set by hand.
"""

from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from service.identity.matching.wording import FIELDS, LEVELS


class FieldTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The probabilities of the levels of one field, in the order of `wording.LEVELS`."""

    person: tuple[float, ...]
    household: tuple[float, ...]
    stranger: tuple[float, ...]


class MatchTables(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What matching knows of pairs before it sees one."""

    made_from: str
    person: float
    """Pairs of one person for each record: the prior is this by the number of records, in half as many pairs."""
    household: float
    """Pairs of two people of one household for each record."""
    fields: dict[str, FieldTable]

    def __post_init__(self) -> None:
        """Refuse tables that lack a field or a level, or give a level no probability."""
        if tuple(self.fields) != FIELDS:
            message = f"Tables need the fields {', '.join(FIELDS)} in this order."
            raise ValueError(message)
        for name, table in self.fields.items():
            for column in (table.person, table.household, table.stranger):
                if len(column) != len(LEVELS[name]) or not all(0 < share <= 1 for share in column):
                    message = f"The field {name} needs {len(LEVELS[name])} probabilities above 0."
                    raise ValueError(message)


@cache
def shipped_tables() -> MatchTables:
    """The tables that are used as long as an operator activates no others."""
    return read_tables(resources.files(__package__).joinpath("tables.json").read_bytes())


def read_tables(text: bytes) -> MatchTables:
    """Tables as JSON; raises msgspec.DecodeError that says what is wrong, or UnicodeDecodeError."""
    return msgspec.json.decode(text, type=MatchTables)


def write_tables(tables: MatchTables) -> bytes:
    """Tables as JSON that `read_tables` reads."""
    return msgspec.json.format(msgspec.json.encode(tables), indent=2)
