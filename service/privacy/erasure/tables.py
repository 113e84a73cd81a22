"""Which rows an erasure takes: those that the data map says, and copies that name customers among others."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.privacy.erasure.model import KeptRows
from service.privacy.map.model import MappedTable, OnErase
from service.privacy.map.tables import TABLES


@dataclass(frozen=True, slots=True)
class ErasedTable:
    """The rows of customers $1 (uuid[]) in a table; deleted, unless `emptied` says what SET assigns instead."""

    name: str
    rows_of: str
    emptied: str | None = None


def erased_tables(mapped: Sequence[MappedTable]) -> tuple[ErasedTable, ...]:
    """Those of these tables that have rows of customers to erase, in their order."""
    return tuple(
        ErasedTable(one.name, one.rows_of, one.pseudonymised)
        for one in mapped
        if one.rows_of is not None and one.on_erase is not OnErase.KEEP
    )


RECORDS = erased_tables(TABLES)
"""Erased together, while the customers are locked; what is found through other rows comes before them."""

_IDENTITIES = "unnest($2::text[], $3::text[]) AS stated (kind, value)"
_SHORTEST = 6
"""Identities that are shorter stand in too many deliveries of others."""
COPIES = (
    ErasedTable(
        "channel_payload",
        "payload_id IN (SELECT d.payload_id FROM channel_delivery d WHERE d.customer_ids && $1)"
        " OR EXISTS (SELECT FROM unnest($4::uuid[], $5::text[]) AS event (key_id, id)"
        " WHERE event.key_id = instance_id AND position(convert_to(event.id, 'UTF8') IN raw) > 0)"
        f" OR EXISTS (SELECT FROM {_IDENTITIES}"
        f" WHERE length(stated.value) >= {_SHORTEST} AND position(convert_to(stated.value, 'UTF8') IN raw) > 0)",
    ),
    ErasedTable(
        "conversation",
        "customer_id <> ALL ($1)"
        f" AND identities && ARRAY(SELECT stated.kind || ':' || stated.value FROM {_IDENTITIES})",
        "identities = ARRAY(SELECT one FROM unnest(identities) AS one WHERE one <> ALL (ARRAY("
        f"SELECT stated.kind || ':' || stated.value FROM {_IDENTITIES})))",
    ),
)
"""What no row leads to: deliveries as they came, and conversations of others in which the customer was named.

Cleared afterwards by what the customers were known by, with no customer locked.
"""

KEPT = tuple(
    KeptRows(table=one.name, reason=one.reason)
    for one in TABLES
    if one.rows_of is not None and one.on_erase is OnErase.KEEP
)
"""What stays of them, and why."""
