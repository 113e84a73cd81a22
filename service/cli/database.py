"""Makes a database ready for the service: reachable, safe, and with the schema of this version."""

import asyncio
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import structlog

from service.cache.hosts import ask_once
from service.db.migrate import MigrationState, migrate, migration_states
from service.db.pool import Database
from service.db.servers import DirectConnection, ServerFinder, server_urls
from service.db.startup.address import EXAMPLE, read_address
from service.db.startup.server_check import READ_ONLY, check_database_server, check_direct, check_pool
from service.errors import CacheUnavailable, ConfigurationError, Unavailable
from service.settings.model import Settings

log = structlog.get_logger()

CONNECT_TIMEOUT_S = 30.0
CONNECT_TRY_S = 5.0
"""A server that starts says so at once; one that does not answer is tried again, for as long as it is waited for."""
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
    asyncpg.InvalidPasswordError: "PostgreSQL refuses the user or password in {variable}; special characters of them "
    "are written percent-encoded, such as %40 for @ and %25 for %.",
    asyncpg.InvalidAuthorizationSpecificationError: "PostgreSQL refuses the user in {variable}, with or without TLS or "
    "a certificate as it stands there: {message}.",
    asyncpg.InvalidCatalogNameError: "The database in {variable} does not exist: create it with createdb.",
    asyncpg.InsufficientPrivilegeError: "The user in {variable} may not create tables: let it own the database.",
    asyncpg.LockNotAvailableError: "A table is in use by a long transaction and cannot be migrated: try again later.",
    asyncpg.ReadOnlySQLTransactionError: READ_ONLY,
    asyncpg.InvalidSchemaNameError: "The search_path in {variable} leads to no schema that tables can be created in: "
    "make that schema first.",
    asyncpg.UndefinedObjectError: "PostgreSQL does not know what {variable} or a start names ({message}): an option "
    "that is none of libpq's is taken for a setting of PostgreSQL.",
    asyncpg.CantChangeRuntimeParamError: "{variable} sets what no session may set ({message}): leave that option away.",
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
    read_address(settings.database_url)
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
    address = read_address(url, variable)
    _require_files(address.url, variable)
    wait, finder = _Wait(variable, address.url), ServerFinder(url)
    while True:
        try:
            return await finder.connect(timeout=CONNECT_TRY_S, statement_cache_size=0)
        except asyncpg.TargetServerAttributeNotMatched as error:
            raise ConfigurationError(READ_ONLY.format(variable=variable)) from error
        except (ValueError, asyncpg.InterfaceError, ssl.SSLError, ConnectionError) as error:
            if refusal := _tls_refusal(error, variable):
                raise ConfigurationError(refusal) from error
            if isinstance(error, ConnectionError):
                await wait.pause(error)
                continue
            raise ConfigurationError(f"{variable} is no address that can be used, such as {EXAMPLE}.") from error
        except _STARTUP_ERRORS as error:
            await wait.pause(error)


class _Wait:
    """The wait for a PostgreSQL that starts; each reason of it is told once, at once."""

    def __init__(self, variable: str, url: str) -> None:
        self._variable = variable
        self._url = url
        self._told: set[str] = set()
        self._deadline = monotonic() + CONNECT_TIMEOUT_S

    async def pause(self, error: Exception) -> None:
        """Wait before the next try. ConfigurationError if none can succeed, or the time for them is over."""
        reason = _reason_of(error)
        if monotonic() > self._deadline:
            raise ConfigurationError(
                f"PostgreSQL cannot be reached ({reason}): start it, or correct {self._variable}."
            ) from error
        if reason not in self._told:
            self._told.add(reason)
            log.warning("database_awaited", reason=reason, setting=self._variable, limit_s=CONNECT_TIMEOUT_S)
            if isinstance(error, TimeoutError) and await _is_redis(self._url):
                raise ConfigurationError(
                    f"A Redis answers at the host and port in {self._variable}: name those of PostgreSQL."
                ) from error
        await asyncio.sleep(CONNECT_RETRY_S)


def _reason_of(error: Exception) -> str:
    """Why a connection to PostgreSQL did not come about, in words for an operator; without values."""
    match error:
        case socket.gaierror():
            return "the host has no address"
        case ConnectionRefusedError():
            return "nothing listens at the host and port"
        case FileNotFoundError():
            return "there is no such socket"
        case TimeoutError():
            return "nothing answers at the host and port"
        case asyncpg.CannotConnectNowError():
            return "it is starting or stopping"
        case asyncpg.TooManyConnectionsError():
            return "it has no connection left"
        case asyncpg.ConnectionDoesNotExistError() | ConnectionResetError():
            return "what listens there ends the connection, so that it may be no PostgreSQL"
        case OSError(strerror=str(why)):
            return why
        case _:
            return type(error).__name__


async def _is_redis(url: str) -> bool:
    """Whether what the address leads to first speaks the protocol of Redis."""
    parts = urlsplit(server_urls(url)[0])
    if not parts.hostname:
        return False
    try:
        await ask_once(parts.hostname, parts.port or 5432, ("PING",), limit_s=1.0)
    except CacheUnavailable as error:
        return error.detail in {"NOAUTH", "NOPERM", "DENIED"}
    except (OSError, TimeoutError):
        return False
    return True


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
