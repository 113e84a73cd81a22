"""What a start does with the secrets in the database: those of embedded servers are sealed, of others it tells."""

import structlog

from service.channels.base import secret_settings
from service.channels.registry import ADAPTERS
from service.cli.database import prepare_database
from service.cli.serving.connections import ConnectionNeed, check_connections
from service.db.pool import Connection, Database
from service.sealing.keys import current_ring
from service.sealing.rotation import Rotation, SecretsFound, find_secrets, rotate_secrets
from service.settings.model import Settings

log = structlog.get_logger()


async def rotate(connection: Connection) -> Rotation:
    """Seal every secret with the first key, also those that are settings of doors."""
    return await rotate_secrets(connection, {name: secret_settings(one.settings) for name, one in ADAPTERS.items()})


async def prepare_service(settings: Settings, need: ConnectionNeed, *, seal: bool) -> None:
    """Have the database ready, as `prepare_database` does, with room for our connections and its secrets settled."""
    await prepare_database(settings)
    await check_connections(settings, need)
    await settle_secrets(settings, seal=seal)


async def settle_secrets(settings: Settings, *, seal: bool) -> SecretsFound:
    """How the secrets of this database are stored, with a warning of what should not stay so.

    With `seal`, those that are plain are sealed first: nobody else reads this database, who might lack the key.
    """
    database = await Database.connect(settings.direct_url, connections=1)
    try:
        async with database.transaction() as connection:
            found = await find_secrets(connection)
            if seal and found.plain:
                await rotate(connection)
                found = await find_secrets(connection)
    finally:
        await database.close()
    if found.unreadable:
        log.error("secrets_unreadable", places=found.unreadable, remedy="give their key in ASKONCE_SECRETS_KEY")
    if found.plain:
        first = "" if current_ring().fingerprint else "set ASKONCE_SECRETS_KEY, then "
        log.warning("secrets_plain", count=len(found.plain), remedy=f"{first}askonce secrets rotate")
    return found
