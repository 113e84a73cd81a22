"""The page of one customer's journey, its picture by itself, and where a touchpoint stands in the timeline."""

import asyncio
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from service.db.pool import Database
from service.journey.journey import anonymous_copy, draw_up_journey
from service.journey.model import Journey, NoteKind, Phase
from service.journey.picture import labels
from service.journey.picture.render import render_svg
from service.journey.picture.theme import Theme
from service.journey.picture.words import PictureWords
from service.journey.reading import read_journey_records
from service.journey.words import journey_words
from service.model.vocabulary import AgentRole
from service.settings.model import Settings
from service.timeline import history
from service.web.console.customer.reads import CustomerReads
from service.web.console.customer.sheet import CustomerSheet
from service.web.console.guard import for_roles
from service.web.console.journey.sheet import journey_sheet, touchpoint_card
from service.web.console.journey.words import KINDS, NOTE_KINDS, RULES
from service.web.console.pages.customer import CUSTOMERS_PATH, READERS
from service.web.console.visit import PAGE_HEADERS, Visit

JOURNEY_PATH = CUSTOMERS_PATH + "/{customer_id:uuid}/journey"
BORDER_MOVERS = frozenset({AgentRole.SUPERVISOR, AgentRole.ADMIN})
PICTURE_HEADERS = PAGE_HEADERS | {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""The picture has its styles in it; it loads nothing and runs nothing."""


class JourneyPages(Controller):
    """What one sees of a journey; reads count and are on record as those of the customer's page are."""

    path = JOURNEY_PATH
    guards = [for_roles(*READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_journey(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromPath[UUID],
        at: FromQuery[int | None] = None,
        phase: FromQuery[Phase | None] = None,
        kind: FromQuery[NoteKind | None] = None,
    ) -> Response[str]:
        """The whole page, or for htmx the touchpoint with the number `at`; a merged customer leads to the survivor."""
        customer = await customer_reads.read(visit, customer_id)
        shown_id = customer.view.customer.id
        if shown_id != customer_id:
            return visit.redirect(journey_path(shown_id))
        journey = await read_journey(visit, customer_reads, settings, customer)
        words = PictureWords(visit.look.language, ZoneInfo(settings.time_zone))
        shown = touchpoint_card(journey, at)
        values = _values(visit, shown_id, words) | {"shown": shown}
        if visit.is_partial and shown is not None:
            return visit.page("journey/card.html", **values)
        sheet = await asyncio.to_thread(journey_sheet, journey, words, shown)
        values |= {"sheet": sheet, "journey": journey, "name": customer.view.customer.name}
        return visit.page("journey/page.html", **values, wanted_phase=phase, wanted_kind=kind)

    @get("/picture", include_in_schema=False)
    async def show_picture(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromPath[UUID],
        anonymous: FromQuery[bool] = False,
        theme: FromQuery[Theme | None] = None,
    ) -> Response[str]:
        """The picture by itself, as a file; an anonymous one names nobody and quotes nothing."""
        customer = await customer_reads.read(visit, customer_id)
        journey = await read_journey(visit, customer_reads, settings, customer)
        shown = anonymous_copy(journey) if anonymous else journey
        zone = ZoneInfo(settings.time_zone)
        svg = await asyncio.to_thread(render_svg, shown, language=visit.look.language, theme=theme, zone=zone)
        return Response(svg, media_type="image/svg+xml", headers=PICTURE_HEADERS)

    @get("/touchpoints/{touchpoint_id:uuid}", include_in_schema=False)
    async def lead_to_touchpoint(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        *,
        customer_id: FromPath[UUID],
        touchpoint_id: FromPath[UUID],
    ) -> Response[str]:
        """Leads to where a touchpoint stands: in the timeline, or, for a promise that was broken, to its callback."""
        async with database.connection() as connection:
            found = await history.find_interaction(connection, customer_id, touchpoint_id)
        if found is None:
            return visit.redirect(f"/console/callbacks/{touchpoint_id}")
        member = "" if found.customer_id == customer_id else f":{found.customer_id}"
        return visit.redirect(f"{CUSTOMERS_PATH}/{customer_id}?after={found.version + 1}{member}#i-{found.id}")


def _values(visit: Visit, customer_id: UUID, words: PictureWords) -> dict[str, Any]:
    """What the page and the card of a touchpoint have in common."""
    return {
        "words": words,
        "labels": labels,
        "kinds": KINDS,
        "rules": RULES,
        "note_kinds": NOTE_KINDS,
        "phases": tuple(Phase),
        "may_move": visit.session.role in BORDER_MOVERS,
        "customer_id": customer_id,
        "customer_path": f"{CUSTOMERS_PATH}/{customer_id}",
        "page_path": journey_path(customer_id),
    }


async def read_journey(visit: Visit, reads: CustomerReads, settings: Settings, customer: CustomerSheet) -> Journey:
    """The journey of a customer whose reading has been counted; a long one is drawn up beside the event loop."""
    words = journey_words(settings)
    async with reads.database.connection() as connection:
        records = await read_journey_records(connection, customer.view.customer.id, words)
    return await asyncio.to_thread(draw_up_journey, records, words, language=visit.look.language, now=visit.now)


def journey_path(customer_id: UUID) -> str:
    """The path of the page of a customer's journey."""
    return f"{CUSTOMERS_PATH}/{customer_id}/journey"
