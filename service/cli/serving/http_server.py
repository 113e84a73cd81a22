"""The HTTP server: granian with worker processes that are replaced when they die."""

import http.client
import ipaddress
import os
import resource
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from service.cli.serving.listener import WorkerListener, open_listener
from service.cli.serving.readiness import tell_service_manager
from service.cli.serving.stopping import ends_service
from service.embedded.parent_death import exit_with_parent
from service.errors import ConfigurationError
from service.model.clock import Clock
from service.settings.model import Settings
from service.telemetry import logs

if TYPE_CHECKING:
    from service.cli.serving.application import Application

log = structlog.get_logger()

READY_PATH = "/health/ready"
READY_POLL_S = 0.05
STOP_TIMEOUT_S = 10
"""How long a request under way may take once the server stops."""
MAX_HEADER_BYTES = 65_536
RESERVED_FILES = 256
CLOSE_STREAMS_SIGNAL = signal.SIGUSR1
"""On it a worker ends its streams of events, which a stop would wait for."""
CRASH_LOOP_WINDOW_S = 5.0
_LISTENING = "0A"
"""The state of a listening socket in /proc/net/tcp (proc_pid_net(5))."""
_LOGGING = {
    "handlers": {name: {"class": "service.telemetry.logs.LibraryHandler"} for name in ("console", "access")},
}


class HttpServer(MPServer):
    """Serves the application until one of the `ending` signals arrives; `on_stop` is called at once then.

    `on_ready` is told the URL once the application is ready. `load` makes the application in each of the processes.

    Before the application has been ready once, a worker that crashes ends the server: it would crash again. Afterwards
    every crashed worker is replaced, however often; granian alone would give up at the second crash.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        address: str,
        port: int,
        workers: int,
        stop_signals: Collection[signal.Signals],
        on_ready: Callable[[str], None],
        on_stop: Callable[[], None],
        load: "Callable[[], Callable[..., Awaitable[None]]] | None" = None,
    ) -> None:
        super().__init__(
            "askonce",
            address=address,
            port=port,
            interface=Interfaces.ASGI,
            workers=workers,
            loop=Loops.uvloop,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(max_buffer_size=MAX_HEADER_BYTES),
            websockets=False,
            backpressure=_raise_file_limit(settings.connections),
            log_level=LogLevels.warning,
            log_dictconfig=_LOGGING,
            workers_kill_timeout=STOP_TIMEOUT_S,
        )
        self._settings = settings
        self._stop_signals = stop_signals
        self._on_ready = on_ready
        self._load = load or partial(make_application, settings)
        self._on_stop = on_stop
        self.on_startup(self._install_signal_handlers)
        self._stopped = threading.Event()
        self._replaced_at = -CRASH_LOOP_WINDOW_S

    def _init_shared_socket(self) -> None:
        """Instead of granian's sockets, which take no options; ours keeps the port while workers are replaced."""
        listener = WorkerListener(self.bind_addr, self.bind_port, self.backlog, self._settings.write_timeout_s)
        self._port_holder = open_listener(*listener)
        self._shd, self._sso = listener, None  # type: ignore[assignment]  # granian's attributes have no types

    def run(self) -> None:
        """Serve. ConfigurationError if the application does not become ready."""
        threading.Thread(target=self._announce_when_ready, name="announcer", daemon=True).start()
        try:
            self.serve(target_loader=self._load, wrap_loader=False)
        except SystemExit as end:
            if not self.interrupt_signal:
                raise ConfigurationError("The service ended at its start: the log lines above say why.") from end
        finally:
            self._stopped.set()

    def _install_signal_handlers(self) -> None:
        """Instead of granian's own handlers, which on SIGHUP would go on with new workers."""
        for number in self._stop_signals:
            signal.signal(number, self._interrupt)
        if signal.SIGHUP not in self._stop_signals:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _interrupt(self, number: int, _frame: object) -> None:
        if not ends_service(number):
            return
        self._on_stop()
        self.interrupt_signal = True
        self.main_loop_interrupt.set()

    def _announce_when_ready(self) -> None:
        """Once all workers listen: what connects earlier stays with the first of them as long as it is connected."""
        while not self._stopped.wait(READY_POLL_S):
            if _is_ready(self.bind_addr, self.bind_port) and listening_sockets(self.bind_port) >= self.workers:
                self.respawn_failed_workers = True
                self._on_ready(url_of_address(self.bind_addr, self.bind_port))
                tell_service_manager()
                return

    def _stop_workers(self) -> None:
        """Granian's stop, which waits for the requests under way: streams of events are ended."""
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, CLOSE_STREAMS_SIGNAL)
        super()._stop_workers()  # type: ignore[no-untyped-call]

    def _respawn_workers(self, workers: list[int], *arguments: Any, **options: Any) -> None:
        """Granian's replacement of workers, without its memory of earlier ones, and slower in a loop of crashes."""
        log.warning("server_workers_replaced", workers=len(workers))
        if monotonic() < self._replaced_at + CRASH_LOOP_WINDOW_S:
            self.main_loop_interrupt.wait(1.0)
        super()._respawn_workers(workers, *arguments, **options)
        self._replaced_at = monotonic()
        self.respawned_wrks.clear()
        if self.interrupt_signal:  # a signal in the moment before granian cleared this would be lost
            self.main_loop_interrupt.set()


def make_application(settings: Settings) -> "Application":
    """The application, made in the worker process that serves it."""
    from service.cli.serving.application import Application

    exit_with_parent(CLOSE_STREAMS_SIGNAL, signal.SIGTERM)
    logs.configure_logging(level=settings.log_level, log_format=settings.log_format)
    return Application(settings, Clock())


def resolve_bind_address(host: str, port: int) -> tuple[str, int]:
    """The address and port to listen on, a free one for port 0; ConfigurationError if that is not possible.

    Granian's sockets share their port with any other that allows it, so a port that is taken must be noticed before.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            found = probe.getsockname()
    except OSError as error:
        raise ConfigurationError(
            f"{host} port {port} cannot be listened on ({error.strerror}): choose another --port or --host."
        ) from error
    return str(found[0]), int(found[1])


def _raise_file_limit(connections: int) -> int:
    """So many of the connections as the limit of open files allows; a low limit is raised as far as possible."""
    soft_limit, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = connections + RESERVED_FILES
    if hard_limit != resource.RLIM_INFINITY:
        files = min(files, hard_limit)
    if soft_limit != resource.RLIM_INFINITY and soft_limit < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard_limit))
    return files - RESERVED_FILES


def listening_sockets(port: int) -> float:
    """How many sockets listen on a port, on any address; where the system does not say, no number is too high."""
    tables = [table for table in map(Path, ("/proc/net/tcp", "/proc/net/tcp6")) if table.exists()]
    if not tables:
        return float("inf")
    rows = (line.split() for table in tables for line in table.read_text().splitlines()[1:])
    return sum(row[1].endswith(f":{port:04X}") and row[3] == _LISTENING for row in rows)


def _is_ready(address: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_client_host(address), port, timeout=1)
    try:
        connection.request("GET", READY_PATH)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def url_of_address(address: str, port: int) -> str:
    """The URL of a server that listens there, for who is on this machine."""
    host = _client_host(address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _client_host(address: str) -> str:
    """The address itself, or the loopback one for an address that stands for all."""
    parsed = ipaddress.ip_address(address)
    if not parsed.is_unspecified:
        return address
    return "127.0.0.1" if isinstance(parsed, ipaddress.IPv4Address) else "::1"
