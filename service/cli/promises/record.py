"""The promises, and the record of the tests that prove them; both come with the package."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources

import msgspec


class PromiseState(StrEnum):
    """How far tests prove a promise."""

    PROVEN = "proven"
    IN_PART = "in part"
    NOT_PROVEN = "not proven"


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A guarantee to users; the file promises.toml holds each under its number."""

    promise: str
    """What holds, in a sentence."""
    passes: str
    """When it counts as proven."""
    at_least: dict[str, float] = {}
    at_most: dict[str, float] = {}
    """Bounds of figures by name; a figure that is absent or beyond its bound leaves the promise proven in part."""
    missing: str = ""
    """What no test shows yet; with it, a promise is proven in part at most."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What a test measured."""

    promise: str
    name: str
    value: float
    unit: str = ""

    def __str__(self) -> str:
        """Name and amount."""
        return f"{self.name} {self.amount}"

    @property
    def amount(self) -> str:
        """Value and unit."""
        value = f"{self.value:,.0f}" if self.value == int(self.value) else f"{self.value:,.2f}"
        return f"{value} {self.unit}".rstrip()


class RecordedTest(msgspec.Struct, frozen=True, kw_only=True):
    """The last recorded run of one test."""

    promises: tuple[str, ...]
    green: bool
    ran_on: str
    """A date."""
    version: str
    """Of askonce."""
    figures: tuple[Figure, ...] = ()


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A promise with its tests: what is shown of it."""

    number: str
    promise: Promise
    results: dict[str, RecordedTest]
    """By the test, `file::name`."""

    @property
    def figures(self) -> list[Figure]:
        """What was measured for this promise; of several figures of one name the greatest."""
        greatest: dict[str, Figure] = {}
        for figure in (one for result in self.results.values() for one in result.figures):
            known = greatest.get(figure.name, figure)
            if figure.promise == self.number and figure.value >= known.value:
                greatest[figure.name] = figure
        return list(greatest.values())

    @property
    def ran_on(self) -> str:
        """The date of the run that is longest ago."""
        return min((result.ran_on for result in self.results.values()), default="")

    @property
    def shortfalls(self) -> list[str]:
        """Why the promise is not proven in full, a sentence each; empty if it is."""
        if not self.results:
            return [self.promise.missing or "No test shows it yet."]
        red = [f"The test {test} failed." for test, result in self.results.items() if not result.green]
        return [*red, *self._figures_beyond_bounds(), *filter(None, [self.promise.missing])]

    @property
    def state(self) -> PromiseState:
        """Proven with green tests alone and nothing that falls short; not proven without tests or with a red one."""
        if not self.results or not all(result.green for result in self.results.values()):
            return PromiseState.NOT_PROVEN
        return PromiseState.IN_PART if self.shortfalls else PromiseState.PROVEN

    def _figures_beyond_bounds(self) -> Iterator[str]:
        measured = {figure.name: figure for figure in self.figures}
        for name in [name for name in (self.promise.at_least | self.promise.at_most) if name not in measured]:
            yield f"Not measured: {name}."
        for name, figure in measured.items():
            if figure.value < (least := self.promise.at_least.get(name, figure.value)):
                yield f"Measured: {figure}; at least {least:,.0f} is promised."
            if figure.value > (most := self.promise.at_most.get(name, figure.value)):
                yield f"Measured: {figure}; at most {most:,.0f} is promised."


@cache
def read_promises() -> dict[str, Promise]:
    """Every promise by its number, in the order in which they are published."""
    file = resources.files(__package__).joinpath("promises.toml")
    return msgspec.toml.decode(file.read_bytes(), type=dict[str, Promise], strict=False)


def read_results() -> dict[str, RecordedTest]:
    """The last recorded run of each test of a promise."""
    file = resources.files(__package__).joinpath("results.json")
    return msgspec.json.decode(file.read_bytes(), type=dict[str, RecordedTest])


def read_proofs() -> Sequence[Proof]:
    """Every promise with the results of its tests, in the order in which they are published."""
    results = read_results()
    return [
        Proof(
            number=number,
            promise=promise,
            results={test: result for test, result in sorted(results.items()) if number in result.promises},
        )
        for number, promise in read_promises().items()
    ]
