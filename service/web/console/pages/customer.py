"""The page of a customer: what an agent must know before the first word, and what happened."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_204_NO_CONTENT

from service.db.pool import Database
from service.desks.drafts import discard_drafts
from service.model.ids import new_id
from service.model.vocabulary import AgentRole, Channel
from service.timeline import facts, history
from service.web.console.calls.reads import read_calls_of_customer
from service.web.console.conditions.forms import FORM_WORDS, ConditionForm
from service.web.console.customer.advised import REASONS
from service.web.console.customer.reads import TIMELINE_ITEMS, CustomerReads, read_origins, read_strip, read_timeline
from service.web.console.customer.sheet import CustomerSheet, shown_value
from service.web.console.customer.verification import check_of
from service.web.console.desk_forms import choosable_queues
from service.web.console.guard import for_roles
from service.web.console.matches.words import PAIR_WORDS
from service.web.console.merging.links import read_links
from service.web.console.visit import Visit, page_response

CUSTOMERS_PATH = "/console/customers"
READERS = (AgentRole.AGENT, AgentRole.SUPERVISOR, AgentRole.ADMIN)


class CustomerPages(Controller):
    """The page of a customer and the parts of it that are loaded by themselves."""

    path = CUSTOMERS_PATH
    guards = [for_roles(*READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get("/{customer_id:uuid}", include_in_schema=False)
    async def show_customer(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        customer_id: FromPath[UUID],
        *,
        after: FromQuery[str | None] = None,
        channel: FromQuery[Channel | None] = None,
        known: FromQuery[bool] = False,
    ) -> Response[str]:
        """Everything on one page; the id of a merged customer leads to the survivor.

        A page that is open asks for its content as the customer changes, and is told if it shows the newest version.
        """
        sheet = await customer_reads.read(visit, customer_id)
        if sheet.view.customer.id != customer_id:
            return visit.redirect(f"{CUSTOMERS_PATH}/{sheet.view.customer.id}")
        if visit.has_version(sheet.view.version) and not sheet.stale:
            return page_response("", status=HTTP_204_NO_CONTENT)
        return await _whole_page(visit, customer_reads, sheet, after=after, channel=channel, written="", known=known)

    @get("/{customer_id:uuid}/timeline", include_in_schema=False)
    async def show_timeline(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        after: FromQuery[str | None] = None,
        channel: FromQuery[Channel | None] = None,
    ) -> Response[str]:
        """The timeline from its newest interaction, or what follows behind `after`."""
        if not visit.is_partial:
            return visit.redirect(f"{CUSTOMERS_PATH}/{customer_id}")
        sheet = await customer_reads.read(visit, customer_id)
        async with database.connection() as connection:
            shown = await read_timeline(connection, sheet.view.customer.id, after=after, channel=channel)
        template = "customer_timeline.html" if after is None else "customer_timeline_items.html"
        return visit.page(template, timeline=shown, **_common(sheet))

    @get("/{customer_id:uuid}/facts/{name:str}", include_in_schema=False)
    async def lead_to_fact(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        customer_id: FromPath[UUID],
        name: FromPath[str],
    ) -> Response[str]:
        """Leads to the place in the timeline where a fact was said."""
        page = f"{CUSTOMERS_PATH}/{customer_id}"
        async with database.connection() as connection:
            fact = await facts.read_fact(connection, customer_id, name)
            if fact.now is None:
                return visit.redirect(f"{page}#timeline")
            after = str(fact.now.version + 1)
            found = await history.read_timeline(connection, customer_id, after=after, limit=1, newest_first=True)
        said_in = [one.id for one in found.items if name in one.facts]
        return visit.redirect(f"{page}?after={after}#i-{said_in[0]}" if said_in else f"{page}#timeline")


async def customer_response(
    visit: Visit, reads: CustomerReads, customer_id: UUID, *, written: str, min_version: int
) -> Response[str]:
    """The page after something was `written`: htmx gets its content, in which the other forms stay as they are."""
    await discard_drafts(reads.database, visit.session.account_id, customer_id, [written])
    if not visit.is_partial:
        return visit.redirect(f"{CUSTOMERS_PATH}/{customer_id}")
    sheet = await reads.read(visit, customer_id, min_version=min_version)
    response = await _whole_page(visit, reads, sheet, written=written)
    response.headers |= {"hx-retarget": "#customer", "hx-reswap": "outerHTML"}
    return response


async def _whole_page(
    visit: Visit,
    reads: CustomerReads,
    sheet: CustomerSheet,
    *,
    written: str,
    after: str | None = None,
    channel: Channel | None = None,
    known: bool = False,
) -> Response[str]:
    async with reads.database.connection() as connection:
        timeline = await read_timeline(connection, sheet.view.customer.id, after=after, channel=channel)
        strip = await read_strip(connection, sheet.view, total=sum(timeline.counts.values()), now=visit.now)
        origins = await read_origins(connection, sheet)
        links = await read_links(visit, reads, connection, sheet.view.customer.id)
        choices = await choosable_queues(connection)
        calls = await read_calls_of_customer(connection, visit, sheet.view.customer.id)
    template = "customer_content.html" if visit.is_partial else "customer.html"
    beside: dict[str, Any] = {
        "timeline": timeline,
        "strip": strip,
        "origins": origins,
        "calls": calls,
        "links": links,
        "first_page": TIMELINE_ITEMS,
        "known_already": known,
        "empty_condition": ConditionForm(),
        "queues": choices,
        "written": written,
        "new_id": new_id,
    }
    return visit.page(template, **_common(sheet), **beside, **FORM_WORDS)


def _common(sheet: CustomerSheet) -> dict[str, Any]:
    path = f"{CUSTOMERS_PATH}/{sheet.view.customer.id}"
    beside = {"shown": shown_value, "check_of": check_of, "reason_words": REASONS}
    return {"sheet": sheet, "page_path": path, **beside, **PAIR_WORDS}
