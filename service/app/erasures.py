"""Erasures on the rooms of this process."""

from datetime import timedelta

from service.app.rooms import Rooms
from service.consents.holds import check_not_held
from service.inbound.mail.attachments import attachment_storage
from service.privacy.erasure.erase import Erasures, ErasureTools
from service.privacy.erasure.ledger import ledger_of


def create_erasures(rooms: Rooms) -> Erasures:
    """The erasures of these rooms, with the ledger and the storage of attachments that the settings name."""
    settings = rooms.settings
    tools = ErasureTools(
        forget_views=rooms.reader.cache.forget,
        delete_attachments=attachment_storage(settings).delete,
        check_holds=check_not_held,
        ledger=ledger_of(settings),
        grace=timedelta(seconds=settings.erasure_grace_s),
    )
    return Erasures(rooms.database, tools)
