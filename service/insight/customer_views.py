"""The console's views of many customers as the database has them now, for rules; the cache is not asked."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.context.audiences import ConsoleView
from service.context.projection import project_context
from service.context.records import RecordsQuery, load_all_records
from service.context.views import console_view
from service.db.pool import Connection
from service.model.vocabulary import Purpose


class ReadViews(Struct, frozen=True, kw_only=True):
    """The views of those customers that are there, each once, and who of those asked for stands for nobody."""

    views: tuple[ConsoleView, ...]
    members: dict[UUID, tuple[UUID, ...]]
    """Each customer of these views with the whole merge set."""
    others: frozenset[UUID]
    """Customers that are gone or merged into another one, and those of whom nothing may be concluded."""


async def read_views(
    connection: Connection, customer_ids: Collection[UUID], *, now: datetime, zone: ZoneInfo
) -> ReadViews:
    """The views of these customers at `now`; of a merged one that of the survivor."""
    queries = [RecordsQuery(customer_id=one) for one in customer_ids]
    found = await load_all_records(connection, queries, now=now, zone=zone)
    by_id = {
        records.customers[0].customer_id: records
        for records in found
        if records is not None and not records.is_restricted and Purpose.PROFILING not in records.refused
    }
    contexts = [project_context(records, now=now, zone=zone) for records in by_id.values()]
    members = {one.customer.id: one.member_ids for one in contexts}
    named = {*customer_ids, *(member for merged in members.values() for member in merged)}
    return ReadViews(
        views=tuple(console_view(one) for one in contexts), members=members, others=frozenset(named - members.keys())
    )
