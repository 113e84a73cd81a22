"""The measurements; each compares services that run at the same time on this machine, in alternating rounds."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import time_ns

import msgspec
from msgspec import Struct
from redis import Redis

from benchmarks import freshness, services
from benchmarks.dataset import customer_phone
from benchmarks.report import (
    ReportRow,
    cpu_ratio,
    maximum_row,
    median_load,
    minimum_row,
    percentiles_text,
    throughput_ratio,
    throughput_row,
)
from benchmarks.services import Load, MeasuredService
from service.demo import processes
from service.embedded.owner import Endpoints

FLUSH_EVERY_S = 0.02
WARM_CUSTOMERS = 1000
WARM_UP_S = 30
"""How long a new process needs to see most customers once, so that its hints are filled."""
VIEW_TTL_S = "900"
"""Of the views that are cached before a measurement, so that none ends during it."""
LOOKUP, REGISTER = "lookup.lua", "interactions.lua"


class BenchmarkSetup(Struct, frozen=True, kw_only=True):
    """What a run is made of."""

    folder: Path
    endpoints: Endpoints
    key: str
    customers: int
    seconds: int
    rounds: int

    def reference_environment(self) -> dict[str, str]:
        """Where the references keep their records: another database of the same PostgreSQL, the same Valkey."""
        url = self.endpoints.database_url.replace("/askonce?", "/reference?").replace(
            "postgresql:", "postgresql+asyncpg:"
        )
        return {"BENCH_DATABASE_URL": url, "BENCH_REDIS_URL": self.endpoints.redis_url}


Measurement = Callable[[], Load]


def fill_cache(setup: BenchmarkSetup) -> None:
    """Cache every customer's views."""
    processes.run_command(setup.folder, "rebuild", context_ttl_s=VIEW_TTL_S)


