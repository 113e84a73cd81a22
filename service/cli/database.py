"""Makes a database ready for the service: reachable, safe, and with the schema of this version."""

import asyncio
from time import monotonic

import asyncpg
import structlog

from service.db.migrate import migrate
from service.db.server_check import check_database_server
from service.errors import ConfigurationError
from service.settings.model import Settings

log = structlog.get_logger()

CONNECT_TIMEOUT_S = 30.0
CONNECT_RETRY_S = 0.5

_STARTUP_ERRORS = (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError)
_CONFIGURATION_ERRORS: dict[type[Exception], str] = {
    asyncpg.InvalidAuthorizationSpecificationError: "PostgreSQL refuses the user or password in ASKONCE_DATABASE_URL.",
    asyncpg.InvalidCatalogNameError: "The database in ASKONCE_DATABASE_URL does not exist: create it with createdb.",
    asyncpg.InsufficientPrivilegeError: (
        "The user in ASKONCE_DATABASE_URL may not create tables: let it own the database."
    ),
    asyncpg.LockNotAvailableError: ("A table is in use by a long transaction and cannot be migrated: try again later."),
}


async def prepare_database(settings: Settings) -> list[str]:
    """The names of the migrations that were applied now.

    Waits a while for a PostgreSQL that is starting. ConfigurationError says why this one cannot be used.
    """
    try:
        connection = await _connect(settings.database_url)
        try:
            await check_database_server(connection, durable=settings.durable)
        finally:
            await connection.close()
        return await migrate(settings.database_url)
    except tuple(_CONFIGURATION_ERRORS) as error:
        raise ConfigurationError(
            next(text for kind, text in _CONFIGURATION_ERRORS.items() if isinstance(error, kind))
        ) from error


async def _connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    deadline = monotonic() + CONNECT_TIMEOUT_S
    while True:
        try:
            return await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
        except (ValueError, asyncpg.InterfaceError) as error:
            raise ConfigurationError(
                "ASKONCE_DATABASE_URL is no address like postgresql://user:password@host/askonce."
            ) from error
        except _STARTUP_ERRORS as error:
            if monotonic() > deadline:
                raise ConfigurationError(
                    "PostgreSQL cannot be reached: start it, or correct ASKONCE_DATABASE_URL."
                ) from error
            log.warning("database_awaited", reason=type(error).__name__)
        await asyncio.sleep(CONNECT_RETRY_S)
