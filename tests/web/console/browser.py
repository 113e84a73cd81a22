"""An agent in front of the console: a browser without a screen, and the accounts and queues of the tests."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx

from service.access.accounts.accounts import create_account
from service.access.accounts.links import create_link
from service.access.accounts.sessions import Sessions
from service.app.rooms import Rooms
from service.handoff.queues import repository as queues
from service.handoff.queues.model import QueueInput
from service.model.decode import decode_json
from service.model.vocabulary import AgentRole

HOST = "http://askonce.test"
PASSWORD = "four words nobody connects"
CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
SHOWN_ATTRIBUTES = {"aria-label", "title", "placeholder", "alt"}


class Browser(httpx.AsyncClient):
    """Sends what a browser sends: cookies, the language, and the origin with what changes something."""

    def __init__(self, app: object, *, language: str = "en", **headers: str) -> None:
        given = {"accept": "text/html,*/*;q=0.8", "accept-language": language} | headers
        super().__init__(transport=httpx.ASGITransport(app), base_url=HOST, headers=given)

    async def submit(self, path: str, *, htmx: bool = False, **fields: str | list[str]) -> httpx.Response:
        """A form is sent from a page of ours."""
        headers = {"origin": HOST, "sec-fetch-site": "same-origin"} | ({"hx-request": "true"} if htmx else {})
        return await self.post(path, data=fields, headers=headers)

    async def sign_in(self, name: str = "jana.koehler", password: str = PASSWORD, **fields: str) -> httpx.Response:
        """The sign-in form is sent."""
        return await self.submit("/signin", name=name, password=password, **fields)

    async def token(self, path: str = "/console") -> str:
        """The CSRF token of a page."""
        return re.search(r'<meta name="csrf-token" content="([^"]*)">', (await self.get(path)).text)[1]


class ShownTexts(HTMLParser):
    """What a page says: its texts and the attributes that are read out, without what a template holds back."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._hidden += tag in {"script", "style"}
        self.texts += [value.strip() for name, value in attrs if name in SHOWN_ATTRIBUTES and value]

    def handle_endtag(self, tag):
        self._hidden -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self._hidden and data.strip():
            self.texts.append(data.strip())


def told(answer: httpx.Response) -> str:
    """What the page of an answer says, as one text."""
    return " ".join(ShownTexts(answer.text).texts)


async def act(browser: Browser, path: str, **fields: Any) -> httpx.Response:
    """A form of a page is sent with the token of the session."""
    return await browser.submit(path, csrf_token=await browser.token(), **fields)


async def create_agent(
    rooms: Rooms, name: str = "jana.koehler", role: str = "agent", queues: tuple[str, ...] = ()
) -> None:
    """An account with a password, set by the link that its creation gives."""
    sessions = Sessions(rooms.database, rooms.clock, rooms.settings)
    async with rooms.database.transaction() as connection:
        await create_account(connection, name=name, role=AgentRole(role), now=rooms.clock.now(), queues=queues)
    opened = await sessions.sign_in_by_link(await new_link(rooms, name))
    await sessions.set_password(opened.session_id, PASSWORD)
    await sessions.sign_out(opened.session_id)


async def new_link(rooms: Rooms, name: str = "jana.koehler") -> str:
    """The token of a link that signs in once."""
    async with rooms.database.transaction() as connection:
        return await create_link(connection, name, now=rooms.clock.now(), valid=timedelta(hours=1))


async def define_queue(rooms: Rooms, name: str, title: str, hours: str) -> None:
    """A queue of ours in Berlin."""
    definition = b'{"title": "%s", "calendar": {"time_zone": "Europe/Berlin", "hours": "%s"}}'
    async with rooms.database.transaction() as connection:
        new = decode_json(definition % (title.encode(), hours.encode()), QueueInput)
        await queues.upsert_queue(connection, name, new, now=rooms.clock.now())
