"""The clients of both generations of the protocol against the real service."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.access.keys import create_key
from service.cache.client import Cache
from service.db.pool import Database
from service.model.vocabulary import Role
from tests.channels.peers import python_packages
from tests.cli import conftest
from tests.fixtures import NOW

pytestmark = [pytest.mark.peer, pytest.mark.slow]

PROGRAMS = Path(__file__).parent / "peer_programs"
own_database = conftest.own_database
ANNA = {"kind": "phone", "value": "0171 1234567"}
TOLD = {
    "source": "assistant",
    "source_event_id": "turn-1",
    "channel": "chatbot",
    "kind": "message",
    "direction": "inbound",
    "identities": [ANNA],
    "facts": {"error_code": "E42"},
}
STEPS = [
    ["get_context", {"identity": ANNA}],
    ["register_interaction", TOLD],
    ["get_context", {"identity": {"kind": "phone", "value": "+491711234567"}}],
    ["ask_known", {"identity": ANNA, "fields": ["error_code", "city"]}],
    ["request_callback", {"identity": ANNA, "queue": "nobody", "reason": "The router", "idempotency_key": "k"}],
]


@pytest.fixture
async def address(own_database: dict[str, str], cache: Cache) -> AsyncIterator[tuple[str, str]]:
    """The address of /mcp, and a bot's key; the cache remembers no other service."""
    with conftest.serving(**own_database) as service:
        database = await Database.connect(own_database["database_url"], connections=1)
        async with database.transaction() as connection:
            key = await create_key(connection, role=Role.BOT, name="assistant", now=NOW)
        await database.close()
        yield f"{service.url}/mcp", key


async def run(program: str, packages: Path, *arguments: str) -> dict:
    """What the program prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAMS / program),
        *arguments,
        env={**os.environ, "PYTHONPATH": str(packages)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    return json.loads(printed)


@pytest.mark.parametrize(
    ("requirement", "program", "generation"),
    [
        ("mcp>=1.30,<2", "mcp_first_generation.py", "2025-"),
        ("mcp>=2,<3", "mcp_second_generation.py", "2026-"),
    ],
)
async def test_a_client_of_either_generation_is_served(address, tmp_path, requirement, program, generation):
    packages = await asyncio.to_thread(python_packages, tmp_path, requirement)
    spoken = await run(program, packages, *address, json.dumps(STEPS))
    assert spoken["protocol"].startswith(generation)
    assert set(spoken["tools"]) == {
        "get_context", "get_next_actions", "ask_known", "register_interaction", "post_handoff", "request_callback",
    }  # fmt: skip
    assert spoken["refused"] == [True, False, False, False, True]
    _, registered, context, asked, _ = spoken["told"]
    assert context["customer_data"]["customer"]["id"] == registered["customer_id"]
    assert context["customer_data"]["known"]["error_code"]["value"] == "E42"
    assert asked["customer_data"]["ask"] == ["city"]
