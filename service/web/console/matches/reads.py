"""What pages of matches read beside customers: the match of two, the reader's last decision."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.identity.decisions import MatchDecision, read_decision
from service.identity.matching.weigh import MatchStrength
from service.identity.merge import read_extents
from service.resolution.matches.listing import list_customer_matches
from service.resolution.matches.model import MatchItem
from service.web.console.navigation import MATCHES_PATH
from service.web.console.visit import Visit


class LastDecision(Struct, frozen=True, kw_only=True):
    """A decision of two customers, the path of their page, and their names: one if they are merged."""

    decision: MatchDecision
    path: str
    names: tuple[str | None, ...]


def pair_key(customer_id: UUID, other_id: UUID) -> str:
    """Two customers in the address of a page."""
    return f"{customer_id}.{other_id}"


def strength_of(chosen: str) -> MatchStrength | None:
    """The strength that the address of a page names; None for all."""
    return MatchStrength(chosen) if chosen in set(MatchStrength) else None


async def read_last(connection: Connection, visit: Visit, pair: str | None) -> LastDecision | None:
    """The decision about the `pair` if this agent made it; None for any other."""
    ids = _ids(pair)
    decided = await read_decision(connection, *ids) if ids else None
    if ids is None or decided is None or decided.decided_by != visit.session.principal.name:
        return None
    extents = await read_extents(connection, ids, visit.now)
    return LastDecision(
        decision=decided.decision,
        path=f"{MATCHES_PATH}/{ids[0]}/{ids[1]}",
        names=tuple(one.name for one in extents.values()),
    )


async def read_match(connection: Connection, customer_id: UUID, other_id: UUID, now: datetime) -> MatchItem | None:
    """The match of two canonical customers; None if nothing suggests that they are one person."""
    found = await list_customer_matches(connection, customer_id, now=now)
    return next((one for one in found if other_id in one.customers), None)


def _ids(pair: str | None) -> tuple[UUID, UUID] | None:
    try:
        one, other = (pair or "").split(".")
        return UUID(one), UUID(other)
    except ValueError:
        return None
