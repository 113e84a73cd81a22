"""The examples of the published description are what the service really answers."""

import asyncio
import os
import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

import service.web.openapi.examples as module
from service.app.worker import worker_dependencies
from service.channels.base import ChannelAccount
from service.channels.registry import ADAPTERS
from service.inbound import accounts
from service.insight.evaluation import EvaluationTerms, evaluate_changes
from service.resolution.matches.online import match_changes
from service.web.http.route import ANY_MEDIA_TYPE
from service.web.openapi.examples import Example, find_example
from service.worker.relay import relay_outbox
from service.worker.timers import run_due_timers
from tests.api.reference import reference_pages
from tests.api.story import Story, described, tell
from tests.fixtures import NOW
from tests.house.place import ROOT

FOLDER = Path(module.__file__).with_name("examples")
PAGES = ROOT / "docs" / "api"
RECORDING = "ASKONCE_RECORD_EXAMPLES" in os.environ
"""With it, the examples are written anew (`make docs`)."""


@pytest.fixture
async def story(desk, rooms):
    published = (await desk("admin", "GET", "/openapi.json")).json()
    told = Story(desk, published)

    async def due() -> None:
        await run_due_timers(worker_dependencies(rooms), asyncio.Event())

    async def open_door(adapter: str, *, name: str, **values: str) -> ChannelAccount:
        async with rooms.database.transaction() as connection:
            return await accounts.add_account(connection, ADAPTERS[adapter], name=name, values=values, now=NOW)

    async def evaluate() -> None:
        terms = EvaluationTerms(now=NOW, zone=ZoneInfo("Europe/Berlin"), gave_up_after=timedelta(days=14))
        while await evaluate_changes(rooms.database, terms):
            pass

    async def match() -> None:
        while await relay_outbox(worker_dependencies(rooms)) or await match_changes(
            rooms.database, region="DE", now=NOW
        ):
            pass

    told.due, told.open_door, told.evaluate, told.match = due, open_door, evaluate, match
    await tell(told)
    return told


async def test_each_example_is_what_the_service_answers(story):
    if RECORDING:
        record(story.exchanges)
    differing = {name: sent for name, sent in story.exchanges.items() if find_example(name) != sent}
    assert differing == {}, "make docs records them anew"


async def test_every_operation_has_an_example(story):
    lacking = [
        operation["operationId"]
        for path, operation in described(story.published)
        if find_example(operation["operationId"]) is None and not is_exempt(path, operation)
    ]
    assert not lacking, lacking


async def test_examples_stand_in_the_description(story):
    operation = story.published["paths"]["/v1/handoffs"]["post"]
    example = find_example("createHandoff")
    assert operation["requestBody"]["content"]["application/json"]["example"] == example.body
    assert operation["responses"]["201"]["content"]["application/json"]["example"] == example.answer


@pytest.mark.parametrize("page", ["authentication.md", "context-view.md", "events.md"])
async def test_the_pages_of_the_api_say_what_is_published(desk, page):
    published = (await desk("admin", "GET", "/openapi.json")).json()
    file = PAGES / page
    before, generated, after = re.split(
        r"(?<=<!-- generated -->\n)(.*)(?=<!-- /generated -->)", file.read_text(), flags=re.DOTALL
    )
    current = f"\n{reference_pages(published)[page]}\n"
    if RECORDING:
        file.write_text(before + current + after)
    else:
        assert generated == current, "make docs writes it anew"


def is_exempt(path: str, operation: dict) -> bool:
    """Pages and streams have no JSON to show; the description would show itself."""
    kinds = {
        kind for status, answer in operation["responses"].items() if status < "3" for kind in answer.get("content", {})
    }
    return path == "/openapi.json" or not kinds & {"application/json", ANY_MEDIA_TYPE}


def record(exchanges: dict[str, Example]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, exchange in exchanges.items():
        text = msgspec.json.format(msgspec.json.encode(exchange), indent=2)
        (FOLDER / f"{name}.json").write_bytes(text + b"\n")
