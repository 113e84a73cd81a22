"""Embedded servers: start them as their owner, or join those that another process owns.

The owner holds the lock of the data folder, its keeper watches the servers, and the kernel ends them should the owner
be killed. Whatever a killed owner leaves on disk, the next one clears.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from service.embedded import binaries, folder, owner, postgres, valkey
from service.embedded.keeper import ServerMonitor
from service.embedded.owner import Endpoints
from service.embedded.process import wait_until
from service.errors import ConfigurationError

# As long as an owner may take to start, a crash recovery included.
JOIN_PATIENCE_S = 120.0


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


def start(
    data_dir: Path,
    *,
    durable: bool = True,
    database: str = "askonce",
    cache_memory_mb: int = 512,
    redis_binary: Path | None = None,
    postgres_binaries: Path | None = None,
) -> EmbeddedServers:
    """Start both servers on `data_dir` and own them; the database exists when this returns.

    Call it from a thread that lives as long as the servers shall, best the main one. `durable=False` trades the data's
    safety for speed and is for tests. `postgres_binaries` is the folder of initdb, postgres and createdb.
    Raises ConfigurationError with the reason when they cannot run here, or another process owns the folder.
    """
    with ExitStack() as undo:
        place = folder.prepare(data_dir)
        undo.enter_context(owner.owning(place.root))
        undo.callback(folder.discard, place)
        programs = binaries.locate(place, redis_binary=redis_binary, postgres_binaries=postgres_binaries)
        postgres.initialise(place, programs, durable=durable)
        keeper = ServerMonitor(
            valkey.program(place, programs, memory_mb=cache_memory_mb),
            postgres.program(place, programs, durable=durable),
        )
        undo.callback(keeper.stop)
        keeper.start()
        postgres.create_database(place, programs, database)
        endpoints = Endpoints(database_url=postgres.url(place, database), redis_url=valkey.url(place))
        owner.publish(place.root, endpoints)
        undo.callback(owner.withdraw, place.root)
        return EmbeddedServers(endpoints, undo.pop_all())


def join(data_dir: Path) -> Endpoints | None:
    """Where the servers of `data_dir` are that a living process owns, None when none does; waits while they start."""
    root = data_dir.expanduser().resolve()

    def settled() -> bool:
        return owner.published(root) is not None or not owner.is_owned(root)

    if not wait_until(settled, seconds=JOIN_PATIENCE_S):
        raise ConfigurationError(
            f"The servers of {root} have been starting for {JOIN_PATIENCE_S:.0f} s; see the logs there."
        )
    return owner.published(root) if owner.is_owned(root) else None
