"""How a command comes to its PostgreSQL and Redis."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog
import uvloop
from msgspec.structs import replace

from service.cache.address import check_address
from service.cli.database import prepare_database
from service.cli.options import load_command_settings
from service.cli.serving.embedded import Beginning, check_beginning
from service.db.pool import Connection, Database
from service.embedded.folder import default_data_dir
from service.embedded.owner import Endpoints
from service.embedded.supervisor import join_servers, start_servers
from service.errors import ConfigurationError
from service.model.clock import Clock
from service.privacy.erasure.ledger import FILE_NAME
from service.sandbox.model import SANDBOX_FILE
from service.sealing.keys import key_of_folder, use_keys
from service.settings.model import Settings

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.app.store_rooms import StoreRooms

log = structlog.get_logger()

Result = TypeVar("Result")
AnyRooms = TypeVar("AnyRooms", bound="Rooms | StoreRooms")


@contextmanager
def running_servers(
    settings: Settings, beginning: Beginning = Beginning.REFUSED, *, connections: int = 0
) -> Iterator[Settings]:
    """The settings with the addresses of both servers in them, good for the block.

    They are the addresses set; else those of the embedded servers that run on the data folder; else those of embedded
    servers that are started now and stopped at the end of the block, for which this is called from the main thread;
    they take at least so many `connections`. `beginning` says what happens where there is no database yet.
    ConfigurationError if those may lose writes and no data folder was named for them.
    """
    if not settings.embedded:
        check_address(settings.redis_url)
        use_keys(settings.secrets_key)
        yield settings
        return
    data_dir = (settings.data_dir or default_data_dir()).expanduser()
    refuse_sandbox(data_dir)
    running = join_servers(data_dir)
    if running is not None:
        log.info("embedded_servers_joined", data_dir=str(data_dir))
        yield _with_endpoints(settings, running, data_dir)
        return
    if not settings.durable and settings.data_dir is None:
        raise ConfigurationError(
            "ASKONCE_DURABLE=false may lose what is written, and the data folder is the usual one: name a folder for "
            "tests by --data-dir or ASKONCE_DATA_DIR, or leave ASKONCE_DURABLE away."
        )
    check_beginning(settings, beginning)
    with start_servers(
        data_dir,
        durable=settings.durable,
        cache_memory_mb=settings.embedded_cache_mb,
        redis_binary=settings.redis_binary,
        postgres_binaries=settings.postgres_binaries,
        connections=connections,
    ) as servers:
        yield _with_endpoints(settings, servers.endpoints, data_dir)


def refuse_sandbox(data_dir: Path) -> None:
    """ConfigurationError for the folder of a sandbox: everybody knows the keys in there."""
    if (data_dir / SANDBOX_FILE).exists():
        raise ConfigurationError(
            f"{data_dir} is the folder of a sandbox, and everybody knows its keys: `askonce sandbox` alone runs it."
        )


def _with_endpoints(settings: Settings, endpoints: Endpoints, data_dir: Path) -> Settings:
    key = ",".join(filter(None, (settings.secrets_key, key_of_folder(data_dir))))
    use_keys(key)
    return replace(
        settings,
        database_url=endpoints.database_url,
        redis_url=endpoints.redis_url,
        secrets_key=key,
        erasures_file=settings.erasures_file or data_dir.resolve() / FILE_NAME,
    )


def run_in_transaction(
    data_dir: Path | None,
    work: Callable[[Connection], Awaitable[Result]],
    beginning: Beginning = Beginning.REFUSED,
) -> Result:
    """What `work` gives: run in one transaction on the command's database, after migrations."""

    async def run(settings: Settings) -> Result:
        await prepare_database(settings)
        database = await Database.connect(settings.direct_url, connections=1)
        try:
            async with database.transaction() as connection:
                return await work(connection)
        finally:
            await database.close()

    with running_servers(load_command_settings(data_dir), beginning) as settings:
        return uvloop.run(run(settings))


def run_in_rooms(data_dir: Path | None, work: Callable[["Rooms"], Awaitable[Result]]) -> Result:
    """What `work` gives in the rooms of the service, on the command's servers."""
    from service.app.rooms import open_rooms

    return _run_in(open_rooms, data_dir, work)


def run_in_store_rooms(data_dir: Path | None, work: Callable[["StoreRooms"], Awaitable[Result]]) -> Result:
    """What `work` gives in rooms that store and show nothing, on the command's servers, which may be new."""
    from service.app.store_rooms import open_store_rooms

    return _run_in(open_store_rooms, data_dir, work, Beginning.WARNED)


def _run_in(
    open_rooms: Callable[[Settings, Clock], Awaitable[AnyRooms]],
    data_dir: Path | None,
    work: Callable[[AnyRooms], Awaitable[Result]],
    beginning: Beginning = Beginning.REFUSED,
) -> Result:
    async def run(settings: Settings) -> Result:
        await prepare_database(settings)
        rooms = await open_rooms(settings, Clock())
        try:
            if not rooms.cache.available:
                raise ConfigurationError(f"Redis cannot be reached: {rooms.cache.failure}.")
            return await work(rooms)
        finally:
            await rooms.close()

    with running_servers(load_command_settings(data_dir), beginning) as settings:
        return uvloop.run(run(settings))
