"""The wiring of retention: what goes, and the numbers that stay of it."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from service.db.pool import Connection, Database
from service.insight.expired import count_conversations, count_interactions
from service.privacy.retention.run import Retention
from service.settings.model import Settings

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.privacy.retention.model import Expiring


def create_retention(
    database: Database, settings: Settings, drop_views: Callable[[Collection[UUID]], Awaitable[None]]
) -> Retention:
    """The runs over all customers."""
    return Retention(database, settings, keep_numbers=_keep_numbers, drop_views=drop_views)


def worker_retention(rooms: "Rooms") -> Callable[[datetime], Awaitable[bool]]:
    """What a worker does of it, a step at a time; gives whether there is another one."""
    retention = create_retention(rooms.database, rooms.settings, rooms.drop_views)

    async def take_step(now: datetime) -> bool:
        return (await retention.take_step(now)).more

    return take_step


async def _keep_numbers(connection: Connection, expiring: "Expiring", zone: ZoneInfo) -> None:
    interactions, conversations = expiring.interactions, expiring.conversations
    if interactions:
        await count_interactions(
            connection,
            [one.customer_id for one in interactions],
            [one.occurred_at for one in interactions],
            [one.interaction_id for one in interactions],
            zone,
        )
    if conversations:
        await count_conversations(
            connection,
            [one.customer_id for one in conversations],
            [one.conversation_id for one in conversations],
            zone,
        )
