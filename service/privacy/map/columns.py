"""Short ways to write tables of the data map, so that a room's map reads like a table.

Columns are named in one text with spaces between. What people said, did or are is exported unless it says otherwise;
what is technical, configured, or about staff is not.
"""

from functools import partial

from service.model.vocabulary import Audience, Purpose
from service.privacy.map.model import Category, MappedColumn, MappedTable, Masked, OnErase

Columns = dict[str, MappedColumn]

NO_VIEW: frozenset[Audience] = frozenset()
CONSOLE = frozenset({Audience.CONSOLE})
AGENTS = frozenset({Audience.CONSOLE, Audience.PARTNER})
"""The company's agents, and those of a partner that serves the conversation."""
DESKS = AGENTS | {Audience.BOT}
"""Who talks with the customer about a matter."""
COMPANY = CONSOLE | {Audience.SALES}
KNOWN_BY_NAME = COMPANY | {Audience.STORE}
DEPARTMENTS = COMPANY | {Audience.MARKETING}
PROMISES = DESKS | {Audience.SALES}
ENTITLEMENTS = DESKS | {Audience.STORE, Audience.SALES}
EVERY_VIEW = frozenset(Audience)

THEIRS = "customer_id = ANY($1::uuid[])"
"""Rows of a table that a customer owns."""
EITHER = "customer_id = ANY($1::uuid[]) OR other_customer_id = ANY($1::uuid[])"
"""Pairs of customers of whom one is erased or asks."""
WHILE_CUSTOMER = "while the customer exists"
WHILE_SET = "until an operator changes it"
DERIVED = "while the customer exists; made anew from the records"
FOR_EVER = "for ever"


def _columns(
    category: Category,
    names: str,
    seen_by: frozenset[Audience] = NO_VIEW,
    *,
    exported: bool = True,
    masked: Masked | None = None,
    holds: str = "",
) -> Columns:
    """The columns of these names, all alike."""
    one = MappedColumn(category=category, in_export=exported, audiences=seen_by, masked=masked, holds=holds)
    return dict.fromkeys(names.split(), one)


identity = partial(_columns, Category.IDENTITY)
contact = partial(_columns, Category.CONTACT)
content = partial(_columns, Category.CONTENT)
behaviour = partial(_columns, Category.BEHAVIOUR)
profile = partial(_columns, Category.PROFILE)
access = partial(_columns, Category.ACCESS, exported=False)
staff = partial(_columns, Category.STAFF, exported=False)
configuration = partial(_columns, Category.CONFIGURATION, exported=False)
technical = partial(_columns, Category.TECHNICAL, exported=False)


def link(names: str, seen_by: frozenset[Audience] = NO_VIEW, *, holds: str = "") -> Columns:
    """Ids that lead to a customer or to what is the customer's; an export shows what they lead to instead."""
    return _columns(Category.IDENTITY, names, seen_by, exported=False, holds=holds)


def agent(names: str, seen_by: frozenset[Audience] = NO_VIEW, *, holds: str = "") -> Columns:
    """Who of the staff did it; an export says the role."""
    return _columns(Category.STAFF, names, seen_by, masked=Masked.AGENT, holds=holds)


def table(
    name: str,
    *parts: Columns,
    purpose: Purpose = Purpose.SERVICE,
    kept: str = WHILE_CUSTOMER,
    rows_of: str | None = THEIRS,
    on_erase: OnErase = OnErase.DELETE,
    pseudonymised: str | None = None,
    reason: str = "",
) -> MappedTable:
    """A table with the columns of all parts. ValueError if two parts name one column."""
    columns: dict[str, MappedColumn] = {}
    for part in parts:
        if twice := columns.keys() & part.keys():
            raise ValueError(f"The data map names columns of {name} twice: {', '.join(sorted(twice))}.")
        columns |= part
    return MappedTable(
        name=name,
        purpose=purpose,
        columns=columns,
        retention=kept,
        rows_of=rows_of,
        on_erase=on_erase,
        pseudonymised=pseudonymised,
        reason=reason,
    )


def of_nobody(
    name: str, *parts: Columns, kept: str = WHILE_SET, purpose: Purpose = Purpose.OPERATION, reason: str = ""
) -> MappedTable:
    """A table without rows of customers; an erasure leaves it as it is."""
    return table(name, *parts, purpose=purpose, kept=kept, rows_of=None, on_erase=OnErase.KEEP, reason=reason)
