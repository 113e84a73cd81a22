"""Embedded servers: start them as their owner, or join those that another process owns.

The owner holds the lock of the data folder, its monitor watches the servers, and the kernel ends them should the owner
be killed. Whatever a killed owner leaves on disk, the next one clears.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from service.embedded import binaries, folder, owner, postgres, valkey
from service.embedded.monitor import ServerMonitor
from service.embedded.owner import Endpoints
from service.embedded.process import wait_until
from service.errors import ConfigurationError

# As long as an owner may take to start, a crash recovery included.
JOIN_TIMEOUT_S = 120.0


class EmbeddedServers:
    """The running servers of this process, until stop() or the end of the `with` block."""

    def __init__(self, endpoints: Endpoints, undo: ExitStack) -> None:
        self.endpoints = endpoints
        self._undo = undo
        self._owner_pid = os.getpid()

    def stop(self) -> None:
        """End the servers and give the data folder free; a forked child that inherited us leaves them alone."""
        if os.getpid() == self._owner_pid:
            self._undo.close()

    def __enter__(self) -> Self:
        """These servers, running already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop them, whatever happened."""
        self.stop()


def start_servers(
    data_dir: Path,
    *,
    durable: bool = True,
    database: str = "askonce",
    cache_memory_mb: int = 512,
    redis_binary: Path | None = None,
    postgres_binaries: Path | None = None,
    connections: int = 0,
) -> EmbeddedServers:
    """Start both servers on `data_dir` and own them; the database exists when this returns.

    Call it from a thread that outlasts the servers, best the main one. `durable=False` trades the data's
    safety for speed and is for tests. `postgres_binaries` is the folder of initdb, postgres and createdb. PostgreSQL
    takes at least so many `connections`.
    Raises ConfigurationError with the reason when they cannot run here, or another process owns the folder.
    """
    with ExitStack() as undo:
        data_folder = folder.prepare_data_folder(data_dir)
        undo.enter_context(owner.own_data_folder(data_folder.root))
        undo.callback(folder.remove_socket_folder, data_folder)
        server_binaries = binaries.locate_binaries(
            data_folder, redis_binary=redis_binary, postgres_binaries=postgres_binaries
        )
        postgres.initialise_cluster(data_folder, server_binaries, durable=durable)
        watchdog = ServerMonitor(
            valkey.valkey_program(data_folder, server_binaries, memory_mb=cache_memory_mb),
            postgres.postgres_program(data_folder, server_binaries, durable=durable, connections=connections),
        )
        undo.callback(watchdog.stop)
        watchdog.start()
        postgres.create_database(data_folder, server_binaries, database)
        endpoints = Endpoints(
            database_url=postgres.database_url(data_folder, database), redis_url=valkey.cache_url(data_folder)
        )
        owner.publish_endpoints(data_folder.root, endpoints)
        undo.callback(owner.remove_endpoints, data_folder.root)
        return EmbeddedServers(endpoints, undo.pop_all())


def join_servers(data_dir: Path) -> Endpoints | None:
    """Where the servers of `data_dir` are that a living process owns, None when none does; waits while they start."""
    root = data_dir.expanduser().resolve()

    def is_decided() -> bool:
        return owner.read_endpoints(root) is not None or not owner.is_data_folder_owned(root)

    if not wait_until(is_decided, timeout_s=JOIN_TIMEOUT_S):
        raise ConfigurationError(
            f"The servers of {root} have been starting for {JOIN_TIMEOUT_S:.0f} s; see the logs there."
        )
    return owner.read_endpoints(root) if owner.is_data_folder_owned(root) else None
