"""The page that finds the second of two customers who may be one person."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.search.model import HitGroup, SearchHit
from service.settings.model import Settings
from service.web.console.customer.finding import Found, find
from service.web.console.customer.reads import CustomerReads
from service.web.console.guard import for_roles
from service.web.console.navigation import FINDERS
from service.web.console.pages.customer import CUSTOMERS_PATH
from service.web.console.visit import Visit


class PartnerForm(Struct, kw_only=True):
    """Whom the agent looks for."""

    text: str = ""
    csrf_token: str = ""


class FoundPartner(Struct, frozen=True, kw_only=True):
    """A customer that was found, once, by the first thing that was found of it."""

    group: HitGroup | None
    hit: SearchHit


class MergeFindPages(Controller):
    """The box that finds the second of two customers."""

    path = CUSTOMERS_PATH + "/{customer_id:uuid}/merge"
    guards = [for_roles(*FINDERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_box(
        self, visit: NamedDependency[Visit], customer_reads: NamedDependency[CustomerReads], customer_id: FromPath[UUID]
    ) -> Response[str]:
        """The page before anything is typed."""
        sheet = await customer_reads.read(visit, customer_id)
        return visit.page("merging/find.html", sheet=sheet, sought="", found=None, partners=[])

    @post(include_in_schema=False)
    async def find_other(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[PartnerForm],
    ) -> Response[str]:
        """Every other customer that the text may mean; htmx gets the hits alone."""
        sheet = await customer_reads.read(visit, customer_id)
        text = data.text.strip()
        found = await find(visit, customer_reads, text, region=settings.default_region) if text else None
        partners = found_partners(found, sheet.view.customer.id) if found else []
        template = "merging/hits.html" if visit.is_partial else "merging/find.html"
        return visit.page(template, sheet=sheet, sought=text, found=found, partners=partners)


def found_partners(found: Found, customer_id: UUID) -> list[FoundPartner]:
    """Each other customer once, in the order in which the page of hits has them."""
    partners: dict[UUID, FoundPartner] = {}
    for group in found.answer.groups:
        for hit in group.hits:
            partners.setdefault(hit.customer_id, FoundPartner(group=group.kind, hit=hit))
    for hit in found.answer.did_you_mean:
        partners.setdefault(hit.customer_id, FoundPartner(group=None, hit=hit))
    partners.pop(customer_id, None)
    return list(partners.values())
