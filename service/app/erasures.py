"""Erasures on the rooms of this process."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from service.app.rooms import Rooms
from service.db.pool import Connection
from service.inbound.mail.attachments import attachment_storage
from service.privacy.erasure.erase import Erasures, ErasureTools
from service.privacy.erasure.ledger import ledger_of


def create_erasures(rooms: Rooms) -> Erasures:
    """The erasures of these rooms, with the ledger and the storage of attachments that the settings name."""
    settings = rooms.settings
    tools = ErasureTools(
        forget_views=rooms.reader.cache.forget,
        delete_attachments=attachment_storage(settings).delete,
        check_holds=_check_no_holds,
        ledger=ledger_of(settings),
        grace=timedelta(seconds=settings.erasure_grace_s),
    )
    return Erasures(rooms.database, tools)


async def _check_no_holds(_connection: Connection, _customer_ids: Collection[UUID], _now: datetime) -> None:
    """No hold can be set yet."""
