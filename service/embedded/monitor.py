"""The monitor: starts the servers, restarts one that ends, and stops them."""

import threading

import structlog

from service.embedded.exits import ExitWait
from service.embedded.process import ServerProgram
from service.embedded.server import ServerProcess
from service.errors import ConfigurationError

log = structlog.get_logger(__name__)

RESTART_DELAY_S = 1.0


class ServerMonitor:
    """Keeps the servers of some programs running, from start() to stop().

    start() must be called from a thread that outlasts the servers: the kernel ends them with it.
    """

    def __init__(self, *programs: ServerProgram) -> None:
        self._stopping = threading.Event()
        self._exits = ExitWait()
        self._servers = [ServerProcess(program, self._stopping) for program in programs]
        self._watcher = threading.Thread(target=self._watch, name="embedded-servers", daemon=True)

    def start(self) -> None:
        """Return when every server answers; ConfigurationError says why one does not."""
        for server in self._servers:
            server.launch()
        for server in self._servers:
            server.wait_ready()
        self._watcher.start()

    def stop(self) -> None:
        """End the servers; a server that the watcher thread restarted gets the kernel's signal as that thread ends."""
        self._stopping.set()
        self._exits.interrupt()
        if self._watcher.is_alive():
            self._watcher.join()
        for server in self._servers:
            server.stop()
        self._exits.close()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._exits.wait([server.exit_descriptor for server in self._servers])
            if self._stopping.is_set():
                return
            for server in self._servers:
                if (status := server.exit_status()) is not None:
                    log.warning("embedded_server_died", server=server.program.name, status=status)
                    self._restart(server)

    def _restart(self, server: ServerProcess) -> None:
        try:
            server.launch()
            server.wait_ready()
        except (ConfigurationError, OSError) as error:
            # A stop() that interrupts the attempt is no failure.
            if not self._stopping.is_set():
                log.error("embedded_server_not_restarted", server=server.program.name, reason=str(error))  # noqa: TRY400
            self._stopping.wait(RESTART_DELAY_S)
        else:
            log.warning("embedded_server_restarted", server=server.program.name)
