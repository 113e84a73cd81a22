"""A mail server's side of a socket, and what it brought."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from service.channels.base import ChannelAccount
from service.channels.email.addresses import ListenAddress, listen_address, recipients_of
from service.channels.email.raw import EmailSettings
from service.listeners.email.server import MailServer
from service.model.ids import new_id
from service.model.mail import Envelope

RECIPIENTS = "help@example.com, @support.example.com"
SENDER = "anna@example.de"
MAIL = b"From: Anna <anna@example.de>\r\nMessage-ID: <m1@example.de>\r\n\r\nMy router blinks.\r\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Record:
    """What was brought; `fails` is raised instead, `holds` keeps it waiting."""

    def __init__(self) -> None:
        self.mails: list[tuple[bytes, Envelope]] = []
        self.fails: Exception | None = None
        self.holds: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def receive(self, account, mail, envelope, received_at=None) -> None:
        self.reached.set()
        if self.holds is not None:
            await self.holds.wait()
        if self.fails is not None:
            raise self.fails
        self.mails.append((mail, envelope))


class Socket:
    """A running socket, and a way to speak to it."""

    def __init__(self, address: ListenAddress, stop: asyncio.Event) -> None:
        self.address = address
        self.stop = stop

    async def speak(self, conversation: Callable[[smtplib.SMTP], object]):
        """What a blocking conversation gives, in a thread of its own."""
        return await asyncio.to_thread(partial(self._speak, conversation))

    def _speak(self, conversation):
        kind = smtplib.LMTP if self.address.protocol == "lmtp" else smtplib.SMTP
        with kind(self.address.host, self.address.port, local_hostname="mx.example.org") as server:
            return conversation(server)

    async def deliver(self, mail: bytes = MAIL, *, sender: str = SENDER, to: tuple[str, ...] = ("help@example.com",)):
        """The recipients that were refused, with the answer; raises when all were."""
        return await self.speak(lambda server: server.sendmail(sender, to, mail))


@asynccontextmanager
async def listening(record: Record, protocol: str = "lmtp") -> AsyncIterator[Socket]:
    """A socket in front of this record."""
    address = listen_address(f"{protocol}://127.0.0.1:{free_port()}")
    account = ChannelAccount(account_id=new_id(), adapter="email", name="desk", secret="s", settings=EmailSettings())
    stop, connected = asyncio.Event(), asyncio.Event()
    listener = MailServer(account, address, recipients_of(RECIPIENTS), record.receive)
    running = asyncio.create_task(listener.run(stop, connected.set))
    await connected.wait()
    try:
        yield Socket(address, stop)
    finally:
        stop.set()
        await running
