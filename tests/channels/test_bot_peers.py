"""Real bots hand off to the real service: one made with botbuilder, one that is a Rasa.

Rasa is large, and made for an older Python: ASKONCE_TEST_RASA names an environment that has it, and saves installing it.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from service.access.keys import create_key
from service.channels.registry import ADAPTERS
from service.db.pool import Database
from service.embedded.supervisor import EmbeddedServers
from service.inbound import accounts
from service.model.vocabulary import Role
from tests.channels.peers import node_packages
from tests.channels.vendors import QUEUE
from tests.cli.conftest import serving
from tests.fixtures import NOW
from tests.patience import until

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(900)]

PROGRAMS = Path(__file__).parent / "peer_programs"


class Company:
    """The service over HTTP as an administrator sees it, with a queue that is always open."""

    def __init__(self, url: str, http: httpx.AsyncClient, database: Database) -> None:
        self.url = url
        self.http = http
        self._database = database

    async def open_door(self, adapter: str, **values: str) -> str:
        """The address of a door."""
        chosen = ADAPTERS[adapter]
        async with self._database.transaction() as connection:
            account = await accounts.add_account(connection, chosen, name="shop", values=values, now=NOW)
        return self.url + accounts.delivery_path(chosen, account)

    async def only_handoff(self) -> dict:
        """The one handoff there is."""
        (listed,) = (await self.http.get("/v1/handoffs")).json()["items"]
        return (await self.http.get(f"/v1/handoffs/{listed['id']}")).json()


@pytest.fixture
async def company(servers: EmbeddedServers, database_url: str, database: Database) -> AsyncIterator[Company]:
    async with database.transaction() as connection:
        key = await create_key(connection, role=Role.ADMIN, name="test", now=NOW)
    settings = {
        "database_url": database_url,
        "redis_url": servers.endpoints.redis_url,
        "durable": "false",
        "webhook_allow_private": "true",
    }
    with serving(**settings) as service:
        async with httpx.AsyncClient(base_url=service.url, headers={"authorization": f"Bearer {key}"}) as http:
            await http.put("/v1/queues/support", json=QUEUE)
            yield Company(service.url, http, database)


@contextmanager
def running(*command: object, cwd: Path, **environment: object) -> Iterator[subprocess.Popen[str]]:
    """A program that runs until the test is over."""
    variables = os.environ | {name: str(value) for name, value in environment.items()}
    words = [str(one) for one in command]
    process = subprocess.Popen(words, cwd=cwd, env=variables, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def test_a_bot_made_with_botbuilder_hands_off_and_hears_who_comes(company: Company, tmp_path: Path) -> None:
    packages = node_packages(tmp_path, "botbuilder@4.23")
    program = [shutil.which("node"), PROGRAMS / "botbuilder_bot.js", "bot-secret"]
    with running(*program, cwd=tmp_path, NODE_PATH=packages / "node_modules") as bot:
        assert bot.stdout is not None
        messages = f"http://127.0.0.1:{int(bot.stdout.readline())}/api/messages"
        door = await company.open_door("botframework", secret="bot-secret", queue="support", status_url=messages)
        for number, text in enumerate(["Where is my parcel?", "A-1. A person, please"]):
            said = {
                "type": "message",
                "id": f"m{number}",
                "text": text,
                "timestamp": datetime.now(UTC).isoformat(),
                "from": {"id": "user-1", "role": "user"},
                "recipient": {"id": "bot", "role": "bot"},
                "conversation": {"id": "conv-1"},
                "channelId": "webchat",
                "serviceUrl": door,
            }
            answered = await company.http.post(messages, json=said)
            assert answered.status_code == 200, answered.text
        handoff = await company.only_handoff()
        lines = ["Where is my parcel?", "What is your order number?", "A-1. A person, please"]
        assert [line["text"] for line in handoff["packet"]["transcript"]] == lines
        assert handoff["packet"]["facts"]["order_number"]["value"] == "A-1"
        await company.http.post(f"/v1/handoffs/{handoff['id']}/accept", json={"agent": "petra"})
        heard = json.loads(await asyncio.wait_for(asyncio.to_thread(bot.stdout.readline), 30))
    assert heard == {"state": "accepted", "message": "accepted"}


def rasa_in(folder: Path) -> Path:
    """The command of a Rasa; skips the test where there is none and none can be installed."""
    if given := os.environ.get("ASKONCE_TEST_RASA"):
        return Path(given) / "bin" / "rasa"
    uv = shutil.which("uv")
    if uv is None or sys.version_info[:2] != (3, 11):
        pytest.skip("Rasa 3.6 needs Python 3.11 or older, and uv to install it")
    (folder / "newer.txt").write_text("matplotlib>=3.7,<3.9\n")  # the one that it asks for cannot be built any more
    wanted = ["--override", folder / "newer.txt", "rasa==3.6.21", "dask==2022.10.2"]
    for command in (["venv", folder / "rasa"], ["pip", "install", "--python", folder / "rasa/bin/python", *wanted]):
        done = subprocess.run([uv, *map(str, command)], capture_output=True, text=True, timeout=600)
        if done.returncode:
            pytest.skip(f"Rasa cannot be installed here: {done.stderr[-200:]}")
    return folder / "rasa" / "bin" / "rasa"


async def test_a_rasa_hands_off_without_code_and_falls_silent(company: Company, tmp_path: Path) -> None:
    rasa = rasa_in(tmp_path)
    door = await company.open_door("rasa", queue="support", say="A colleague takes over.")
    bot = shutil.copytree(PROGRAMS / "rasa_bot", tmp_path / "bot")
    (bot / "endpoints.yml").write_text(f'action_endpoint: {{url: "{door}/webhook"}}\n')
    (bot / "credentials.yml").write_text("rest:\n")
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    train = [rasa, "train", "--quiet"]
    await asyncio.to_thread(subprocess.run, train, cwd=bot, env=os.environ | quiet, capture_output=True, check=True)
    port = free_port()
    with running(rasa, "run", "--port", port, "-i", "127.0.0.1", cwd=bot, **quiet):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:

            async def is_up() -> bool:
                try:
                    return (await http.get("/")).is_success
                except httpx.TransportError:
                    return False

            async def say(text: str) -> list[str]:
                said = {"sender": "+4930123456", "message": text}
                return [one["text"] for one in (await http.post("/webhooks/rest/webhook", json=said)).json()]

            await until(is_up, seconds=300)
            assert await say("where is my parcel") == ["I am looking for it."]
            assert await say("a person please") == ["A colleague takes over."]
            assert await say("are you there") == []
    handoff = await company.only_handoff()
    assert (handoff["state"], handoff["reason"]["code"]) == ("offered", "person")
    lines = ["where is my parcel", "I am looking for it.", "a person please"]
    assert [line["text"] for line in handoff["packet"]["transcript"]] == lines


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
