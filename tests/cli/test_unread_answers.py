"""Promise S26: readers who never read cost nothing: 2,000 sockets take less than 50 MB, and are closed within 60 s."""

import os
import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.conftest import serving, until
from tests.cli.test_serve import children

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SOCKETS = 2000


@pytest.fixture(autouse=True)
def open_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def memory_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def kernel_bytes() -> int:
    """What the kernel holds for all TCP connections of this machine, at both ends."""
    line = Path("/proc/net/sockstat").read_text().split("TCP:")[1].splitlines()[0]
    return int(line.split("mem")[1]) * os.sysconf("SC_PAGE_SIZE")


def files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def ask(service, path: str, *, receive_bytes: int = 0) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    connection.settimeout(30)
    connection.connect((host, int(port)))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return connection


@pytest.mark.parametrize("receive_bytes", [0, 4096], ids=["ordinary", "tiny"])
@pytest.mark.promise("S26")
def test_2000_sockets_that_never_read_a_large_page_take_under_50_mb_and_are_closed_within_60_s(
    own_database, measured, receive_bytes
):
    with serving("--no-worker", **own_database) as service, ExitStack() as open_sockets:
        (worker,) = children(service)
        service.get("/docs")

        def held() -> int:  # what reached an ordinary buffer of the caller is the caller's memory, and not counted
            return memory_bytes(worker) + (kernel_bytes() if receive_bytes else 0)

        files_before, held_before, held_most = files(worker), held(), [0]
        for _ in range(SOCKETS):
            open_sockets.enter_context(ask(service, "/docs", receive_bytes=receive_bytes))
        until(lambda: files(worker) >= SOCKETS)
        assert service.get("/health/live").status_code == 200
        asked_at = time.monotonic()
        until(lambda: held_most.append(held()) or files(worker) <= files_before + 1, seconds=60)
        measured("S26", "closed after", time.monotonic() - asked_at, "s")
        assert service.get("/docs").status_code == 200
    measured("S26", "sockets", SOCKETS)
    measured("S26", "memory", (max(held_most) - held_before) / 1e6, "MB")
    assert max(held_most) - held_before < 50_000_000, max(held_most) - held_before


def test_connections_beyond_the_bound_wait_for_one_that_ends(own_database):
    with serving("--no-worker", **own_database, connections=8) as service, ExitStack() as open_sockets:
        served = [open_sockets.enter_context(ask(service, "/health/live")) for _ in range(8)]
        assert all(connection.recv(12) == b"HTTP/1.1 200" for connection in served)
        late = open_sockets.enter_context(ask(service, "/health/live"))
        late.settimeout(0.2)
        with pytest.raises(TimeoutError):
            late.recv(12)
        served[0].close()
        late.settimeout(30)
        assert late.recv(12) == b"HTTP/1.1 200"
