"""The line to Asterisk's REST interface: a WebSocket with the events of every channel, until it ends."""

import asyncio
import base64
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from service.channels.base import ChannelAccount
from service.channels.phone.asterisk.ari import EVENT_TYPES
from service.channels.phone.asterisk.events import AsteriskEvent
from service.errors import ConfigurationError, PeerUnavailable
from service.listeners.asterisk.delivery import ReceiveEvents, deliver_events, run_until_stopped
from service.model.json_text import read_json

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

CONNECT_TIMEOUT_S, _CLOSE_TIMEOUT_S = 10.0, 1.0
_MAX_MESSAGE_BYTES = 256 * 1024


class AriConnection:
    """One line to one Asterisk; a line that has died without a word is noticed by the pings of the library."""

    name = "ari"

    def __init__(self, account: ChannelAccount, receive: ReceiveEvents) -> None:
        self._account = account
        self._receive = receive

    async def run(self, stop: asyncio.Event, connected: Callable[[], None]) -> None:
        """Hear of calls until `stop`. PeerUnavailable when the line ends, or Asterisk refuses it."""
        websocket = await self._connect()
        connected()
        await run_until_stopped(stop, self._read_events(websocket, stop), websocket.close)

    async def _connect(self) -> "ClientConnection":
        try:
            from websockets.asyncio.client import connect
            from websockets.exceptions import InvalidHandshake
        except ImportError as error:
            raise ConfigurationError("Install askonce[asterisk]: the line to ARI is a WebSocket.") from error
        settings = self._account.settings
        host, port = settings.connects_to
        query = urlencode({"app": settings.app, "subscribeAll": "true"})
        credentials = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        try:
            return await connect(
                f"{'wss' if settings.tls else 'ws'}://{host}:{port}/ari/events?{query}",
                additional_headers={"authorization": f"Basic {credentials}"},
                ssl=ssl.create_default_context() if settings.tls else None,
                open_timeout=CONNECT_TIMEOUT_S,
                close_timeout=_CLOSE_TIMEOUT_S,
                max_size=_MAX_MESSAGE_BYTES,
                proxy=None,
            )
        except InvalidHandshake:
            raise PeerUnavailable("Asterisk refuses the line: compare user and password with ari.conf.") from None
        except TimeoutError:
            raise PeerUnavailable from None

    async def _read_events(self, websocket: "ClientConnection", stop: asyncio.Event) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            async for message in websocket:
                await deliver_events(self._account, self._receive, _parse_events(message), stop)
        except ConnectionClosed:
            raise PeerUnavailable from None
        raise PeerUnavailable


def _parse_events(message: str | bytes) -> list[AsteriskEvent]:
    """The event of a message, if it is one about calls."""
    try:
        event = read_json(message.encode() if isinstance(message, str) else message, AsteriskEvent)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return []
    return [event] if event.get("type") in EVENT_TYPES else []
