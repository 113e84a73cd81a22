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
from service.listeners.email.arrival import ReceiveMail
from service.listeners.email.positions import MailboxPosition
from service.model.clock import Clock
from service.model.mail import Envelope

if TYPE_CHECKING:
    from service.listeners.email.imap import FetchedMail, ImapConnection

log = structlog.get_logger()

IDLE_S = 120.0
"""So long the server's word is awaited before we look all the same: a mail may come just before the waiting begins."""
POLL_S = 30.0
"""How often we look where the server tells nothing."""

Result = TypeVar("Result")


class Mailbox:
    """The listener of one folder."""

    name = "imap"

    def __init__(
        self, account: ChannelAccount, address: MailboxAddress, receive: ReceiveMail, database: Database, clock: Clock
    ) -> None:
        self._instance = account
        self._address = address
        self._receive = receive
        self._database = database
        self._clock = clock

    async def run(self, stop: asyncio.Event, connected: Callable[[], None]) -> None:
        """Read what is new until `stop`, which cuts the line."""
        from service.listeners.email.imap import ImapConnection

        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imap")
        try:
            line = await _in(thread, self._open, ImapConnection)
            cutting = asyncio.create_task(_cut(line, stop))
            try:
                await self._follow(_ImapSession(line, thread, stop), connected)
            except PeerUnavailable:
                if not stop.is_set():
                    raise
            finally:
                cutting.cancel()
                line.cut()
                thread.submit(line.close)
        finally:
            thread.shutdown(wait=False)

    def _open(self, line: "type[ImapConnection]") -> "ImapConnection":
        return line(self._address, self._password())

    def _password(self) -> str:
        path = self._instance.settings.password_file
        if not path:
            return self._instance.secret
        try:
            return Path(path).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError("The file of the setting password_file cannot be read.") from error

    async def _follow(self, reading: "_ImapSession", connected: Callable[[], None]) -> None:
        tells = await reading.call(reading.line.tells)
        found = await self._read_new(reading)
        connected()
        while not reading.stop.is_set():
            if not found:
                await reading.wait(tells)
            found = await self._read_new(reading)

    async def _read_new(self, reading: "_ImapSession") -> bool:
        """Whether there was anything new."""
        uid_validity, exists = await reading.call(reading.line.examine)
        last_uid = await self._last_uid(uid_validity)
        uids = await reading.call(partial(reading.line.newer, last_uid, exists))
        for uid in uids:
            found = await reading.call(partial(reading.line.fetch, uid))
            if found is not None:
                await self._bring(uid, found)
            await self._keep(MailboxPosition(uid_validity=uid_validity, last_uid=uid))
        return bool(uids)

    async def _last_uid(self, uid_validity: int) -> int:
        """The last UID that was read; 0 where the mail is numbered anew: what was read before will be a duplicate."""
        async with self._database.connection() as connection:
            place = await mailbox_places.read(connection, self._instance.account_id, self._address.text)
        if place is None or place.uid_validity == uid_validity:
            return place.last_uid if place else 0
        log.warning("mailbox_renumbered", source=self._instance.source)
        return 0

    async def _bring(self, uid: int, found: "FetchedMail") -> None:
        """Bring a mail into the record; one that our own mistake keeps out of it holds up no other."""
        now = self._clock.now()
        received_at = min(found.received_at or now, now)
        try:
            await self._receive(self._instance, found.raw, Envelope(), received_at)
        except Unavailable:
            raise
        except Exception as error:
            log.exception("mail_not_taken", source=self._instance.source, uid=uid, exc_info=error)

    async def _keep(self, place: MailboxPosition) -> None:
        async with self._database.connection() as connection:
            await mailbox_places.keep(
                connection, self._instance.account_id, self._address.text, place, self._clock.now()
            )


class _ImapSession:
    """An open line with the thread that its calls are made in."""

    def __init__(self, line: "ImapConnection", thread: ThreadPoolExecutor, stop: asyncio.Event) -> None:
        self.line = line
        self.stop = stop
        self._thread = thread

    def call(self, function: Callable[[], Result]) -> Awaitable[Result]:
        """What the function gives, called in the line's thread."""
        return _in(self._thread, function)

    async def wait(self, tells: bool) -> None:
        """Return when there may be something new."""
        if tells:
            await self.call(partial(self.line.wait, IDLE_S))
            return
        try:
            async with asyncio.timeout(POLL_S):
                await self.stop.wait()
        except TimeoutError:
            return


def _in(thread: ThreadPoolExecutor, function: Callable[..., Result], *arguments: object) -> Awaitable[Result]:
    return asyncio.get_running_loop().run_in_executor(thread, function, *arguments)


async def _cut(line: "ImapConnection", stop: asyncio.Event) -> None:
    """Let the call that is under way fail when it is time to stop."""
    await stop.wait()
    line.cut()
