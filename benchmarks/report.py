"""The table of a run: every number next to its bar, ratios rather than absolute numbers where a bar is one."""

from collections.abc import Sequence
from statistics import median, quantiles

from msgspec import Struct

from benchmarks.services import Load


class ReportRow(Struct, frozen=True, kw_only=True):
    """One line of the table; `bar` is what it should be, `held` whether it is, None where there is no bar."""

    name: str
    value: str
    target: str = ""
    met: bool | None = None


def median_load(loads: Sequence[Load]) -> Load:
    """The load of median throughput; of an even number the slower one."""
    by_speed = sorted(loads, key=lambda load: load.per_second)
    return by_speed[(len(by_speed) - 1) // 2]


def throughput_ratio(measured: Sequence[Load], reference: Sequence[Load]) -> float:
    """Our throughput in theirs: the median of the ratios of each round, which ran next to each other."""
    return median(our.per_second / their.per_second for our, their in zip(measured, reference, strict=True))


def cpu_ratio(measured: Sequence[Load], reference: Sequence[Load]) -> float:
    """Their CPU for a request in ours, of all processes: the median of the ratios of each round."""
    return median(their.cpu_us / our.cpu_us for our, their in zip(measured, reference, strict=True))


def throughput_row(name: str, loads: Sequence[Load]) -> ReportRow:
    """What a service did by itself."""
    load = median_load(loads)
    value = (
        f"{load.per_second:,.0f}/s, p50 {load.latency_p50_us / 1000:.1f} ms, p99 {load.latency_p99_us / 1000:.1f} ms"
    )
    if load.cpu_us:
        value += f", {median(load.cpu_us for load in loads):,.0f} µs of CPU"
    failed = sum(load.errors + load.lost for load in loads)
    return ReportRow(name=name, value=f"{value}, {failed} failed" if failed else value)


def percentiles_text(seconds: Sequence[float]) -> str:
    """The median of these durations, and what only one in a hundred exceeds."""
    cuts = quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"


def minimum_row(name: str, value: float, target: float) -> ReportRow:
    """A ratio that should not be lower."""
    return ReportRow(name=name, value=f"{value:.2f}", target=f">= {target:g}", met=value >= target)


def maximum_row(name: str, value: float, target: float) -> ReportRow:
    """A ratio that should not be higher."""
    return ReportRow(name=name, value=f"{value:.2f}", target=f"<= {target:g}", met=value <= target)


MARKDOWN_HEADING = "| measured | value | bar | held |\n|---|---|---|---|"
"""The first two lines of a table in Markdown."""


def markdown_line(row: ReportRow) -> str:
    """A row as a line of that table."""
    held = {True: "yes", False: "**no**", None: ""}[row.met]
    return f"| {row.name} | {row.value} | {row.target} | {held} |"
