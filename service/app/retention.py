"""The wiring of retention: what goes, and the numbers that stay of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from service.app.erasures import create_erasures
from service.db.pool import Connection
from service.inbound.mail.attachments import attachment_storage
from service.insight.expired import count_conversations, count_interactions
from service.privacy.retention.run import Retention, RetentionTools

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.privacy.retention.model import Expiring


def create_retention(rooms: "Rooms") -> Retention:
    """The runs over all customers."""
    erasures, days = create_erasures(rooms), rooms.settings.inactive_customer_days

    async def erase(customer_id: UUID, now: datetime) -> None:
        await erasures.erase(customer_id, by="askonce", reason=f"Nothing happened for {days} days.", now=now)

    tools = RetentionTools(
        keep_numbers=_keep_numbers,
        drop_views=rooms.drop_views,
        delete_attachments=attachment_storage(rooms.settings).delete,
        erase=erase,
    )
    return Retention(rooms.database, rooms.settings, tools)


def worker_retention(rooms: "Rooms") -> Callable[[datetime], Awaitable[bool]]:
    """What a worker does of it, a step at a time; gives whether there is another one."""
    retention = create_retention(rooms)

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
