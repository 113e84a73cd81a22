"""What ties a customer to others: who may be the same person, who is merged into it, and whom it was split from."""

from datetime import datetime
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.errors import LookUpBudget
from service.identity import profile, suggestions
from service.identity.merge import CustomerDeed, CustomerExtent, DeedKind, read_deeds, read_extents
from service.identity.suggestions import MergeSuggestion
from service.resolution.matches.listing import list_customer_matches
from service.resolution.matches.model import MatchItem, MatchState
from service.web.console.customer.reads import CustomerReads
from service.web.console.visit import Visit

AUDIT_VIEW = "merge"
MAX_SUGGESTED = 5
"""Customers that a page names: the strongest matches, then those with the newest reasons."""
_SPLITS = (DeedKind.SPLIT, DeedKind.SPLIT_OFF)


class SuggestedCustomer(Struct, frozen=True, kw_only=True):
    """A customer who may be the same person, or of one household, with what speaks for it.

    `reasons` are contacts that named both, the newest first; `match` is what comparing the two gave, or None.
    """

    extent: CustomerExtent
    reasons: tuple[MergeSuggestion, ...]
    match: MatchItem | None


class CustomerLinks(Struct, frozen=True, kw_only=True):
    """The suggestions, how many more there are, the ids of merged customers, and the splits."""

    suggested: tuple[SuggestedCustomer, ...]
    more: int
    merged: tuple[UUID, ...]
    splits: tuple[CustomerDeed, ...]


async def read_links(visit: Visit, reads: CustomerReads, connection: Connection, customer_id: UUID) -> CustomerLinks:
    """The ties of this canonical customer; the suggested ones count as shown."""
    found = await suggestions.list_merge_suggestions(connection, customer_id, now=visit.now)
    by_other = {
        other: tuple(reasons)
        for other, reasons in groupby(
            sorted(found, key=lambda one: one.other_customer_id), key=lambda one: one.other_customer_id
        )
    }
    newest = sorted(by_other, key=lambda other: by_other[other][0].suggested_at, reverse=True)
    matches = await _open_matches(connection, customer_id, visit.now)
    others = list(dict.fromkeys([*matches, *newest]))
    extents = await read_extents(connection, others[:MAX_SUGGESTED], visit.now) if others else {}
    try:
        if extents:
            await reads.count_shown(visit, extents.keys(), AUDIT_VIEW)
    except LookUpBudget:  # the page itself is one that the budget still had
        extents = {}
    return CustomerLinks(
        suggested=tuple(
            SuggestedCustomer(extent=extents[one], reasons=by_other.get(one, ()), match=matches.get(one))
            for one in others
            if one in extents
        ),
        more=len(others) - len(extents),
        merged=(await profile.read_customer(connection, customer_id)).merged,
        splits=tuple(await read_deeds(connection, customer_id, _SPLITS)),
    )


async def _open_matches(connection: Connection, customer_id: UUID, now: datetime) -> dict[UUID, MatchItem]:
    """The open matches by the other customer, the strongest first."""
    found = await list_customer_matches(connection, customer_id, now=now)
    return {one.customers[1]: one for one in found if one.state is MatchState.OPEN}
