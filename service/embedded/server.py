"""One server: launched, waited for, and ended."""

import os
import subprocess
import threading
import time

from service.embedded.exits import open_exit_descriptor
from service.embedded.process import (
    ServerProgram,
    hold_stop_signals,
    last_log_lines,
    rotate_log,
    spawn_server,
    stop_leftover_server,
    stop_process,
    wait_until,
)
from service.errors import ConfigurationError

# A crash recovery may have a gigabyte of WAL to read.
READY_TIMEOUT_S = 120.0
TRANSIENT_TIMEOUT_S = 15.0
TRANSIENT_RETRY_S = 0.1


class ServerProcess:
    """The process of one program, replaced by a new one with each launch(); `stopping` cuts all waiting short."""

    def __init__(self, program: ServerProgram, stopping: threading.Event) -> None:
        self.program = program
        self._stopping = stopping
        self._process: subprocess.Popen[bytes] | None = None
        self._log_size_bytes = 0
        self.exit_descriptor: int | None = None
        """Readable once the process has ended; None where the system has no such descriptors."""

    def launch(self) -> None:
        """Start the server without waiting for it, after ending what a killed owner left of it."""
        stop_leftover_server(self.program)
        self._log_size_bytes = rotate_log(self.program.log)
        with hold_stop_signals():
            self._process = spawn_server(self.program)
        self._renew_exit_descriptor(open_exit_descriptor(self._process.pid))

    def wait_ready(self) -> None:
        """Return when the launched server answers; one that failed for a passing reason is launched again."""
        deadline = time.monotonic() + TRANSIENT_TIMEOUT_S
        while not self._became_ready():
            failure = last_log_lines(self.program.log, since_bytes=self._log_size_bytes)
            passing = self.program.transient_failure is not None and self.program.transient_failure in failure
            if not passing or self._stopping.wait(TRANSIENT_RETRY_S) or time.monotonic() > deadline:
                raise ConfigurationError(f"{self.program.name} did not start: {failure} (its log: {self.program.log})")
            self.launch()

    def exit_status(self) -> int | None:
        """The exit status of the process if it died (negative: the signal that killed it), None while it lives."""
        return None if self._process is None else self._process.poll()

    def stop(self) -> None:
        """End the process, if it was ever launched."""
        if self._process is not None:
            stop_process(self._process.pid, self.program.stop_signals, lambda: self.exit_status() is not None)
        self._renew_exit_descriptor(None)

    def _renew_exit_descriptor(self, descriptor: int | None) -> None:
        if self.exit_descriptor is not None:
            os.close(self.exit_descriptor)
        self.exit_descriptor = descriptor

    def _became_ready(self) -> bool:
        return wait_until(self._is_ready_or_ended, timeout_s=READY_TIMEOUT_S) and self._is_ready()

    def _is_ready_or_ended(self) -> bool:
        return self._stopping.is_set() or self.exit_status() is not None or self._is_ready()

    def _is_ready(self) -> bool:
        return self._process is not None and self.exit_status() is None and self.program.is_ready(self._process.pid)
