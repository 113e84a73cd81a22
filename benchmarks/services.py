"""What a benchmark runs on: servers of its own, and services on them, one process each, all on this machine."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from service.demo.processes import clean_environment, free_port, running_process, running_service, wait_until_ready
from service.embedded.owner import Endpoints
from service.embedded.supervisor import start_servers
from service.errors import ConfigurationError

SCRIPTS = Path(__file__).parent
ROOT = SCRIPTS.parent
CACHE_MB = 6000
_TICKS = os.sysconf("SC_CLK_TCK")


class Load(Struct, frozen=True, kw_only=True):
    """What wrk measured: requests and their latency, whatever did not answer in time included in neither."""

    requests: int
    errors: int
    lost: int
    duration_us: int
    latency_p50_us: int
    latency_p99_us: int
    cpu_us: float = 0.0
    """CPU of all processes for each request; 0 where it is not counted."""

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.duration_us * 1e6


class MeasuredService(Struct, frozen=True, kw_only=True):
    """A running service under test, the key it takes, and the processes that own all others of it."""

    url: str
    key: str
    pids: tuple[int, ...] = ()

    def cpu_s(self) -> float:
        """Seconds of CPU that its processes have used."""
        return sum(map(cpu_s, self.pids))


def require_tools() -> None:
    """ConfigurationError if wrk is not here."""
    if shutil.which("wrk") is None:
        raise ConfigurationError("The benchmarks need wrk: apt-get install wrk.")


@contextmanager
def running_servers(folder: Path) -> Iterator[Endpoints]:
    """PostgreSQL and Valkey of the benchmark alone, as durable as in production, with memory for every cached view."""
    with start_servers(folder, cache_memory_mb=CACHE_MB) as running:
        yield running.endpoints


@contextmanager
def running_askonce(folder: Path, key: str, *, workers: int = 1) -> Iterator[MeasuredService]:
    """The service on the servers of this folder, with the worker it has in production.

    Whatever else runs when it starts, which is its servers, counts as a part of it.
    """
    with running_service(folder, workers=workers) as url:
        yield MeasuredService(url=url, key=key, pids=tuple(children_of(os.getpid())))


@contextmanager
def running_reference(
    name: str, environment: Mapping[str, str], *, key: str, path: str = "/docs"
) -> Iterator[MeasuredService]:
    """One of the services it is compared with."""
    port = free_port()
    given = {"BENCH_PORT": str(port), "BENCH_API_KEY": key} | dict(environment)
    others = children_of(os.getpid())
    with running_process([sys.executable, "-m", f"benchmarks.references.{name}"], given, folder=ROOT):
        url = wait_until_ready(f"http://127.0.0.1:{port}", path)
        pids = tuple(pid for pid in children_of(os.getpid()) if pid not in others)
        yield MeasuredService(url=url, key=key, pids=pids)


def run_reference(name: str, environment: Mapping[str, str], *arguments: str) -> None:
    """Run one of the references' programs to its end."""
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", f"benchmarks.references.{name}", *arguments],
        check=True,
        cwd=ROOT,
        env=clean_environment(environment),
        stdout=subprocess.DEVNULL,
    )


def run_wrk(service: MeasuredService, script: str, *, customers: int, seconds: int) -> Load:
    """One load of 32 connections from one thread, after a second that does not count."""
    for duration in (1, seconds):
        before_s = service.cpu_s()
        done = subprocess.run(  # noqa: S603
            ["wrk", "-t1", "-c32", f"-d{duration}s", "--timeout", "20s", "-s", str(SCRIPTS / script), service.url],  # noqa: S607
            check=True,
            capture_output=True,
            text=True,
            env=clean_environment({"BENCH_API_KEY": service.key, "BENCH_CUSTOMERS": str(customers)}),
        )
    counted = json.loads(done.stdout.splitlines()[-1])
    return Load(**counted, cpu_us=(service.cpu_s() - before_s) / max(1, counted["requests"]) * 1e6)


def post_body(service: MeasuredService, path: str, body: bytes) -> bytes:
    """The answer to one POST."""
    headers = {"Authorization": f"Bearer {service.key}", "Content-Type": "application/json"}
    request = urllib.request.Request(service.url + path, data=body, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process and its descendants have used, those that ended included."""
    while Path(f"/proc/{pid}").exists():
        try:
            return _cpu_s(pid)
        except FileNotFoundError:  # a descendant ended meanwhile: its parent has its time by now
            continue
    raise ProcessLookupError(pid)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS + sum(map(_cpu_s, children_of(pid)))


def children_of(pid: int) -> list[int]:
    """The processes that this one has started, and that have not ended."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]
