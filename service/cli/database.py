"""Makes a database ready for the service: reachable, safe, and with the schema of this version."""

import asyncio
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import structlog

from service.db.migrate import MigrationState, migrate, migration_states
from service.db.pool import Database
from service.db.server_check import READ_ONLY, check_database_server, check_direct, check_pool
from service.db.servers import DirectConnection, ServerFinder
from service.errors import ConfigurationError, Unavailable
from service.settings.model import Settings

log = structlog.get_logger()

CONNECT_TIMEOUT_S = 30.0
CONNECT_RETRY_S = 0.5

_TLS_FILES = {"sslrootcert", "sslcert", "sslkey", "sslcrl"}
_STARTUP_ERRORS = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.TooManyConnectionsError,
)
_CONFIGURATION_ERRORS: dict[type[Exception], str] = {
    asyncpg.InvalidPasswordError: "PostgreSQL refuses the user or password in {variable}.",
    asyncpg.InvalidAuthorizationSpecificationError: "PostgreSQL refuses the user in {variable}, with or without TLS or "
    "a certificate as it stands there: {message}.",
    asyncpg.InvalidCatalogNameError: "The database in {variable} does not exist: create it with createdb.",
    asyncpg.InsufficientPrivilegeError: "The user in {variable} may not create tables: let it own the database.",
    asyncpg.LockNotAvailableError: "A table is in use by a long transaction and cannot be migrated: try again later.",
    asyncpg.ReadOnlySQLTransactionError: READ_ONLY,
    asyncpg.PostgresError: "PostgreSQL refuses what a start needs of {variable}, with SQLSTATE {sqlstate}: {message}.",
}


async def prepare_database(settings: Settings) -> list[str]:
    """The names of the migrations that were applied now; erasures that a restored backup does not know are repeated.

    Waits a while for a PostgreSQL that is starting. ConfigurationError says why this one cannot be used.
    """
    with _refusals_told(settings):
        variable = _direct_variable(settings)
        connection = await _connect(settings.direct_url, variable)
        try:
            await check_direct(connection, variable=variable)
            await check_database_server(connection, durable=settings.durable)
            await _check_pool(settings, connection)
        finally:
            await connection.close()
        applied = await migrate(settings.direct_url)
    if settings.erasures_file is not None and settings.erasures_file.exists():
        from service.cli.replaying import replay_ledger  # what it imports takes long

        await replay_ledger(settings)
    return applied


async def read_migrations(settings: Settings) -> list[MigrationState]:
    """Every migration of this version, and of a newer one that the database has; nothing is applied."""
    with _refusals_told(settings):
        connection = await _connect(settings.direct_url, _direct_variable(settings))
        await connection.close()
        return await migration_states(settings.direct_url)


@contextmanager
def _refusals_told(settings: Settings) -> Iterator[None]:
    """For the block what PostgreSQL refuses becomes a ConfigurationError, which names the setting that is wrong."""
    try:
        yield
    except asyncpg.PostgresError as error:
        text = next(text for kind, text in _CONFIGURATION_ERRORS.items() if isinstance(error, kind))
        message = str(error.args[0]).rstrip(".")
        raise ConfigurationError(
            text.format(variable=_direct_variable(settings), sqlstate=error.sqlstate, message=message)
        ) from error


def _direct_variable(settings: Settings) -> str:
    return "ASKONCE_DATABASE_DIRECT_URL" if settings.pooled else "ASKONCE_DATABASE_URL"


async def _check_pool(settings: Settings, direct: DirectConnection) -> None:
    """The service's own way to the database, which may lead through a pooler."""
    try:
        database = await Database.connect(settings.database_url, connections=1, pooled=settings.pooled)
    except Unavailable as error:
        raise ConfigurationError(f"ASKONCE_DATABASE_URL cannot be used: {str(error.__cause__).rstrip('.')}.") from error
    try:
        async with database.connection() as connection:
            await check_pool(connection, direct)
    finally:
        await database.close()


async def _connect(url: str, variable: str) -> DirectConnection:
    _require_files(url, variable)
    deadline = monotonic() + CONNECT_TIMEOUT_S
    finder = ServerFinder(url)
    while True:
        try:
            return await finder.connect(timeout=CONNECT_TIMEOUT_S, statement_cache_size=0)
        except asyncpg.TargetServerAttributeNotMatched as error:
            raise ConfigurationError(READ_ONLY.format(variable=variable)) from error
        except (ValueError, asyncpg.InterfaceError, ssl.SSLError, ConnectionError) as error:
            if refusal := _tls_refusal(error, variable):
                raise ConfigurationError(refusal) from error
            if isinstance(error, ConnectionError):
                await _wait_on(error, deadline, variable)
                continue
            raise ConfigurationError(
                f"{variable} is no address like postgresql://user:password@host/askonce."
            ) from error
        except _STARTUP_ERRORS as error:
            await _wait_on(error, deadline, variable)


async def _wait_on(error: Exception, deadline: float, variable: str) -> None:
    """Pause before the next try. ConfigurationError once the time for tries is over."""
    if monotonic() > deadline:
        raise ConfigurationError(f"PostgreSQL cannot be reached: start it, or correct {variable}.") from error
    log.warning("database_awaited", reason=type(error).__name__)
    await asyncio.sleep(CONNECT_RETRY_S)


def _require_files(url: str, variable: str) -> None:
    """ConfigurationError if a file of TLS that an address names cannot be read."""
    for name, path in parse_qsl(urlsplit(url).query):
        if name in _TLS_FILES and not os.access(path, os.R_OK):
            raise ConfigurationError(f"{name} in {variable}: {path} is absent or cannot be read.")


def _tls_refusal(error: Exception, variable: str) -> str:
    """Why TLS to PostgreSQL does not come about, for an operator; empty if it is not TLS that fails."""
    match error:
        case ssl.SSLCertVerificationError(verify_message=why):
            return (
                f"TLS refuses the certificate of PostgreSQL ({why}): name its authority by sslrootcert in {variable}, "
                "or correct the host's name."
            )
        case ssl.SSLError(reason=why):
            return f"TLS to PostgreSQL fails ({why}): correct sslrootcert, sslcert and sslkey in {variable}."
        case ConnectionError() if "rejected SSL" in str(error):
            return f"PostgreSQL speaks no TLS, which sslmode in {variable} asks for: set `ssl = on` there."
        case ValueError() if "ssl" in str(error):
            return f"The options of TLS in {variable} cannot be used: {str(error).splitlines()[0].rstrip('.')}."
        case _:
            return ""
