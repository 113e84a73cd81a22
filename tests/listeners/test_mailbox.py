import asyncio
import gc
import shutil
from collections.abc import Iterator
from contextlib import asynccontextmanager

import pytest
from imapclient import IMAPClient
from msgspec.structs import replace
from structlog.testing import capture_logs

from service.channels.base import ChannelAccount
from service.channels.email import raw as door
from service.channels.email.addresses import ConnectionSecurity, mailbox_address
from service.errors import ConfigurationError, DatabaseUnavailable, PeerUnavailable
from service.inbound import accounts
from service.listeners.email import imap as mailbox_line
from service.listeners.email import mailbox
from service.listeners.email.mailbox import Mailbox
from tests.fixtures import NOW, StandingClock
from tests.listeners.cut import way
from tests.listeners.dovecot import PASSWORD, USER, Dovecot, dovecot
from tests.listeners.mail_server import Record
from tests.patience import until

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("dovecot"), reason="Dovecot (dovecot-imapd) is not installed."),
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed."),
]


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    """Dovecot with an empty mailbox."""
    with running.owner() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search())
        client.expunge()
    return running


class Poller:
    """An instance with a mailbox, and what it brought."""

    def __init__(self, database, account: ChannelAccount) -> None:
        self.database = database
        self.account = account
        self.record = Record()
        self.clock = StandingClock()

    def listener(self) -> Mailbox:
        address = mailbox_address(self.account.settings.imap)
        return Mailbox(self.account, address, self.record.receive, self.database, self.clock)

    def subjects(self) -> list[str]:
        return [subject_of(mail) for mail, _ in self.record.mails]

    async def came(self, *subjects: str) -> None:
        await until(lambda: self.subjects() == list(subjects))

    @asynccontextmanager
    async def listening(self):
        """The listener's task, once it is connected."""
        stop, connected = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(self.listener().run(stop, connected.set))
        waiting = asyncio.create_task(connected.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        try:
            yield task
        finally:
            stop.set()
            async with asyncio.timeout(5):
                await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def poller(database):
    """A function that configures a mailbox behind a port."""

    async def configure(port: int, *, scheme: str = "imap", host: str = "127.0.0.1", **values: str) -> Poller:
        values = {"secret": PASSWORD, "imap": f"{scheme}://{USER}@{host}:{port}/INBOX"} | values
        async with database.transaction() as connection:
            account = await accounts.add_account(connection, door.ADAPTER, name="desk", values=values, now=NOW)
        return Poller(database, account)

    return configure


def mail(subject: str, body: str = "My router blinks.") -> bytes:
    return f"From: anna@example.de\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


def subject_of(raw: bytes) -> str:
    return raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()


async def put(server: Dovecot, *mails: bytes) -> None:
    await asyncio.to_thread(server.put, *mails)


async def test_what_is_there_and_what_arrives_is_brought_once_and_in_order(server, poller):
    await put(server, mail("one"), mail("two"))
    desk = await poller(server.port)
    async with desk.listening():
        await desk.came("one", "two")
        await put(server, mail("three"))
        await desk.came("one", "two", "three")
    async with desk.listening():
        await put(server, mail("four"))
        await desk.came("one", "two", "three", "four")


async def test_the_mailbox_stays_as_it_is(server, poller):
    await put(server, mail("one"))
    desk = await poller(server.port)
    before = await asyncio.to_thread(server.flags)
    async with desk.listening():
        await desk.came("one")
    assert await asyncio.to_thread(server.flags) == before == [(b"\\Recent",)]


async def test_a_mail_comes_with_the_bytes_and_the_time_of_the_mail_server(server, poller, monkeypatch):
    taken = []

    async def receive(_instance, raw, envelope, received_at):
        taken.append((raw, envelope.sender, received_at))

    sent = mail("Grüße", "...\r\nFrom here")
    await put(server, sent)
    desk = await poller(server.port)
    desk.record.receive = receive
    async with desk.listening():
        await until(lambda: taken)
    assert taken == [(sent, None, NOW)]  # the mail server's clock is ahead of ours, which stands


async def test_a_server_that_tells_nothing_is_asked_again_and_again(poller, monkeypatch):
    monkeypatch.setattr(mailbox, "POLL_INTERVAL_S", 0.05)
    with dovecot(capability="IMAP4rev1 LITERAL+") as server:
        desk = await poller(server.port)
        async with desk.listening():
            await put(server, mail("one"))
            await desk.came("one")


async def test_a_mail_that_comes_just_before_the_waiting_begins_is_found_all_the_same(server, poller, monkeypatch):
    monkeypatch.setattr(mailbox, "IDLE_TIMEOUT_S", 0.2)
    monkeypatch.setattr(IMAPClient, "idle_check", lambda self, timeout: asyncio.run(asyncio.sleep(timeout)))
    desk = await poller(server.port)
    async with desk.listening():
        await put(server, mail("one"))
        await desk.came("one")


async def test_mail_that_is_numbered_anew_is_read_anew(server, poller):
    await put(server, mail("one"), mail("two"))
    desk = await poller(server.port)
    async with desk.listening():
        await desk.came("one", "two")
    await asyncio.to_thread(server.number_anew)
    with capture_logs() as logs:
        async with desk.listening():
            await desk.came("one", "two", "one", "two")
    assert [log["event"] for log in logs] == ["mailbox_renumbered"]


async def test_a_line_that_is_cut_in_the_middle_of_a_mail_loses_and_repeats_nothing(server, poller):
    await put(server, mail("one"), mail("large", "x" * 400_000), mail("three"))
    async with way(server.port) as cut:
        desk = await poller(cut.port)
        cut.after_bytes = 200_000
        async with desk.listening() as task:
            with pytest.raises(PeerUnavailable):
                await task
        assert desk.subjects() == ["one"]
        cut.after_bytes = None
        async with desk.listening():
            await desk.came("one", "large", "three")


async def test_a_line_that_is_cut_while_we_wait_is_noticed_at_once(server, poller):
    async with way(server.port) as cut:
        desk = await poller(cut.port)
        async with desk.listening() as task:
            await asyncio.sleep(0)
            cut.cut()
            with pytest.raises(PeerUnavailable):
                await task


async def test_while_there_is_no_record_the_place_stays_and_the_mail_is_brought_later(server, poller):
    await put(server, mail("one"))
    desk = await poller(server.port)
    desk.record.fails = DatabaseUnavailable()
    async with desk.listening() as task:
        with pytest.raises(DatabaseUnavailable):
            await task
    desk.record.fails = None
    async with desk.listening():
        await desk.came("one")


async def test_a_mail_that_our_own_mistake_keeps_out_holds_up_no_other(server, poller):
    await put(server, mail("one"))
    desk = await poller(server.port)
    desk.record.fails = ZeroDivisionError()
    with capture_logs() as logs:
        async with desk.listening():
            desk.record.fails = None
            await put(server, mail("two"))
            await desk.came("two")
    assert [(log["event"], log["log_level"]) for log in logs] == [("mail_not_taken", "error")]


async def test_a_wrong_password_is_said_without_the_servers_words(server, poller):
    desk = await poller(server.port, secret="wrong")
    async with desk.listening() as task:
        with pytest.raises(PeerUnavailable, match=r"^The IMAP server refuses the user or the password\.$"):
            await task


async def test_a_password_comes_from_its_file_and_a_missing_file_is_named(server, poller, tmp_path):
    desk = await poller(server.port, secret="", password_file=str(tmp_path / "password"))
    async with desk.listening() as task:
        with pytest.raises(ConfigurationError, match="password_file"):
            await task
    (tmp_path / "password").write_text(PASSWORD + "\n")
    await put(server, mail("one"))
    async with desk.listening():
        await desk.came("one")


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # imapclient leaves the socket of a handshake that failed
async def test_a_certificate_that_nobody_vouches_for_is_refused_and_one_that_is_trusted_taken(
    server, poller, monkeypatch
):
    await put(server, mail("one"))
    desk = await poller(server.tls_port, scheme="imaps", host="localhost")
    async with desk.listening() as task:
        with pytest.raises(PeerUnavailable, match="certificate"):
            await task
    gc.collect()
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    async with desk.listening():
        await desk.came("one")


async def test_starttls_comes_before_the_password(server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    plain = mailbox_address(f"imap://{USER}@localhost:{server.port}/INBOX")
    address = replace(plain, security=ConnectionSecurity.STARTTLS)
    line = await asyncio.to_thread(mailbox_line.ImapConnection, address, PASSWORD)
    assert line._socket.version().startswith("TLS")
    assert line.examine_folder()[1] == 0
    line.shut_down()
    line.close()


async def test_a_mailbox_with_more_mail_than_one_answer_holds_is_read_in_windows(server, poller, monkeypatch):
    monkeypatch.setattr(mailbox_line, "_SEARCH_WINDOW", 3)
    await put(server, *[mail(str(number)) for number in range(8)])
    desk = await poller(server.port)
    async with desk.listening():
        await desk.came(*map(str, range(8)))
        await put(server, *[mail(str(number)) for number in range(8, 15)])
        await desk.came(*map(str, range(15)))


async def test_a_mail_that_is_too_large_is_brought_as_far_as_it_may(server, poller, monkeypatch):
    monkeypatch.setattr(mailbox_line, "_BODY", "BODY.PEEK[]<0.100>")
    await put(server, mail("large", "x" * 1000))
    desk = await poller(server.port)
    async with desk.listening():
        await desk.came("large")
    assert len(desk.record.mails[0][0]) == 100


async def test_a_place_never_goes_back_whoever_was_late(database, poller):
    from service.listeners.email import positions as mailbox_places
    from service.listeners.email.positions import MailboxPosition

    desk = await poller(1)
    async with database.connection() as connection:
        for validity, uid in ((7, 5), (7, 3), (8, 1)):
            place = MailboxPosition(uid_validity=validity, last_uid=uid)
            await mailbox_places.store_position(connection, desk.account.account_id, "m", place, NOW)
            read = await mailbox_places.read_position(connection, desk.account.account_id, "m")
            assert read == (place if uid != 3 else MailboxPosition(uid_validity=7, last_uid=5))
