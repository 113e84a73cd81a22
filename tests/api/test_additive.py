"""The API only grows: what was published once is published still (docs/compatibility.md)."""

import json
import os
from pathlib import Path

import pytest

from tests.api.published import broken, grown, promises_of

FILE = Path(__file__).with_name("published.json")
ADVICE = "bring it back; what shall end is deprecated first, and goes out of published.json by hand after its day"


@pytest.fixture
async def present(desk):
    description = (await desk("admin", "GET", "/openapi.json")).json()
    if "ASKONCE_RECORD_EXAMPLES" in os.environ:
        recorded = json.loads(FILE.read_text()) if FILE.exists() else {}
        lines = (
            f"{json.dumps(name)}: {json.dumps(what)}"
            for name, what in grown(recorded, promises_of(description)).items()
        )
        FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return promises_of(description)


async def test_all_that_was_published_holds(present):
    assert broken(json.loads(FILE.read_text()), present) == [], ADVICE


def test_a_field_that_goes_or_becomes_another_and_a_request_that_needs_more_are_found():
    published = {"GET /v1/x": ["is readX"], "Note": ["text: string", "mood: number", "needs text"]}
    assert broken(published, published | {"New": []}) == []
    assert broken(published, {"Note": ["text: string", "mood: string", "needs text", "needs mood"]}) == [
        "GET /v1/x: all of it is gone",
        "Note: mood: number is gone",
        "Note: needs mood is new",
    ]


def test_what_is_recorded_grows_and_loses_nothing():
    assert grown({"Note": ["a: string"]}, {"Note": ["b: string"], "New": []}) == {
        "New": [],
        "Note": ["a: string", "b: string"],
    }
