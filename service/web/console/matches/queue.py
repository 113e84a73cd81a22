"""The queue of matches: pairs of customers who may be one person, the surest first."""

from itertools import chain
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from service.resolution.matches.listing import list_matches
from service.resolution.matches.model import MatchState
from service.web.console.customer.reads import CustomerReads
from service.web.console.guard import for_roles
from service.web.console.matches.reads import read_last, strength_of
from service.web.console.matches.words import PAIR_WORDS
from service.web.console.navigation import ADMIN_ROLES, MATCHES_PATH
from service.web.console.visit import Visit

AUDIT_VIEW = "matches"
MATCHES_A_PAGE = 25


class MatchQueuePages(Controller):
    """All matches, for those who lead desks."""

    path = MATCHES_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_matches(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        strength: FromQuery[str] = "",
        standing: FromQuery[MatchState] = MatchState.OPEN,
        after: FromQuery[str | None] = None,
        done: FromQuery[str | None] = None,
    ) -> Response[str]:
        """A page of them; the customers that it names count as shown."""
        async with customer_reads.database.connection() as connection:
            last = await read_last(connection, visit, done)
            wanted: dict[str, Any] = {"strength": strength_of(strength), "state": standing, "after": after}
            page = await list_matches(connection, **wanted, limit=MATCHES_A_PAGE, now=visit.now)
        shown = dict.fromkeys(chain.from_iterable(one.customers for one in page.items))
        await customer_reads.count_shown(visit, shown, AUDIT_VIEW)
        shown_as: dict[str, Any] = {"page": page, "last": last, "state": standing, "chosen": strength}
        return visit.page("matches/queue.html", **shown_as, **PAIR_WORDS)
