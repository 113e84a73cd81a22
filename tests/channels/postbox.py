"""A door for mail in a test: posts to it, and what is on record afterwards."""

import httpx

from service.app.rooms import Rooms
from service.channels.base import ChannelAccount
from service.channels.email.message.model import MailAddress, ParsedMail
from service.inbound.mail.parsers import MailUnparsable
from service.model.mail import Envelope
from tests.fixtures import Desk


class Postbox:
    """One instance of the door `email`."""

    def __init__(self, desk: Desk, rooms: Rooms, account: ChannelAccount, path: str) -> None:
        self.desk = desk
        self.rooms = rooms
        self.account = account
        self._path = path

    async def post(self, raw: bytes, query: str = "") -> httpx.Response:
        """Post a mail as a mail server's pipe does."""
        headers = {"content-type": "message/rfc822"}
        return await self.desk.http.post(self._path + query, content=raw, headers=headers)

    async def records(self, address: str = "anna@example.com") -> list[dict]:
        """What is on record of whoever has this address, what was registered last first."""
        found = await self.desk.look_up(value=address)
        if found.status_code == 404:
            return []
        customer = found.json()["customer"]["id"]
        items = (await self.desk("console", "GET", f"/v1/customers/{customer}/timeline")).json()["items"]
        return sorted(items, key=lambda record: record["id"], reverse=True)

    async def count(self) -> int:
        """How many interactions there are, of whomever."""
        async with self.rooms.database.connection() as connection:
            return await connection.fetchval("SELECT count(*) FROM interaction")

    async def token(self, **wanted: object) -> httpx.Response:
        """The headers for a mail to a customer."""
        return await self.desk("console", "POST", "/v1/email/tokens", wanted)

    @staticmethod
    async def refusing_reader(_raw: bytes, _envelope: Envelope, **_options: object) -> ParsedMail:
        """What a bomb makes of the parser."""
        raise MailUnparsable("It needs too much time.")

    @staticmethod
    async def lenient_reader(_raw: bytes, _envelope: Envelope, **_options: object) -> ParsedMail:
        """A parser to come, which takes apart everything."""
        return ParsedMail(text="read at last", full_text="read at last", sender=MailAddress(address="anna@example.com"))
