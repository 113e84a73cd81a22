"""What the page for agents' desktops answers to what everybody asks is so."""

import re
from uuid import uuid4

import msgspec
import pytest

from service.model.vocabulary import AttemptOutcome, CallbackOutcome, CallOutcome, CallPhase
from service.web.routes.channels.calls import ScreenPop
from tests.docs.shell import blocks
from tests.handoff.examples import queue_json
from tests.house.place import text

PAGE = "docs/guides/agent-desktop.md"


def first_cells(heading: str) -> dict[str, str]:
    """The rows of a section's table: what stands first, and the rest."""
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", text(PAGE), re.MULTILINE | re.DOTALL)[1]
    return dict(re.findall(r"^\| (.+?) \| (.+) \|$", section, re.MULTILINE)[1:])


def words(row: str) -> list[str]:
    return re.findall(r"`(\w+)`", row)


def test_the_desktop_that_the_page_shows_is_the_one_that_is_run_and_has_60_lines():
    program = text("docs/examples/desktop/desktop.py")
    assert [block.text for block in blocks(PAGE) if block.language == "python"] == [program]
    assert len(program.splitlines()) <= 60


def test_each_field_of_the_screen_pop_is_explained():
    rows = first_cells("What the screen pop answers")
    assert [name for row in rows for name in words(row)] == list(ScreenPop.__struct_fields__)
    assert words(rows["`phase`"]) == list(CallPhase)
    assert not any(field.required is False for field in msgspec.structs.fields(ScreenPop))


def test_the_words_for_outcomes_are_all_there_are():
    attempt, call, callback, _ = first_cells("What outcome and mood may be").values()
    assert words(attempt) == list(AttemptOutcome)
    assert words(call) == list(CallOutcome)
    assert words(callback) == list(CallbackOutcome)


@pytest.fixture
async def taken(desk):
    """A function that hands a conversation off and accepts it; the path of the handoff, and its token."""
    assert (
        await desk(
            "admin", "PUT", "/v1/queues/support", queue_json(calendar={"time_zone": "Europe/Berlin", "hours": "24/7"})
        )
    ).is_success

    async def taken() -> tuple[str, str]:
        registered = (await desk.register(ref=str(uuid4()))).json()
        wanted = {"customer_id": registered["customer_id"], "to": {"queue": "support"}, "reason": {"code": "unsolved"}}
        given = await desk("bot", "POST", "/v1/handoffs", wanted, idempotency_key=str(uuid4()))
        path = f"/v1/handoffs/{given.json()['id']}"
        return path, (await desk("console", "POST", f"{path}/accept", {"agent": "berta"})).json()["token"]

    return taken


async def test_a_desk_completes_without_start_and_the_matter_stays_open(desk, taken):
    path, token = await taken()
    done = await desk("console", "POST", f"{path}/complete", {"token": token, "outcome": "solved"})
    assert (done.json()["state"], done.json()["outcome"]) == ("completed", "solved")
    matter = await desk("console", "GET", f"/v1/conversations/{done.json()['conversation_id']}")
    assert matter.json()["status"] == "open"
    late = await desk("console", "POST", f"{path}/complete", {"token": token})
    assert late.json()["type"] == "/problems/handoff-closed"


async def test_the_token_holds_with_another_key_of_a_console_and_the_agent_is_on_record(desk, taken):
    path, token = await taken()
    note = {"token": token, "text": "A new cable helps.", "mood": -1}
    assert (await desk("admin", "POST", f"{path}/interactions", note)).is_success
    customer_id = (await desk("console", "GET", path)).json()["customer_id"]
    told = (await desk("console", "GET", f"/v1/customers/{customer_id}/timeline")).json()["items"][-1]
    assert (told["participant"], told["mood"]) == ({"role": "agent", "name": "berta"}, -1.0)
    looks = (await desk("admin", "GET", f"/v1/customers/{customer_id}/reads")).json()["items"]
    assert {one["by"] for one in looks} == {"the console"}
