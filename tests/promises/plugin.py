"""Ties tests to promises: `@pytest.mark.promise("D1")`, and the fixture `measured` for what a test measures.

With ASKONCE_RECORD_PROMISES set (`make promises`), the results of the tests that ran are written into the package.
"""

import os
from datetime import UTC, datetime
from importlib.metadata import version

import msgspec
import pytest

from service.cli.promises.record import Figure, RecordedTest, read_promises, read_results
from tests.house.place import ROOT

RESULTS = ROOT / "service" / "cli" / "promises" / "results.json"
RECORDING = "ASKONCE_RECORD_PROMISES" in os.environ
MARKED = pytest.StashKey[dict[str, list[str]]]()
"""The promises of each test that was collected, also of those that do not run."""
COLLECTED_FILES = pytest.StashKey[set[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    marked: dict[str, list[str]] = {}
    for item in items:
        numbers = sorted({number for mark in item.iter_markers("promise") for number in mark.args})
        if unknown := set(numbers) - read_promises().keys():
            raise pytest.UsageError(f"{item.nodeid}: there is no promise {', '.join(sorted(unknown))}")
        if numbers:
            marked[name_of(item.nodeid)] = numbers
            item.user_properties.append(("promises", numbers))
    config.stash[MARKED] = marked
    config.stash[COLLECTED_FILES] = {item.nodeid.partition("::")[0] for item in items}


def name_of(node_id: str) -> str:
    """The test without its parameters."""
    return node_id.partition("[")[0]


@pytest.fixture
def measured(request):
    """A function that keeps a figure of this test for a promise that it is marked with."""

    def keep(promise: str, name: str, value: float, unit: str = "") -> None:
        assert promise in dict(request.node.user_properties)["promises"]
        request.node.user_properties.append(("measured", [promise, name, value, unit]))

    return keep


def pytest_configure(config: pytest.Config) -> None:
    if RECORDING and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder())


class Recorder:
    """Writes down the tests of promises that ran in this session; those that did not run keep their last result."""

    def __init__(self) -> None:
        self.green: dict[str, bool] = {}
        self.promises: dict[str, list[str]] = {}
        self.figures: dict[str, list[Figure]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties = report.user_properties
        test = name_of(report.nodeid)
        if "promises" not in dict(properties) or not (report.failed or (report.when == "call" and report.passed)):
            return
        self.green[test] = self.green.get(test, True) and report.passed
        self.promises[test] = dict(properties)["promises"]
        self.figures.setdefault(test, [])
        if report.when == "call":
            kept = [value for name, value in properties if name == "measured"]
            self.figures[test] += [
                Figure(promise=of, name=name, value=value, unit=unit) for of, name, value, unit in kept
            ]

    def pytest_sessionfinish(self) -> None:
        ran_on, of = datetime.now(UTC).date().isoformat(), version("askonce")
        ran = {
            test: RecordedTest(
                promises=tuple(promises),
                green=self.green[test],
                ran_on=ran_on,
                version=of,
                figures=tuple(self.figures[test]),
            )
            for test, promises in self.promises.items()
        }
        kept = {test: result for test, result in read_results().items() if is_there(test)}
        text = msgspec.json.encode(dict(sorted((kept | ran).items())))
        RESULTS.write_bytes(msgspec.json.format(text, indent=1) + b"\n")


def is_there(test: str) -> bool:
    """Whether the file still has a test of this name."""
    file, _, name = test.partition("::")
    return (ROOT / file).is_file() and f"def {name.rpartition('::')[2]}(" in (ROOT / file).read_text("utf-8")
