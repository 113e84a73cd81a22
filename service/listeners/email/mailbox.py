"""A mailbox that is read over IMAP, mail by mail, as each arrives; where the reading stands is kept in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog

from service.channels.base import ChannelAccount
from service.channels.email.addresses import MailboxAddress
from service.db.pool import Database
from service.errors import ConfigurationError, PeerUnavailable, Unavailable
from service.listeners.email import positions as mailbox_places
from service.listeners.email.delivery import ReceiveMail
from service.listeners.email.positions import MailboxPosition
from service.model.clock import Clock
from service.model.mail import Envelope

if TYPE_CHECKING:
    from service.listeners.email.imap import FetchedMail, ImapConnection

log = structlog.get_logger()

IDLE_TIMEOUT_S = 120.0
"""So long the server's word is awaited before we look all the same: a mail may come just before the waiting begins."""
POLL_INTERVAL_S = 30.0
"""The interval between look-ups where the server does not announce new mail."""

Result = TypeVar("Result")


class Mailbox:
    """The listener of one folder."""

    name = "imap"

    def __init__(
        self, account: ChannelAccount, address: MailboxAddress, receive: ReceiveMail, database: Database, clock: Clock
    ) -> None:
        self._account = account
        self._address = address
        self._receive = receive
        self._database = database
        self._clock = clock

    async def run(self, stop: asyncio.Event, connected: Callable[[], None]) -> None:
        """Read what is new until `stop`, which cuts the line."""
        from service.listeners.email.imap import ImapConnection

        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imap")
        try:
            connection = await _run_in(thread, self._connect, ImapConnection)
            shutdown_task = asyncio.create_task(_shut_down_on_stop(connection, stop))
            try:
                await self._read_until_stopped(_ImapSession(connection, thread, stop), connected)
            except PeerUnavailable:
                if not stop.is_set():
                    raise
            finally:
                shutdown_task.cancel()
                connection.shut_down()
                thread.submit(connection.close)
        finally:
            thread.shutdown(wait=False)

    def _connect(self, connection_type: "type[ImapConnection]") -> "ImapConnection":
        return connection_type(self._address, self._password())

    def _password(self) -> str:
        path = self._account.settings.password_file
        if not path:
            return self._account.secret
        try:
            return Path(path).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError("The file of the setting password_file cannot be read.") from error

    async def _read_until_stopped(self, session: "_ImapSession", connected: Callable[[], None]) -> None:
        supports_idle = await session.call(session.connection.supports_idle)
        any_new = await self._read_new_mail(session)
        connected()
        while not session.stop.is_set():
            if not any_new:
                await session.wait_for_mail(supports_idle)
            any_new = await self._read_new_mail(session)

    async def _read_new_mail(self, session: "_ImapSession") -> bool:
        """Whether there was anything new."""
        uid_validity, exists = await session.call(session.connection.examine_folder)
        last_uid = await self._last_uid(uid_validity)
        uids = await session.call(partial(session.connection.uids_after, last_uid, exists))
        for uid in uids:
            mail = await session.call(partial(session.connection.fetch_mail, uid))
            if mail is not None:
                await self._deliver(uid, mail)
            await self._store_position(MailboxPosition(uid_validity=uid_validity, last_uid=uid))
        return bool(uids)

    async def _last_uid(self, uid_validity: int) -> int:
        """The last UID that was read; 0 where the mail is numbered anew: what was read before will be a duplicate."""
        async with self._database.connection() as connection:
            position = await mailbox_places.read_position(connection, self._account.account_id, self._address.text)
        if position is None or position.uid_validity == uid_validity:
            return position.last_uid if position else 0
        log.warning("mailbox_renumbered", source=self._account.source)
        return 0

    async def _deliver(self, uid: int, mail: "FetchedMail") -> None:
        """Register a mail; one that fails by a defect of ours delays no other."""
        now = self._clock.now()
        received_at = min(mail.received_at or now, now)
        try:
            await self._receive(self._account, mail.raw, Envelope(), received_at)
        except Unavailable:
            raise
        except Exception as error:
            log.exception("mail_not_taken", source=self._account.source, uid=uid, exc_info=error)

    async def _store_position(self, position: MailboxPosition) -> None:
        async with self._database.connection() as connection:
            await mailbox_places.store_position(
                connection, self._account.account_id, self._address.text, position, self._clock.now()
            )


class _ImapSession:
    """An open line with the thread that its calls are made in."""

    def __init__(self, connection: "ImapConnection", thread: ThreadPoolExecutor, stop: asyncio.Event) -> None:
        self.connection = connection
        self.stop = stop
        self._thread = thread

    def call(self, function: Callable[[], Result]) -> Awaitable[Result]:
        """What the function gives, called in the line's thread."""
        return _run_in(self._thread, function)

    async def wait_for_mail(self, supports_idle: bool) -> None:
        """Return when there may be something new."""
        if supports_idle:
            await self.call(partial(self.connection.wait_for_change, IDLE_TIMEOUT_S))
            return
        try:
            async with asyncio.timeout(POLL_INTERVAL_S):
                await self.stop.wait()
        except TimeoutError:
            return


def _run_in(thread: ThreadPoolExecutor, function: Callable[..., Result], *arguments: object) -> Awaitable[Result]:
    return asyncio.get_running_loop().run_in_executor(thread, function, *arguments)


async def _shut_down_on_stop(connection: "ImapConnection", stop: asyncio.Event) -> None:
    """Let the call that is under way fail when it is time to stop."""
    await stop.wait()
    connection.shut_down()
