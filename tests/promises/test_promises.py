"""A promise is as good as its tests: what is printed about it is what they showed, and nothing else."""

import os
import re
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from service.cli.main import main
from service.cli.promises.record import (
    Figure,
    Promise,
    PromiseState,
    Proof,
    RecordedTest,
    read_promises,
    read_proofs,
    read_results,
)
from tests.house.place import ROOT
from tests.promises.page import trust_page
from tests.promises.plugin import COLLECTED_FILES, MARKED, RECORDING, pytest_collection_modifyitems

PAGE = ROOT / "docs" / "trust.md"


def proof(*results: RecordedTest, **promise) -> Proof:
    tests = {f"tests/test_it.py::test_{number}": result for number, result in enumerate(results)}
    return Proof(number="D1", promise=Promise(promise="It holds.", passes="Always.", **promise), results=tests)


def result(*, green: bool = True, **figures: float) -> RecordedTest:
    measured = tuple(Figure(promise="D1", name=name, value=value) for name, value in figures.items())
    return RecordedTest(promises=("D1",), green=green, ran_on="2026-11-26", version="1", figures=measured)


def test_a_promise_without_a_green_test_is_not_proven():
    assert proof().state is PromiseState.NOT_PROVEN
    assert proof(result(), result(green=False)).state is PromiseState.NOT_PROVEN
    assert proof(result(), result()).state is PromiseState.PROVEN


@pytest.mark.parametrize(
    ("figures", "state"),
    [
        ({"writes": 20000, "lost": 0}, PromiseState.PROVEN),
        ({"writes": 19999, "lost": 0}, PromiseState.IN_PART),
        ({"writes": 20000, "lost": 1}, PromiseState.IN_PART),
        ({"writes": 20000}, PromiseState.IN_PART),
    ],
)
def test_a_figure_that_falls_short_proves_a_promise_in_part(figures, state):
    bounded = proof(result(**figures), at_least={"writes": 20000}, at_most={"lost": 0})
    assert bounded.state is state
    assert bool(bounded.shortfalls) is (state is PromiseState.IN_PART)


def test_what_no_test_shows_is_said_however_green_the_others_are():
    known = proof(result(), missing="Nothing is exported yet.")
    assert (known.state, known.shortfalls) == (PromiseState.IN_PART, ["Nothing is exported yet."])


def test_a_test_of_a_promise_that_there_is_not_stops_the_collection():
    item = SimpleNamespace(
        nodeid="tests/test_it.py::test_it", iter_markers=lambda _: [pytest.mark.promise("D99").mark], user_properties=[]
    )
    with pytest.raises(pytest.UsageError, match="there is no promise D99"):
        pytest_collection_modifyitems(SimpleNamespace(stash={}), [item])


def test_every_promise_is_printed_without_a_database():
    ended = CliRunner().invoke(
        main, ["verify", "--promises"], env={"ASKONCE_DATABASE_URL": "postgresql://127.0.0.1:1/x"}
    )
    assert ended.exit_code == 0
    lines = [line.split("\t") for line in ended.stdout.splitlines()]
    assert lines[0] == ["promise", "what it says", "state", "last measured", "run on", "tests"]
    assert [line[0] for line in lines[1:]] == list(read_promises())
    assert all((line[2] == "not proven") is (line[5] == "-") for line in lines[1:]), "a recorded test is red"
    assert len(lines[0]) == len(lines[1]) == 6


def test_promises_are_about_no_customer():
    ended = CliRunner().invoke(main, ["verify", "--promises", "01900000-0000-7000-8000-000000000001"])
    assert ended.exit_code == 2


def test_every_test_of_a_promise_has_a_recorded_result(request):
    """Of the files that were collected with this one; all of them in a run of the suite."""
    collected, marked = request.config.stash[COLLECTED_FILES], request.config.stash[MARKED]
    recorded = {
        test: list(one.promises) for test, one in read_results().items() if test.partition("::")[0] in collected
    }
    assert recorded == marked, 'make promises args="FILE" records the tests of a file'


def test_the_page_says_what_was_recorded():
    before, generated, after = re.split(
        r"(?<=<!-- generated -->\n)(.*)(?=<!-- /generated -->)", PAGE.read_text(), flags=re.DOTALL
    )
    current = f"\n{trust_page(read_proofs())}\n\n"
    if RECORDING or "ASKONCE_RECORD_EXAMPLES" in os.environ:
        PAGE.write_text(before + current + after)
    else:
        assert generated == current, "make docs writes it anew"
