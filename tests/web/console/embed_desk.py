"""A browser in which another desk frames the card, and the card's service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec.structs import replace

from service.app.rooms import Rooms
from service.app.web import web_application
from tests.web.console.browser import PASSWORD, Browser

DESK = "https://chat.example"
HOST = "https://askonce.test"
HEADERS = {"origin": HOST, "sec-fetch-site": "same-origin"}
CARD = "/embed/context"


class CardBrowser(Browser):
    """The frame: it reaches the service by TLS, as a cookie of its own needs."""

    async def enter(self, name: str = "jana.koehler", **fields: str):
        """An agent signs in inside the card."""
        return await self.post("/embed/signin", data={"name": name, "password": PASSWORD} | fields, headers=HEADERS)

    async def ask(self, path: str, **fields: str):
        """The card's script asks, with the token of the page."""
        headers = HEADERS | {"hx-request": "true", "x-csrf-token": await self.token(CARD)}
        return await (self.post(path, data=fields, headers=headers) if fields else self.get(path, headers=headers))


@asynccontextmanager
async def framed(rooms: Rooms, **settings: str) -> AsyncIterator[CardBrowser]:
    """The service for frames of the listed desks."""
    given = {"public_url": HOST, "embed_origins": DESK} | settings
    changed = replace(rooms, settings=replace(rooms.settings, **given))
    async with web_application(changed) as app, CardBrowser(app) as browser:
        browser.base_url = HOST
        yield browser
