"""Find: one box for numbers, addresses, names and words that were said; every customer behind them, none opened."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from msgspec import Meta, Struct

from service.model.ids import new_id
from service.settings.model import Settings
from service.web.console.customer.creating import NewCustomer, create, prefilled
from service.web.console.customer.finding import find
from service.web.console.customer.reads import CustomerReads
from service.web.console.guard import for_roles
from service.web.console.navigation import FIND_PATH, FINDERS
from service.web.console.pages.customer import CUSTOMERS_PATH
from service.web.console.visit import Visit


class FindForm(Struct, kw_only=True):
    """What is typed into the box."""

    text: str = ""
    csrf_token: str = ""


class NewCustomerForm(NewCustomer, frozen=True, kw_only=True):
    """A customer who is not on record; `event_id` is new for each form, so that it creates one customer."""

    event_id: Annotated[str, Meta(min_length=1, max_length=100)]
    csrf_token: str = ""


class FindPages(Controller):
    """What is found while an agent types, and the page of it. What is sought stands in no address."""

    path = FIND_PATH
    guards = [for_roles(*FINDERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_box(self, visit: NamedDependency[Visit]) -> Response[str]:
        """The page before anything is typed."""
        return visit.page("find.html", sought="", found=None)

    @post(include_in_schema=False)
    async def find_customers(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        data: URLEncodedBody[FindForm],
    ) -> Response[str]:
        """Every customer that the text may mean; htmx gets the hits alone."""
        text = data.text.strip()
        found = await find(visit, customer_reads, text, region=settings.default_region) if text else None
        return visit.page("find_hits.html" if visit.is_partial else "find.html", sought=text, found=found)

    @post("/new", include_in_schema=False)
    async def offer_to_create(
        self, visit: NamedDependency[Visit], settings: NamedDependency[Settings], *, data: URLEncodedBody[FindForm]
    ) -> Response[str]:
        """The form of a new customer, with what was sought."""
        given = prefilled(data.text, region=settings.default_region)
        return visit.page("new_customer.html", given=given, event_id=new_id())

    @post("/create", include_in_schema=False)
    async def create_customer(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        data: URLEncodedBody[NewCustomerForm],
    ) -> Response[str]:
        """Leads to the new customer, or to the one who has this number or address, and says which it is."""
        at_hand = await create(visit, customer_reads, data, event_id=data.event_id, region=settings.default_region)
        page = f"{CUSTOMERS_PATH}/{at_hand.customer_id}"
        return visit.redirect(page if at_hand.is_new else f"{page}?known=true")
