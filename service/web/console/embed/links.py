"""Links by which an agent of the console signs in to a card; with a company account there is no other way."""

from datetime import timedelta

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from service.access.accounts.links import create_link
from service.db.pool import Database
from service.web.console.guard import for_roles
from service.web.console.navigation import DESK_ROLES
from service.web.console.visit import Visit

LINK_MINUTES = 5


class CardLinkPages(Controller):
    """A page of the console: the frame of another desk cannot see the console's session."""

    path = "/console/card"
    guards = [for_roles(*DESK_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get("/", include_in_schema=False)
    async def show_button(self, visit: NamedDependency[Visit]) -> Response[str]:
        """The button that makes a link."""
        return visit.page("card_link.html", link=None, minutes=LINK_MINUTES)

    @post("/", include_in_schema=False)
    async def show_link(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """A link to paste into the card; earlier links of this agent end."""
        async with database.transaction() as connection:
            link = await create_link(
                connection,
                visit.session.name,
                now=visit.now,
                valid=timedelta(minutes=LINK_MINUTES),
                asks_password=False,
            )
        return visit.page("card_link.html", link=link, minutes=LINK_MINUTES)
