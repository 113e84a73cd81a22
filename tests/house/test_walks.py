"""The walks in docs/architecture.md are short, and go where the code goes."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.handoff.examples import queue_json
from tests.house.place import ROOT, text

SERVICE = ROOT / "service"
MOST_OF_AN_INTERACTION, MOST_OF_A_HANDOFF = 15, 25


def walk(name: str) -> list[str]:
    """The files of a walk, in their order."""
    section = re.search(rf"### {name}\n(.*?)(?=\n### |\n- \*\*|\n## )", text("docs/architecture.md"), re.DOTALL)[1]
    return re.findall(r"^\d+\. `([\w/.]+)`", section, re.MULTILINE)


@contextmanager
def visited() -> Iterator[set[str]]:
    """The files of the service in which functions are called during the block."""
    files: set[str] = set()

    def note(frame, event, _argument) -> None:
        if event == "call":
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(SERVICE):
                files.add(str(path.relative_to(SERVICE)))

    earlier = sys.getprofile()
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(earlier)


async def test_the_walk_of_an_interaction_is_short_and_true(desk):
    steps = walk("The walk of an interaction")
    with visited() as files:
        assert (await desk.register()).status_code == 201
    assert 10 < len(steps) <= MOST_OF_AN_INTERACTION
    assert [step for step in steps if step not in files] == []


async def test_the_walk_of_a_handoff_is_short_and_true(desk):
    steps = walk("The walk of a handoff")
    await desk("admin", "PUT", "/v1/queues/support", queue_json(calendar={"time_zone": "UTC", "hours": "24/7"}))
    request = {"identity": {"kind": "email", "value": "anna@example.de"}, "to": {"queue": "support"}}
    with visited() as files:
        given = await desk("bot", "POST", "/v1/handoffs", request, idempotency_key="1")
        path = f"/v1/handoffs/{given.json()['id']}/accept"
        assert (await desk("console", "POST", path, {"agent": "carla"})).status_code == 200
    assert 10 < len(steps) <= MOST_OF_A_HANDOFF
    assert [step for step in steps if step not in files] == []
