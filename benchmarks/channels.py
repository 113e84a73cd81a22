"""What the doors cost: how fast each translates, what mail takes, and the Segment door next to plain batches."""

from time import perf_counter
from uuid import uuid4

from benchmarks.mail import measure_mail
from benchmarks.report import ReportRow
from benchmarks.scenarios import BenchmarkSetup
from benchmarks.segment import measure_segment
from service.channels.base import Adapter, ChannelAccount, Delivery

MEASURE_S = 0.5
SECRET = "whsec_YmVuY2ggYmVuY2ggYmVuY2ggYmVuY2g="  # noqa: S105 (a secret of the form that every vendor takes)


def measure_channels(setup: BenchmarkSetup) -> list[ReportRow]:
    """The rows of channels: parsing, mail and the Segment door."""
    return [*_measure_parsing(), *measure_mail(setup), *measure_segment(setup)]


def _measure_parsing() -> list[ReportRow]:
    """Recorded deliveries of each adapter, verified and parsed, in a second of one core."""
    from service.channels.registry import ADAPTERS

    return [_parsing_rate(adapter, sample) for adapter in ADAPTERS.values() for sample in _samples(adapter)[:1]]


def _parsing_rate(adapter: Adapter, sample: Delivery) -> ReportRow:
    account, times = _bench_account(adapter), 0
    until = (began := perf_counter()) + MEASURE_S
    while (now := perf_counter()) < until:
        adapter.verify(sample, account)
        adapter.parse(sample, account)
        times += 1
    return ReportRow(
        name=f"door {adapter.name}, deliveries verified and parsed", value=f"{times / (now - began):,.0f}/s"
    )


def _samples(adapter: Adapter) -> list[Delivery]:
    return list(adapter.samples(_bench_account(adapter)))


def _bench_account(adapter: Adapter) -> ChannelAccount:
    return ChannelAccount(
        account_id=uuid4(), adapter=adapter.name, name="bench", secret=SECRET, settings=adapter.settings()
    )
