"""The card's page, and what its script asks for."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from service.settings.model import Settings
from service.web.console.customer.reads import CustomerReads
from service.web.console.embed.card import CARD_PATH, CardGuard, CardVisit, read_card
from service.web.console.embed.tokens import open_by_token
from service.web.console.guard import OPEN


class CardPages(Controller):
    """Where a desk's frame begins, and the customer who is shown in it."""

    @get(CARD_PATH, opt=OPEN, include_in_schema=False)
    async def show_card(
        self,
        visit: NamedDependency[CardVisit],
        customer_reads: NamedDependency[CustomerReads],
        card_guard: NamedDependency[CardGuard],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromQuery[UUID | None] = None,
        token: FromQuery[str] = "",
    ) -> Response[str]:
        """The customer that a token or the address names; else the card waits for the desk to name a conversation."""
        if token:
            return await open_by_token(visit, card_guard, customer_reads, settings, token)
        if not visit.is_signed_in:
            return visit.sign_in(customer_id=str(customer_id or ""))
        named = visit.only_customer or customer_id
        if named is None:
            return visit.card("embed/waiting.html")
        return await customer_card(visit, customer_reads, named)

    @get("/embed/customers/{customer_id:uuid}", include_in_schema=False)
    async def refresh_card(
        self,
        visit: NamedDependency[CardVisit],
        customer_reads: NamedDependency[CustomerReads],
        customer_id: FromPath[UUID],
        unverified: FromQuery[str] = "",
    ) -> Response[str]:
        """The customer as they are now; `unverified` repeats that only the desk says who it is."""
        return await customer_card(visit, customer_reads, customer_id, unverified=bool(unverified))


async def customer_card(
    visit: CardVisit, reads: CustomerReads, customer_id: UUID, *, unverified: bool = False
) -> Response[str]:
    """The answers about one customer."""
    sheet = await read_card(visit, reads, customer_id)
    as_of = sheet.view.as_of if sheet.stale else visit.now
    path = f"/embed/customers/{customer_id}{'?unverified=1' if unverified else ''}"
    page_path = f"/console/customers/{sheet.view.customer.id}"
    return visit.card(
        "embed/card.html", sheet=sheet, as_of=as_of, card_path=path, page_path=page_path, unverified=unverified
    )
