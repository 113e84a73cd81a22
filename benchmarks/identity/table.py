"""All sets of a folder next to their bars and to Splink."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from msgspec import Struct

from benchmarks.identity.files import PeopleSet, read_people
from benchmarks.identity.metrics import measure_pairs
from benchmarks.identity.quality import MatchQuality, measure_set
from benchmarks.identity.splink import match_by_splink
from benchmarks.services import ROOT
from service.errors import ConfigurationError

PRECISION_AT_95 = 0.98
"""The bar of the German sets."""
AHEAD_OF_SPLINK = 0.05
"""On German sets; on the others askonce may not be behind."""
NO_DIFFERENCE = 0.0005
"""On sets of which all but a few pairs are found by both."""


class NamedSet(Struct, frozen=True, kw_only=True):
    """A set of records, and how good its matches have to be."""

    name: str
    data: tuple[str, ...]
    truth: tuple[str, ...]
    region: str
    f1: float
    is_german: bool = False
    groups_f1: float | None = None
    groups_precision: float | None = None


SETS = (
    NamedSet(name="FEBRL3", data=("febrl3.csv",), truth=("febrl3_truth.csv",), region="AU", f1=0.998),
    NamedSet(
        name="FEBRL4",
        data=("febrl4a.csv", "febrl4b.csv"),
        truth=("febrl4a_truth.csv", "febrl4b_truth.csv"),
        region="AU",
        f1=0.999,
    ),
    NamedSet(
        name="splink_fake_1000",
        data=("splink_fake_1000.csv",),
        truth=("splink_fake_1000.csv",),
        region="GB",
        f1=0.89,
    ),
    NamedSet(
        name="historical_50k",
        data=("splink_historical_50k.parquet",),
        truth=("splink_historical_50k.parquet",),
        region="GB",
        f1=0.81,
        groups_f1=0.86,
        groups_precision=0.99,
    ),
    NamedSet(
        name="german_a",
        data=("german_a.csv",),
        truth=("german_a_truth.csv",),
        region="DE",
        f1=0.955,
        is_german=True,
        groups_f1=0.97,
    ),
)
GENERATED = NamedSet(
    name="100,000 German",
    data=("german.csv",),
    truth=("german_truth.csv",),
    region="DE",
    f1=0.945,
    is_german=True,
)
USUAL_FOLDER = ROOT.parent / "shared" / "data" / "people"
GENERATE = ["--persons", "62000", "--records", "100000", "--seed", "17", "--mix", "a"]


class SetResult(Struct, frozen=True, kw_only=True):
    """What was measured of a set, whether it holds its bars, and what Splink reaches at its best threshold."""

    name: str
    quality: MatchQuality
    splink_best_f1: float | None
    missed: list[str]
    """The bars that are not held."""


def measure_sets(folder: Path, *, splink: Path | None, generator: Path | None) -> Iterator[SetResult]:
    """Each set of the folder, and German records that the generator makes, if there is one."""
    for one in SETS:
        if one.data[0].endswith(".parquet") and find_spec("pyarrow") is None:
            click.echo(f"{one.name} is left out: it needs pyarrow here ({sys.executable}).", err=True)
        else:
            yield _measure(one, folder, splink)
    if generator is None and find_spec("faker") is not None and find_spec("mimesis") is not None:
        generator = Path(sys.executable)
    if generator is not None:
        with TemporaryDirectory(prefix="askonce-people-") as made:
            _generate(generator, folder / "generate.py", made)
            yield _measure(GENERATED, Path(made), splink)


def _generate(python: Path, script: Path, folder: str) -> None:
    arguments = [*GENERATE, "--out", GENERATED.data[0], "--truth", GENERATED.truth[0]]
    done = subprocess.run([python, script, *arguments], check=False, cwd=folder)  # noqa: S603
    if done.returncode:
        raise ConfigurationError(f"generate.py failed; {python} needs faker and mimesis.")


def _measure(one: NamedSet, folder: Path, splink: Path | None) -> SetResult:
    click.echo(f"Measuring {one.name} ...", err=True)
    people = read_people([folder / name for name in one.data], [folder / name for name in one.truth], {})
    quality = measure_set(people, one.region)
    best = None if splink is None else _best_of_splink(people, one.region, splink)
    return SetResult(name=one.name, quality=quality, splink_best_f1=best, missed=missed_bars(one, quality, best))


def _best_of_splink(people: PeopleSet, region: str, python: Path) -> float:
    return measure_pairs(match_by_splink(people, region, python), people.truth).best_f1


def missed_bars(one: NamedSet, quality: MatchQuality, splink: float | None) -> list[str]:
    """What is below its bar, in words."""
    bars = [("F1 at .5", quality.pairs.f1_at_50, one.f1)]
    if one.is_german:
        bars.append(("precision at .95", quality.pairs.precision_at_95, PRECISION_AT_95))
    if one.groups_f1 is not None:
        bars.append(("F1 of groups", quality.groups.f1, one.groups_f1))
    if one.groups_precision is not None:
        bars.append(("precision of groups", quality.groups.precision, one.groups_precision))
    if splink is not None:
        ahead = AHEAD_OF_SPLINK if one.is_german else -NO_DIFFERENCE
        bars.append(("F1 next to Splink", quality.pairs.f1_at_50, splink + ahead))
    return [f"{name} {value:.4f} < {bar:.4f}" for name, value, bar in bars if value < bar]


HEADING = (
    "| set | records | F1 at .5 | precision at .95 | best F1 | groups: F1 | precision | largest | Splink, best F1 "
    "| bars |\n|---|---|---|---|---|---|---|---|---|---|"
)


def table_line(result: SetResult) -> str:
    """A result as a line of a table in Markdown."""
    pairs, groups = result.quality.pairs, result.quality.groups
    splink = "" if result.splink_best_f1 is None else f"{result.splink_best_f1:.3f}"
    return (
        f"| {result.name} | {result.quality.records:,} | {pairs.f1_at_50:.4f} | {pairs.precision_at_95:.4f} "
        f"| {pairs.best_f1:.4f} | {groups.f1:.4f} | {groups.precision:.4f} | {groups.largest} | {splink} "
        f"| {'; '.join(result.missed) or 'held'} |"
    )
