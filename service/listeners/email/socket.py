"""A socket that mail servers deliver to, by LMTP or SMTP: 250 is said after the commit, 451 while there can be none."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from service.channels.base import ChannelAccount
from service.channels.email.addresses import ListenAddress, Recipients
from service.channels.email.raw import EMAIL_BYTES
from service.listeners.email.arrival import ReceiveMail
from service.model.mail import Envelope

if TYPE_CHECKING:
    from service.listeners.email.protocol import SmtpSession

MOST_CONNECTIONS = 50


class MailServer:
    """The listener of one socket. It needs a recipient, so that it relays nothing."""

    def __init__(
        self, account: ChannelAccount, address: ListenAddress, recipients: Recipients, receive: ReceiveMail
    ) -> None:
        self._instance = account
        self._address = address
        self._recipients = recipients
        self._receive = receive
        self._open: set[SmtpSession] = set()

    @property
    def name(self) -> str:
        """The protocol."""
        return self._address.protocol

    async def run(self, stop: asyncio.Event, connected: Callable[[], None]) -> None:
        """Talk to any number of mail servers until `stop`, and then answer for the mails under way."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._protocol, self._address.host, self._address.port)
        try:
            connected()
            await stop.wait()
        finally:
            server.close()
            await self._leave()

    def _protocol(self) -> asyncio.Protocol:
        from service.listeners.email.protocol import CONVERSATIONS, RejectedConnection

        if len(self._open) >= MOST_CONNECTIONS:
            return RejectedConnection()
        conversation = CONVERSATIONS[self._address.protocol](self._take, self._recipients, limit_bytes=EMAIL_BYTES)
        self._open.add(conversation)
        conversation.ended.add_done_callback(lambda _: self._open.discard(conversation))
        return conversation

    async def _take(self, mail: bytes, envelope: Envelope) -> None:
        await self._receive(self._instance, mail, envelope)

    async def _leave(self) -> None:
        for conversation in self._open:
            conversation.leave()
        try:
            await asyncio.gather(*[conversation.ended for conversation in self._open])
        finally:
            for conversation in self._open:
                conversation.abort()
