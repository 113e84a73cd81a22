"""SMTP and LMTP as mail servers speak them to us: aiosmtpd's commands, with a reading of the body of our own.

aiosmtpd collects a body line by line, refuses lines beyond 1001 bytes, which customers' programs do write, and buffers
a line without an end without a limit. Here a body is one buffer with one limit.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import cast

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Spoken

from service.channels.email.addresses import MailProtocol, Recipients
from service.errors import Unavailable
from service.model.mail import Envelope

log = structlog.get_logger()
# Here aiosmtpd writes addresses. Not `disabled`: a later configuration of logging would reset it.
logging.getLogger("mail.log").addFilter(lambda _record: False)

MAX_RECIPIENTS = 100
_END_OF_DATA = b"\r\n.\r\n"

AcceptMail = Callable[[bytes, Envelope], Awaitable[None]]
"""Brings a mail into the record; returns once that is committed."""


class MessageBody:
    """The body of one mail while it arrives (RFC 5321, 4.5.2)."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = bytearray(b"\r\n")  # so that the first line begins after a line's end, as every other does
        self._too_large = False

    def add(self, data: bytes) -> bytes | None:
        """What follows the end of the mail, None while the end has not come."""
        search_from = max(len(self._buffer) - len(_END_OF_DATA) + 1, 0)
        self._buffer += data
        end = self._buffer.find(_END_OF_DATA, search_from)
        size_bytes = end if end >= 0 else len(self._buffer) - len(_END_OF_DATA) - 1
        self._too_large = self._too_large or size_bytes > self._limit_bytes
        if end < 0:
            if self._too_large:
                del self._buffer[: -len(_END_OF_DATA)]
            return None
        rest = bytes(self._buffer[end + len(_END_OF_DATA) :])
        del self._buffer[end + 2 :]
        return rest

    def content(self) -> bytes | None:
        """The mail as it was written, once it has come to its end; None if it was too large."""
        if self._too_large:
            return None
        self._buffer = self._buffer.replace(b"\r\n..", b"\r\n.")
        del self._buffer[:2]
        return bytes(self._buffer)


class SmtpHandler:
    """The hooks that aiosmtpd calls at each command."""

    def __init__(self, recipients: Recipients) -> None:
        self._recipients = recipients

    async def handle_EHLO(  # noqa: N802 (aiosmtpd's name and form)
        self, _server: SMTP, session: Session, _spoken: Spoken, hostname: str, responses: list[str]
    ) -> list[str]:
        """The greeting; LMTP demands pipelining (RFC 2033)."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, spoken: Spoken, address: str, options: list[str]
    ) -> str:
        """Any sender is taken, as long as it is text."""
        if not address.isprintable():
            return "553 5.1.7 This is no address"
        spoken.mail_from = address
        spoken.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, spoken: Spoken, address: str, _options: list[str]
    ) -> str:
        """Nothing is passed on: a recipient that is not ours is refused."""
        if not address.isprintable() or not self._recipients.include(address):
            return "550 5.1.1 No mail is taken for this address here"
        if len(spoken.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        spoken.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        """What aiosmtpd did not foresee; the text of its errors names addresses."""
        log.warning("mail_command_failed", reason=type(error).__name__)
        return "451 4.3.0 Try again later"


class SmtpSession(SMTP):
    """One connection of a mail server."""

    def __init__(self, accept: AcceptMail, recipients: Recipients, *, limit_bytes: int) -> None:
        super().__init__(
            SmtpHandler(recipients),
            data_size_limit=limit_bytes,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="askonce",
            loop=asyncio.get_running_loop(),
        )
        self.closed: asyncio.Future[None] = self.loop.create_future()
        self._accept = accept
        self._limit_bytes = limit_bytes
        self._body: MessageBody | None = None
        self._body_complete = asyncio.Event()
        self._busy = self._shutting_down = False

    def data_received(self, data: bytes) -> None:
        """Give the bytes to the mail that is arriving, or else to the commands."""
        if self._body is None or self._body_complete.is_set():
            super().data_received(data)
            return
        self._reset_timeout()
        rest = self._body.add(data)
        if rest is not None:
            self._body_complete.set()
            super().data_received(rest)

    def connection_lost(self, error: Exception | None) -> None:
        """Notify the waiting tasks."""
        super().connection_lost(error)
        if not self.closed.done():
            self.closed.set_result(None)

    def shut_down(self) -> None:
        """End the conversation, but answer first for the mail under way."""
        self._shutting_down = True
        if not self._busy and self.transport is not None:
            _reply_and_close(self.transport, b"421 4.3.2 Closing, try again later\r\n")

    def abort(self) -> None:
        """End the conversation at once; what was not answered is sent again."""
        if self.transport is not None:
            cast("asyncio.Transport", self.transport).abort()

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Read a mail, and answer once it is in the record."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        self._busy = True
        await self._receive_body(self.envelope)
        self._busy = False
        self.envelope = self._create_envelope()
        if self._shutting_down:
            self.shut_down()

    async def _receive_body(self, spoken: Spoken) -> None:
        self._body_complete.clear()
        self._body = body = MessageBody(self._limit_bytes)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await self._body_complete.wait()
        self._body = None
        mail = body.content()
        reply = "552 5.3.4 The mail is too large" if mail is None else await self._accept_mail(mail, spoken)
        await self.push("\r\n".join([reply] * self._reply_count(spoken)))

    async def _accept_mail(self, mail: bytes, spoken: Spoken) -> str:
        sender = "" if spoken.mail_from in {None, "<>"} else spoken.mail_from
        try:
            await self._accept(mail, Envelope(sender=sender, recipients=tuple(spoken.rcpt_tos)))
        except Unavailable:
            return "451 4.3.0 Try again later"
        except Exception as error:  # our mistake: the mail server keeps the mail, and tries again
            log.exception("mail_not_taken", exc_info=error)
            return "451 4.3.0 Try again later"
        return "250 2.0.0 Taken"

    def _reply_count(self, _spoken: Spoken) -> int:
        """How many answers a mail gets."""
        return 1


class LmtpSession(SmtpSession, LMTP):
    """One connection of a mail server that wants an answer for each recipient (RFC 2033)."""

    def _reply_count(self, spoken: Spoken) -> int:
        return len(spoken.rcpt_tos)


SESSION_TYPES: dict[MailProtocol, type[SmtpSession]] = {
    MailProtocol.SMTP: SmtpSession,
    MailProtocol.LMTP: LmtpSession,
}


class RejectedConnection(asyncio.Protocol):
    """What a mail server hears that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask it to come back."""
        _reply_and_close(transport, b"421 4.3.2 Too many connections, try again later\r\n")


def _reply_and_close(transport: asyncio.BaseTransport, reply: bytes) -> None:
    cast("asyncio.Transport", transport).write(reply)
    transport.close()
