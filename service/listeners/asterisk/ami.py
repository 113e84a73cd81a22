"""The line to Asterisk's manager interface: logs in over TCP, and hears of calls until the line ends."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress

from service.channels.base import ChannelAccount
from service.channels.phone.asterisk.ami import EVENT_NAMES, MAX_MESSAGE_BYTES, take_messages
from service.channels.phone.asterisk.events import AsteriskEvent
from service.errors import PeerUnavailable
from service.listeners.asterisk.delivery import ReceiveEvents, deliver_events, run_until_stopped

CONNECT_TIMEOUT_S = 10.0
PING_AFTER_S = 20.0
"""After such a silence Asterisk is asked whether it is there, and given up after another one."""
_CHUNK_BYTES = 64 * 1024
_LOGIN_ACTION_ID = "askonce-login"
_PING = b"Action: Ping\r\n\r\n"


class AmiConnection:
    """One line to one Asterisk."""

    name = "ami"

    def __init__(self, account: ChannelAccount, receive: ReceiveEvents) -> None:
        self._account = account
        self._receive = receive

    async def run(self, stop: asyncio.Event, connected: Callable[[], None]) -> None:
        """Hear of calls until `stop`. PeerUnavailable when the line ends or is silent, or the login is refused."""
        settings = self._account.settings
        host, port = settings.connects_to
        tls = ssl.create_default_context() if settings.tls else None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                reader, writer = await asyncio.open_connection(host, port, ssl=tls)
        except TimeoutError:
            raise PeerUnavailable from None

        async def close() -> None:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

        writer.write(_login_message(settings.user, settings.password))
        await run_until_stopped(stop, self._read_events(reader, writer, stop, connected), close)

    async def _read_events(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        stop: asyncio.Event,
        connected: Callable[[], None],
    ) -> None:
        buffer = bytearray()
        while True:
            buffer += await _next_chunk(reader, writer)
            received = list(take_messages(buffer))
            if len(buffer) > MAX_MESSAGE_BYTES:
                raise PeerUnavailable("What answers there is no manager interface of Asterisk.")
            if any(map(_is_login_success, received)):
                connected()
            await deliver_events(
                self._account, self._receive, [one for one in received if one.get("Event") in EVENT_NAMES], stop
            )


async def _next_chunk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The next message of Asterisk; a connection that is lost without an end is noticed by its silence."""
    for _ in range(2):
        try:
            chunk = await asyncio.wait_for(reader.read(_CHUNK_BYTES), PING_AFTER_S)
        except TimeoutError:
            writer.write(_PING)
            continue
        except OSError:
            chunk = b""
        if not chunk:
            raise PeerUnavailable
        return chunk
    raise PeerUnavailable


def _login_message(user: str, password: str) -> bytes:
    fields = {
        "Action": "Login",
        "ActionID": _LOGIN_ACTION_ID,
        "Username": user,
        "Secret": password,
        "Events": "call,cdr,user,agent",
    }
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n"


def _is_login_success(message: AsteriskEvent) -> bool:
    """Whether this is the answer to the login. PeerUnavailable if it is a refusal."""
    if message.get("ActionID") != _LOGIN_ACTION_ID:
        return False
    if message.get("Response") != "Success":
        raise PeerUnavailable("Asterisk refuses the user or password of manager.conf.")
    return True
