"""Carries erasures out again that a restored backup does not know of."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from service.db.pool import Connection, Database
from service.identity.model import Identity
from service.inbound.mail.attachments import attachment_storage
from service.model.clock import Clock
from service.privacy.erasure.erase import Erasures, ErasureTools
from service.privacy.erasure.ledger import ErasureLedger, ledger_of
from service.privacy.erasure.orders import has_unburied
from service.settings.model import Settings

log = structlog.get_logger()


async def replay_ledger(settings: Settings, ledger: ErasureLedger | None = None) -> int:
    """How many erasures of this ledger, or of the deployment's, were carried out again: before anything is served.

    Processes that have cached a customer are told by the outbox. A hold is not asked for: it came after the erasure.
    """
    entries = list((ledger or ledger_of(settings)).entries())
    if not entries:
        return 0
    database = await Database.connect(settings.direct_url, connections=2)
    try:
        async with database.connection() as connection:
            if not await has_unburied(connection, [one for entry in entries for one in entry.customer_ids]):
                return 0
        erasures = Erasures(database, _tools(settings))
        replayed = sum([await erasures.replay(entry, Clock().now()) for entry in entries])
    finally:
        await database.close()
    log.warning("erasures_replayed", erasures=replayed)
    return replayed


def _tools(settings: Settings) -> ErasureTools:
    return ErasureTools(
        forget_views=_forget_nothing,
        delete_attachments=attachment_storage(settings).delete,
        check_holds=_check_nothing,
        ledger=ErasureLedger(None),
        grace=timedelta(seconds=settings.erasure_grace_s),
    )


async def _forget_nothing(_customer_ids: Collection[UUID], _identities: Collection[Identity]) -> None:
    """Nothing is cached of a database that was restored: its history is another one."""


async def _check_nothing(_connection: Connection, _customer_ids: Collection[UUID], _now: datetime) -> None:
    """Every erasure of a ledger was carried out."""
