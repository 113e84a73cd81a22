"""A socket that mail servers deliver to, by LMTP or SMTP: it answers 250 after the commit, 451 during an outage."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from service.channels.base import ChannelAccount
from service.channels.email.addresses import ListenAddress, Recipients
from service.channels.email.raw import MAX_EMAIL_BYTES
from service.listeners.email.delivery import ReceiveMail
from service.model.mail import Envelope

if TYPE_CHECKING:
    from service.listeners.email.protocol import SmtpSession

MAX_CONNECTIONS = 50


class MailServer:
    """The listener of one socket. It needs a recipient, so that it relays nothing."""

    def __init__(
        self, account: ChannelAccount, address: ListenAddress, recipients: Recipients, receive: ReceiveMail
    ) -> None:
        self._account = account
        self._address = address
        self._recipients = recipients
        self._receive = receive
        self._sessions: set[SmtpSession] = set()

    @property
    def name(self) -> str:
        """The protocol."""
        return self._address.protocol

    async def run(self, stop: asyncio.Event, connected: Callable[[], None]) -> None:
        """Talk to any number of mail servers until `stop`, and then answer for the mails under way."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._make_protocol, self._address.host, self._address.port)
        try:
            connected()
            await stop.wait()
        finally:
            server.close()
            await self._close_sessions()

    def _make_protocol(self) -> asyncio.Protocol:
        from service.listeners.email.protocol import SESSION_TYPES, RejectedConnection

        if len(self._sessions) >= MAX_CONNECTIONS:
            return RejectedConnection()
        session = SESSION_TYPES[self._address.protocol](
            self._accept_mail, self._recipients, limit_bytes=MAX_EMAIL_BYTES
        )
        self._sessions.add(session)
        session.closed.add_done_callback(lambda _: self._sessions.discard(session))
        return session

    async def _accept_mail(self, mail: bytes, envelope: Envelope) -> None:
        await self._receive(self._account, mail, envelope)

    async def _close_sessions(self) -> None:
        for session in self._sessions:
            session.shut_down()
        try:
            await asyncio.gather(*[conversation.closed for conversation in self._sessions])
        finally:
            for session in self._sessions:
                session.abort()
