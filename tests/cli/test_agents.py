"""Accounts of agents on the command line, and the link of a service on its own servers."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from service.access.accounts.sessions import Sessions
from service.cli.serving import console_link
from service.db.migrate import migrate
from service.db.pool import Database
from service.errors import SignInRefused
from service.model.clock import Clock
from service.settings.model import Settings
from tests.access.accounts.conftest import PASSWORD

LINK = re.compile(r"http://127\.0\.0\.1:8080/signin/link\?token=([\w-]{43})\n")


@pytest.fixture
def agents(askonce, own_database):
    return lambda *arguments: askonce("agents", *arguments, **own_database)


async def signed_in(database_url: str, link: str):
    """The agent whom a link signs in, who then sets a password."""
    database = await Database.connect(database_url, connections=2)
    try:
        sessions = Sessions(database, Clock(), Settings())
        opened = await sessions.sign_in_by_link(parse_qs(urlsplit(link.strip()).query)["token"][0])
        if opened.agent.must_set_password:
            await sessions.set_password(opened.session_id, PASSWORD)
        return opened.agent
    finally:
        await database.close()


@pytest.mark.slow
def test_an_account_is_made_signed_in_to_by_its_link_listed_and_disabled(agents, own_database):
    made = agents("create", "--name", "Jana", "--role", "agent", "--queue", "support", "--queue", "repairs")
    assert LINK.fullmatch(made.stdout), made.stderr
    agent = asyncio.run(signed_in(own_database["database_url"], made.stdout))
    assert (agent.name, agent.role, agent.queues) == ("Jana", "agent", ("support", "repairs"))

    assert agents("change", "jana", "--role", "supervisor", "--no-queue").returncode == 0
    assert agents("disable", "jana").returncode == 0
    header, row = (line.split("\t") for line in agents("list").stdout.splitlines())
    assert header == ["name", "role", "queues", "signs in by", "created", "disabled"]
    assert row[:4] == ["Jana", "supervisor", "-", "password"]
    assert row[5] != "-"

    refused = agents("link", "jana")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "is disabled" in refused.stderr
    assert agents("enable", "jana").returncode == 0
    assert LINK.fullmatch(agents("link", "jana").stdout)


@pytest.mark.slow
def test_an_account_that_makes_no_sense_is_refused_with_a_sentence(agents):
    agents("create", "--name", "Jana", "--role", "admin")
    again = agents("create", "--name", "JANA", "--role", "agent")
    assert (again.returncode, again.stdout) == (1, "")
    assert "Another agent has an account of this name." in again.stderr
    unknown = agents("link", "nobody")
    assert (unknown.returncode, "askonce agents list" in unknown.stderr) == (1, True)
    assert agents("create", "--name", "Nero", "--role", "emperor").returncode == 2


async def test_a_service_on_its_own_servers_gives_a_link_that_opens_the_console_once(own_database, monkeypatch, capsys):
    url = own_database["database_url"]
    await migrate(url)
    monkeypatch.setattr(console_link, "console_exists", lambda: True)
    settings = Settings(database_url=url, sign_in_link_hours=1)
    await asyncio.to_thread(console_link.print_console_link, settings, "http://127.0.0.1:8123")
    printed = capsys.readouterr()
    (link,) = re.findall(r"http://127\.0\.0\.1:8123/signin/link\?token=\S+", printed.err)
    assert printed.out == ""
    agent = await signed_in(url, link)
    assert (agent.name, agent.role, agent.must_set_password) == ("console", "admin", False)
    with pytest.raises(SignInRefused):
        await signed_in(url, link)


def test_without_pages_or_a_database_no_link_is_given(monkeypatch):
    monkeypatch.setattr(console_link, "console_exists", lambda: False)
    assert console_link.console_link("postgresql://127.0.0.1:1/askonce", "http://here") is None
    monkeypatch.setattr(console_link, "console_exists", lambda: True)
    away = "postgresql://127.0.0.1:1/askonce"
    assert console_link.console_link(away, "http://here", valid=timedelta(1)) is None