def run_in_rounds(measures: Mapping[str, Measurement], rounds: int) -> dict[str, list[Load]]:
    """Each measurement once a round, so that whatever else the machine does hits all of them alike."""
    loads: dict[str, list[Load]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            loads[name].append(measure())
    return loads


def measure_reads(setup: BenchmarkSetup) -> list[ReportRow]:
    """Look-ups by phone of cached customers, next to the framework's limit and to what most teams would write."""
    environment = setup.reference_environment()
    body = setup.folder / "answer.json"
    fill_cache(setup)  # another measurement may have changed many customers
    with (
        services.running_askonce(setup.folder, setup.key) as askonce,
        services.running_reference("plain", environment, key=setup.key) as plain,
        services.running_reference("cached", environment, key=setup.key) as cached,
    ):
        question = {"identity": {"kind": "phone", "value": customer_phone(1)}}
        body.write_bytes(services.post_body(askonce, "/v1/context/lookup", msgspec.json.encode(question)))
        with services.running_reference("constant", {"BENCH_BODY_FILE": str(body)}, key="", path="/") as constant:
            services.run_reference("warm", environment)
            services.run_wrk(askonce, LOOKUP, customers=setup.customers, seconds=WARM_UP_S)
            running = {"askonce": askonce, "reference 1": constant, "reference 2": plain, "reference 3": cached}
            loads = run_in_rounds({name: _load_test(one, LOOKUP, setup) for name, one in running.items()}, setup.rounds)
    tail = median_load(loads["askonce"]).latency_p99_us / median_load(loads["reference 1"]).latency_p99_us
    return [
        ReportRow(name="bytes of an answer", value=f"{body.stat().st_size:,}"),
        *(throughput_row(f"read, {name}", loads[name]) for name in running),
        minimum_row("read: CPU of reference 1 / askonce", cpu_ratio(loads["askonce"], loads["reference 1"]), 0.6),
        minimum_row("read: askonce / reference 1", throughput_ratio(loads["askonce"], loads["reference 1"]), 0.5),
        minimum_row("read: askonce / reference 2", throughput_ratio(loads["askonce"], loads["reference 2"]), 20),
        minimum_row("read: askonce / reference 3", throughput_ratio(loads["askonce"], loads["reference 3"]), 2.5),
        maximum_row("read: p99 of askonce / p99 of reference 1", tail, 3),
    ]


def measure_writes(setup: BenchmarkSetup) -> list[ReportRow]:
    """One interaction per POST, durable, next to a service that commits each by itself."""
    with (
        services.running_askonce(setup.folder, setup.key) as askonce,
        services.running_reference("plain", setup.reference_environment(), key=setup.key) as plain,
    ):
        running = {"askonce": askonce, "reference 2": plain}
        loads = run_in_rounds({name: _load_test(one, REGISTER, setup) for name, one in running.items()}, setup.rounds)
    return [
        *(throughput_row(f"write, {name}", loads[name]) for name in running),
        minimum_row("write: askonce / reference 2", throughput_ratio(loads["askonce"], loads["reference 2"]), 5),
    ]


def measure_cold_reads(setup: BenchmarkSetup) -> list[ReportRow]:
    """Look-ups of customers that are not cached, next to those of a few that are after the first second."""
    with services.running_askonce(setup.folder, setup.key) as askonce:
        warm = [services.run_wrk(askonce, LOOKUP, customers=WARM_CUSTOMERS, seconds=setup.seconds)]
        with cache_kept_empty(setup.endpoints.redis_url):
            loads = [_load_test(askonce, LOOKUP, setup)() for _ in range(setup.rounds)]
    return [throughput_row("read, cached", warm), throughput_row("read, cold", loads)]


def measure_scale(large: BenchmarkSetup, small: BenchmarkSetup) -> list[ReportRow]:
    """The same look-ups with many customers and with few: neither cached nor cold ones should become slower."""
    with (
        services.running_askonce(large.folder, large.key) as many,
        services.running_askonce(small.folder, small.key) as few,
    ):
        for setting in (large, small):
            fill_cache(setting)
        measures = {"many": _load_test(many, LOOKUP, large), "few": _load_test(few, LOOKUP, small)}
        services.run_wrk(many, LOOKUP, customers=large.customers, seconds=WARM_UP_S)
        warm = run_in_rounds(measures, large.rounds)
        with cache_kept_empty(large.endpoints.redis_url), cache_kept_empty(small.endpoints.redis_url):
            unwarmed = run_in_rounds(measures, large.rounds)
    return [
        *(throughput_row(f"read, {name} customers", warm[name]) for name in measures),
        *(throughput_row(f"cold read, {name} customers", unwarmed[name]) for name in measures),
        minimum_row("read: many customers / few", throughput_ratio(warm["many"], warm["few"]), 0.9),
        minimum_row("cold read: many customers / few", throughput_ratio(unwarmed["many"], unwarmed["few"]), 0.9),
    ]


def measure_freshness(setup: BenchmarkSetup, pairs: int) -> list[ReportRow]:
    """Whether the look-up after each acknowledged write shows it, with two server processes under load."""
    with services.running_askonce(setup.folder, setup.key, workers=2) as askonce:
        result = asyncio.run(
            freshness.measure_pairs(askonce, customers=setup.customers, pairs=pairs, run=f"fresh-{time_ns()}")
        )
    return [
        ReportRow(
            name=f"stale look-ups of {result.pairs:,} after an acknowledged write",
            value=f"{result.stale}" + (f" ({result.failed} writes failed)" if result.failed else ""),
            target="0",
            met=result.stale == 0 and result.failed == 0,
        ),
        ReportRow(name="write sent to write acknowledged", value=percentiles_text(result.acknowledged_s)),
        ReportRow(name="write sent to write seen by a reader", value=percentiles_text(result.visible_s)),
    ]


def _load_test(service: MeasuredService, script: str, setup: BenchmarkSetup) -> Measurement:
    return lambda: services.run_wrk(service, script, customers=setup.customers, seconds=setup.seconds)


@contextmanager
def cache_kept_empty(redis_url: str) -> Iterator[None]:
    """Empties the cache so often that hardly any look-up finds something there."""
    done = threading.Event()

    def flush() -> None:
        with Redis.from_url(redis_url) as cache:
            while not done.wait(FLUSH_EVERY_S):
                cache.flushall()

    flusher = threading.Thread(target=flush)
    flusher.start()
    try:
        yield
    finally:
        done.set()
        flusher.join()
