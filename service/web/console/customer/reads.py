"""Reads what the page of a customer shows as routes of the API do: counted in the agent's budgets, and on record."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.access.audit import ReadAudit
from service.access.budgets import LookUpBudgets
from service.context.audiences import ConsoleView
from service.context.reader import ContextReader
from service.context.views import ViewName
from service.db.pool import Connection, Database
from service.errors import CustomerUnknown
from service.model.page import Page
from service.model.vocabulary import Channel
from service.privacy.reads.reasons import check_served
from service.timeline import history
from service.timeline.history import Origin, TimelineItem
from service.web.console.customer.sheet import CustomerSheet, customer_sheet
from service.web.console.customer.strip import MAX_READ, JourneyStrip, journey_strip
from service.web.console.visit import Visit

TIMELINE_ITEMS = 12


_view_decoder = msgspec.json.Decoder(ConsoleView)


class CustomerReads(Struct, frozen=True):
    """The contexts of customers, for pages."""

    database: Database
    reader: ContextReader
    audit: ReadAudit
    budgets: LookUpBudgets
    reason_needed: bool = False
    """Whether agents say why they open a customer whom they do not serve."""

    async def read(self, visit: Visit, customer_id: UUID, *, min_version: int = 0) -> CustomerSheet:
        """The sheet of a customer, or of the survivor. CustomerUnknown if there is none."""
        principal, now = visit.session.principal, visit.now
        key = self.budgets.check(principal, now)
        try:
            answer = await self.reader.read_by_id(customer_id, ViewName.CONSOLE, now=now, min_version=min_version)
        except CustomerUnknown:
            await self.budgets.count_miss(principal, now)
            raise
        if not key.has_counted(answer.customer_id):
            await self.budgets.count_customer(principal, answer.customer_id, now)
        self.audit.record_read(principal.key_id, ViewName.CONSOLE, answer.customer_id)
        if self.reason_needed:
            await self._check_served(visit, answer.customer_id)
        return customer_sheet(_view_decoder.decode(answer.body), now, stale=answer.stale)

    async def _check_served(self, visit: Visit, customer_id: UUID) -> None:
        """ReasonNeeded if the agent neither serves the customer nor has said why they are opened."""
        session = visit.session
        async with self.database.connection() as connection:
            await check_served(
                connection, customer_id, session.account_id, now=visit.now, agent=session.name, queues=session.queues
            )

    async def count_shown(self, visit: Visit, customer_ids: Collection[UUID], view: str) -> None:
        """Each of these customers is shown: it counts once in the budgets, and stands on record."""
        principal, now = visit.session.principal, visit.now
        key = self.budgets.check(principal, now)
        for customer_id in customer_ids:
            if not key.has_counted(customer_id):
                await self.budgets.count_customer(principal, customer_id, now)
            self.audit.record_read(principal.key_id, view, customer_id)


class TimelineShown(Struct, frozen=True, kw_only=True):
    """A part of a timeline, newest first; `counts` has the channels that the customer used."""

    page: Page[TimelineItem]
    counts: dict[Channel, int]
    channel: Channel | None
    after: str | None


async def read_origins(connection: Connection, sheet: CustomerSheet) -> dict[tuple[datetime, str], Origin]:
    """Where the identities that are shown were said, by time and source: what people added has no such place."""
    lines = (one for one in sheet.known if one.said_in is None and one.fact is None)
    stated = {(one.at, one.source) for one in lines if one.at is not None and one.source is not None}
    return await history.find_origins(connection, sheet.view.customer.id, stated)


async def read_strip(connection: Connection, view: ConsoleView, *, total: int, now: datetime) -> JourneyStrip | None:
    """The strip of the newest contacts of a customer, who has `total` interactions."""
    newest = await history.read_timeline(connection, view.customer.id, after=None, limit=MAX_READ, newest_first=True)
    return journey_strip(newest.items, view.callbacks, total=total, now=now)


async def read_timeline(
    connection: Connection, customer_id: UUID, *, after: str | None, channel: Channel | None
) -> TimelineShown:
    """The interactions behind `after`, of one channel if it is named."""
    channels = [channel] if channel else []
    page = await history.read_timeline(
        connection, customer_id, after=after, limit=TIMELINE_ITEMS, newest_first=True, channels=channels
    )
    counts = await history.count_by_channel(connection, customer_id)
    return TimelineShown(page=page, counts=counts, channel=channel, after=after)
