"""Anna's number calls: a telephone system tells what it does, by the door that listens to it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from msgspec import Struct

from service.channels.registry import ADAPTERS
from service.db.pool import Connection
from service.inbound import accounts

NUMBER = "491711234567"


class Telephones(Struct, frozen=True):
    """A telephone system of the company, which pushes its calls."""

    http: httpx.AsyncClient
    path: str

    async def ring(self, call: str = "1", **fields: Any) -> None:
        """A call comes in."""
        await self._tell("newCall", call, {"from": NUMBER, "user[]": ["Mia", "Ben"]} | fields)

    async def answer(self, call: str = "1", by: str = "Mia", **fields: Any) -> None:
        """Somebody picks up."""
        await self._tell("answer", call, {"user": by} | fields)

    async def hang_up(self, call: str = "1", cause: str = "cancel", **fields: Any) -> None:
        """The call is over."""
        await self._tell("hangup", call, {"cause": cause} | fields)

    async def _tell(self, event: str, call: str, fields: dict[str, Any]) -> None:
        form = {"event": event, "callId": call, "to": "4930901820", "direction": "in"} | fields
        raw = urlencode({name: value for name, value in form.items() if value is not None}, doseq=True).encode()
        told = await self.http.post(
            self.path, content=raw, headers={"content-type": "application/x-www-form-urlencoded"}
        )
        assert told.status_code == httpx.codes.OK, told.text


async def connect_telephones(connection: Connection, http: httpx.AsyncClient, *, now: datetime) -> Telephones:
    """The door of a telephone system, as `askonce channels add` opens it."""
    adapter = ADAPTERS["cti"]
    account = await accounts.add_account(connection, adapter, name="pbx", values={}, now=now)
    return Telephones(http, accounts.delivery_path(adapter, account))
