"""The console on real servers, with an agent who has an account."""

from collections.abc import AsyncIterator

import pytest

from service.access.accounts import passwords
from service.app.rooms import Rooms
from service.app.web import web_application
from tests.access.accounts.conftest import CHEAP
from tests.web.console.browser import Browser, create_agent, define_queue
from tests.web.console.screens import session_browser

__all__ = ["session_browser"]


@pytest.fixture
async def console(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[object]:
    """The whole application, where a hash of a password costs little; Jana works in two queues."""
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: CHEAP)
    await define_queue(rooms, "support", "Support", "Mo-Su 08:00-18:00")
    await define_queue(rooms, "technicians", "Technicians", "Mo-Fr 08:00-17:00")
    await create_agent(rooms, queues=("support", "technicians"))
    async with web_application(rooms) as app:
        yield app


@pytest.fixture
async def browser(console: object) -> AsyncIterator[Browser]:
    """A browser that has not signed in."""
    async with Browser(console) as browser:
        yield browser


@pytest.fixture
async def admin(browser: Browser, rooms: Rooms) -> Browser:
    """The browser of an administrator who has signed in."""
    await create_agent(rooms, "ada", "admin")
    await browser.sign_in("ada")
    return browser
