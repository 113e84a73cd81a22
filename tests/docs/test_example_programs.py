"""The programs of the guides, as a reader copies them, against a running service: an agent's desktop and two bots."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from service.access.keys import create_key
from service.channels.registry import ADAPTERS
from service.inbound import accounts
from service.model.vocabulary import Role
from tests.cli.conftest import serving, until
from tests.docs.shell import Shell
from tests.fixtures import url_of
from tests.house.place import ROOT, text

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "docs" / "examples"
ALWAYS = {"time_zone": "Europe/Berlin", "hours": "24/7"}
QUEUE = {"title": "Support", "calendar": ALWAYS, "offer_timeout_s": 300, "fallback": {"callback": True}}
PLAY = re.findall(r"^\| (bot|customer) \| (.+?) \|", text("docs/guides/bot.md"), re.MULTILINE)
"""What customer and bot say to each other, as the guide tells it."""


class Company:
    """A running service with a key of each role, and a telephone system that tells it of calls."""

    def __init__(self, url: str, keys: dict[Role, str], door: str) -> None:
        self.url = url
        self.keys = keys
        self.door = url + door

    def call(self, role: str, method: str, path: str, **json: Any) -> Any:
        """The answer to a request."""
        headers = {"authorization": f"Bearer {self.keys[Role(role)]}", "idempotency-key": os.urandom(8).hex()}
        answer = httpx.request(method, self.url + path, json=json or None, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def tells(self, email: str, *phone: str, **fields: Any) -> None:
        """The customer of this address fills in a form."""
        event = {"source": "web", "source_event_id": email, "channel": "web", "kind": "form", "direction": "inbound"}
        at = datetime.now(UTC).isoformat()
        identities = [{"kind": "email", "value": email}, *({"kind": "phone", "value": one} for one in phone)]
        self.call("channel", "POST", "/v1/interactions", **event, occurred_at=at, identities=identities, **fields)

    def waiting(self) -> dict[str, Any] | None:
        """The handoff that waits, if one does."""
        return next(iter(self.call("console", "GET", "/v1/handoffs?queue=support&state=offered")["items"]), None)

    def accept(self) -> tuple[str, str]:
        """A colleague takes what waits; its path and token."""
        path = f"/v1/handoffs/{until(self.waiting)['id']}"
        return path, self.call("console", "POST", f"{path}/accept", agent="carl")["token"]

    def telephones(self, event: str, *users: str, **call: str) -> None:
        """What the telephone system tells of a call at these telephones."""
        numbers = {"callId": "c-1", "from": "491711234567", "to": "4930901820", "direction": "in"}
        httpx.post(self.door, data={**numbers, "event": event, "user[]": users, **call}).raise_for_status()


@pytest.fixture(scope="module")
async def company(servers, template) -> Iterator[Company]:
    """The company of these tests, which they share."""
    name = f"cli_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(servers.endpoints.database_url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    await admin.close()
    settings = {"database_url": url_of(servers, name), "redis_url": servers.endpoints.redis_url, "durable": "false"}
    connection = await asyncpg.connect(settings["database_url"])
    now = datetime.now(UTC)
    keys = {
        role: await create_key(connection, role=role, name=f"the {role}", now=now) for role in Role if role != "partner"
    }
    account = await accounts.add_account(connection, ADAPTERS["cti"], name="pbx", values={}, now=now)
    await connection.close()
    with serving(**settings) as service:
        company = Company(service.url, keys, accounts.delivery_path(ADAPTERS["cti"], account))
        company.call("admin", "PUT", "/v1/queues/support", **QUEUE)
        yield company


class Program:
    """An example that runs, with what it has printed."""

    def __init__(self, process: subprocess.Popen[str], printed: Path) -> None:
        self.process = process
        self.printed = printed

    def type(self, *lines: str) -> None:
        """Type these lines into it."""
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def prints(self, words: str) -> str:
        """All that it has printed as soon as these words are there."""
        return Shell.wait_for(self.printed, words)


@pytest.fixture
def run(company, tmp_path):
    """A function that starts an example for a block."""

    @contextmanager
    def run(role: str, program: str, *arguments: str) -> Iterator[Program]:
        paths = os.pathsep.join([str(ROOT / "clients" / "python"), *sys.path])
        own = {"ASKONCE_URL": company.url, "ASKONCE_KEY": company.keys[Role(role)], "PYTHONPATH": paths}
        command = [sys.executable, "-u", EXAMPLES / program, *arguments]
        environment = {**os.environ, **own, "NO_PROXY": "127.0.0.1"}
        with (
            (tmp_path / "printed").open("w") as printed,
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=printed, stderr=subprocess.STDOUT, text=True, env=environment
            ) as process,
        ):
            try:
                yield Program(process, tmp_path / "printed")
            finally:
                process.terminate()

    return run


def completed(company: Company) -> list[dict[str, Any]]:
    """The handoffs that were completed."""
    return company.call("console", "GET", "/v1/handoffs?queue=support&state=completed")["items"]


def hand_off(company: Company, email: str) -> None:
    """The bot passes this customer on."""
    customer = {"kind": "email", "value": email}
    reason = {"code": "unsolved"}
    company.call("bot", "POST", "/v1/handoffs", identity=customer, to={"queue": "support"}, reason=reason)


async def test_a_desktop_takes_a_handoff_from_its_brief_to_its_end_and_knows_which_call_is_its_own(company, run):
    company.tells("dora@example.de", "0171/1234567", facts={"order_number": "A-1"}, conversation={"subject": "Router"})
    hand_off(company, "dora@example.de")
    with run("console", "desktop/desktop.py", "berta", "21", "support") as desktop:
        assert "order_number: A-1" in desktop.prints("Take it? ")
        desktop.type("yes", "New cable", "worked", "-0.4", "solved", "A new cable helps.")
        desktop.prints("Summary? ")
        company.telephones("newCall", "20", "22", **{"callId": "c-0", "from": "491701111111"})
        company.telephones("newCall", "20")
        company.telephones("answer", "20")
        company.telephones("newCall", "21", callId="c-2", origCallId="c-1")
        tried = "  Router (open)\n    tried: New cable (worked)\n  do not ask: order_number = A-1\n"
        shown = desktop.prints(f"RINGS +491711234567\n  no name yet, claimed; mood -0.4\n{tried}")
        assert "491701111111" not in shown
        company.telephones("answer", "21", callId="c-2")
        desktop.prints("SPEAKS +491711234567")
    (done,) = completed(company)
    assert (done["taken_by"], done["outcome"]) == ("berta", "solved")


async def test_a_desktop_goes_on_when_a_colleague_was_faster(company, run):
    company.tells("emil@example.de", conversation={"subject": "Invoice"})
    hand_off(company, "emil@example.de")
    with run("console", "desktop/desktop.py", "berta", "21", "support") as desktop:
        desktop.prints("Take it? ")
        path, token = company.accept()
        desktop.type("yes")
        desktop.prints("Somebody has taken this handoff")
        company.call("console", "POST", f"{path}/transfer", token=token, to={"queue": "support", "agent": "berta"})
        until(lambda: desktop.printed.read_text().count("Take it? ") == 2)
        desktop.type("yes", "Sent it again", "worked", "0", "solved", "The customer has it.")
        until(lambda: len(completed(company)) == 2)


def returned_by_a_colleague(company: Company, bot: Program) -> None:
    """A person serves the chat of this bot, while the customer writes, and gives it back with something to try."""
    bot.type("Hello?")
    path, token = company.accept()
    bot.type("Is anybody there?")
    texts = f"/v1/customers/{company.call('console', 'GET', path)['customer_id']}/timeline"
    until(lambda: "Is anybody there?" in str(company.call("console", "GET", texts)))
    note = {"what": "New cable", "outcome": "pending"}
    company.call("console", "POST", f"{path}/interactions", token=token, attempt=note)
    company.call("console", "POST", f"{path}/return", token=token)


async def test_a_bot_asks_what_is_unknown_is_silent_while_people_serve_and_goes_on_when_they_give_back(company, run):
    company.tells("gerd@example.de", facts={"order_number": "A-1"})
    said = [words for who, words in PLAY if who == "customer"]
    with run("bot", "bot/bot.py", "gerd@example.de", "chat-1") as bot:
        bot.type(*said[: said.index("Hello?")])
        returned_by_a_colleague(company, bot)
        bot.prints("New cable")
        bot.type(said[-1])
        assert bot.process.wait(10) == 0
    assert bot.prints("glad").splitlines() == [words for who, words in PLAY if who == "bot"]


async def test_a_bot_asks_for_a_number_before_it_promises_a_call(company, run):
    today = datetime.now(UTC).date()
    closed = {"calendar": {**ALWAYS, "closed": [str(today + timedelta(days)) for days in range(-1, 3)]}}
    company.call("admin", "PUT", "/v1/queues/support", **QUEUE | closed)
    company.tells("ida@example.de", facts={"order_number": "A-1"})
    with run("bot", "bot/bot.py", "ida@example.de", "chat-3") as bot:
        bot.type("My router does not connect.", "E42", "no", "no", "none", "0171/7654321")
        bot.prints("They will call you, from ")
    not_there, wanted, again, _ = bot.prints("They will").splitlines()[-4:]
    assert not_there == "My colleagues are not there now."
    assert (wanted, again) == ("At which number may they call you?", "I cannot use that number. Is there another one?")
    company.call("admin", "PUT", "/v1/queues/support", **QUEUE)


async def test_a_model_does_the_same_with_the_tools_of_mcp(company, run):
    company.tells("hans@example.de", facts={"order_number": "A-1"})
    with run("bot", "bot/mcp_bot.py", "hans@example.de", "chat-2") as bot:
        bot.type("My router does not connect.", "E42")
        bot.prints("I pass you on")
        returned_by_a_colleague(company, bot)
        bot.type("What now?")
        bot.prints("with you again")
    assert bot.prints("again").splitlines() == [
        "What does the display show?",
        "I pass you on to a colleague, who sees all of this.",
        "I am with you again. So far: New cable: pending.",
    ]
