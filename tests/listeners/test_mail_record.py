"""From a mail server's connection into the record: with real servers, through outages and killed processes."""

import asyncio
import shutil
import smtplib
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from service.app.arrivals import create_deliveries, create_registrar
from service.app.rooms import Rooms, open_rooms
from service.channels.base import ChannelAccount
from service.channels.email import raw as door
from service.errors import InvalidInput
from service.inbound import accounts
from service.listeners.email.connect import mail_listeners
from service.listeners.email.delivery import mail_receiver
from tests.channels.mails import mail
from tests.fixtures import NOW
from tests.listeners.cut import way
from tests.listeners.dovecot import PASSWORD, USER, dovecot
from tests.listeners.mail_server import RECIPIENTS, Socket, free_port
from tests.patience import until

ROOT = Path(__file__).parents[2]
HELP = "help@example.com"


async def configure(rooms: Rooms, **values: str) -> ChannelAccount:
    async with rooms.database.transaction() as connection:
        return await accounts.add_account(connection, door.ADAPTER, name="desk", values=values, now=NOW)


class Line:
    """The listeners of one instance in these rooms, until the end of the block."""

    def __init__(self, rooms: Rooms, account: ChannelAccount) -> None:
        receive = mail_receiver(create_deliveries(rooms, create_registrar(rooms)))
        self._listeners = mail_listeners(receive, rooms.database, rooms.clock)(account)
        self._stop = asyncio.Event()

    async def __aenter__(self) -> None:
        connected = [asyncio.Event() for _ in self._listeners]
        runs = zip(self._listeners, connected, strict=True)
        self._tasks = [asyncio.create_task(listener.run(self._stop, event.set)) for listener, event in runs]
        for event in connected:
            await event.wait()

    async def __aexit__(self, *_error: object) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)


async def texts(rooms: Rooms) -> list[str]:
    async with rooms.database.connection() as connection:
        rows = await connection.fetch("SELECT text FROM interaction WHERE channel = 'email' ORDER BY text")
    return [row["text"] for row in rows]


def listening(protocol: str = "lmtp") -> tuple[Socket, dict[str, str]]:
    """Where a door listens, and the settings that make it."""
    url = f"{protocol}://127.0.0.1:{free_port()}"
    return Socket(door.lines.listen_address(url), asyncio.Event()), {"listen": url, "recipients": RECIPIENTS}


async def test_a_mail_that_was_acknowledged_is_on_record(rooms, desk):
    socket, settings = listening()
    async with Line(rooms, await configure(rooms, **settings)):
        await socket.deliver(mail("The cable did not help."))
    found = (await desk.look_up(value="anna@example.com")).json()
    assert found["recent"][0]["text"] == "The cable did not help."
    assert found["recent"][0]["channel"] == "email"


async def test_the_same_mail_again_counts_once(rooms):
    socket, settings = listening("smtp")
    async with Line(rooms, await configure(rooms, **settings)):
        for _ in range(2):
            await socket.deliver(mail("once"))
    assert await texts(rooms) == ["once"]


async def test_settings_that_cannot_be_meant_are_refused_with_a_word_about_them(rooms):
    wrong = [
        ({"listen": "lmtp://127.0.0.1:8024"}, "recipients"),
        ({"recipients": HELP}, "listen"),
        ({"listen": "http://127.0.0.1:8024", "recipients": HELP}, "lmtp://"),
        ({"listen": "lmtp://127.0.0.1", "recipients": HELP}, "lmtp://"),
        ({"listen": "lmtp://127.0.0.1:99999", "recipients": HELP}, "address"),
        ({"listen": "lmtp://:8024", "recipients": "example.com"}, "example.com"),
        ({"imap": "imaps://user:password@host/INBOX"}, "without a password"),
        ({"imap": "pop3://user@host/INBOX"}, "imaps://"),
        ({"imap": "imaps://host/INBOX"}, "imaps://"),
    ]
    for values, word in wrong:
        with pytest.raises(InvalidInput, match=word):
            await configure(rooms, **values)


async def test_while_the_database_is_away_mail_is_put_off_and_later_taken_once(rooms, database_url, servers):
    url = urlsplit(database_url)
    place = {name: values[0] for name, values in parse_qs(url.query).items()}
    async with way(Path(place["host"]) / f".s.PGSQL.{place['port']}") as cable:
        address = f"postgresql://{url.username}@127.0.0.1:{cable.port}{url.path}"
        settings = replace(rooms.settings, database_url=address, redis_url=servers.endpoints.redis_url)
        far = await open_rooms(settings, rooms.clock)
        socket, values = listening()
        async with Line(far, await configure(rooms, **values)):
            await socket.deliver(mail("before", message_id="<0@example.com>"))
            cable.down = True
            cable.cut()
            with pytest.raises(smtplib.SMTPDataError) as put_off:
                await socket.deliver(mail("during"))
            assert put_off.value.smtp_code == 451
            cable.down = False
            await socket.deliver(mail("during"))
        await far.close()
    assert await texts(rooms) == ["before", "during"]


@pytest.mark.slow
@pytest.mark.promise("D1", "D2")
async def test_a_worker_that_is_killed_between_commit_and_answer_has_the_mail_once(rooms, database_url, servers):
    socket, settings = listening()
    await configure(rooms, **settings)
    with worker(database_url, servers, "dying") as process:
        await delivered(socket, refused=(OSError,))
        assert process.wait() == -9
    assert await texts(rooms) == ["once"]
    with worker(database_url, servers):
        await delivered(socket, refused=(OSError, smtplib.SMTPException))
    assert await texts(rooms) == ["once"]


async def delivered(socket: Socket, refused: tuple[type[Exception], ...]) -> None:
    """Deliver a mail as soon as somebody listens; a connection that breaks after that ends it too."""

    async def tried() -> bool:
        try:
            await socket.deliver(mail("once"))
        except smtplib.SMTPServerDisconnected:
            return smtplib.SMTPException not in refused
        except refused:
            return False
        return True

    await until(tried, seconds=30)


@contextmanager
def worker(database_url: str, servers, *words: str):
    command = [sys.executable, "-m", "tests.listeners.lone_mail_worker"]
    process = subprocess.Popen([*command, database_url, servers.endpoints.redis_url, *words], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def swaks(socket: Socket, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = ["--server", socket.address.host, "--port", str(socket.address.port)]
    command = ["swaks", "--protocol", socket.address.protocol.upper(), *place, "--helo", "mx.example.org"]
    return subprocess.run([*command, "--suppress-data", *arguments], capture_output=True, text=True, timeout=30)


@pytest.mark.peer
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("swaks"), reason="swaks is not installed.")
@pytest.mark.parametrize("protocol", ["lmtp", "smtp"])
async def test_swaks_delivers_to_our_recipients_and_to_no_others(rooms, protocol, tmp_path):
    socket, settings = listening(protocol)
    (tmp_path / "mail").write_bytes(mail("Swaks says hello."))
    given = ["--from", "anna@example.com", "--data", f"@{tmp_path / 'mail'}"]
    async with Line(rooms, await configure(rooms, **settings)):
        both = await asyncio.to_thread(swaks, socket, "--to", f"{HELP},a@support.example.com", *given)
        other = await asyncio.to_thread(swaks, socket, "--to", "victim@elsewhere.example", *given)
    assert both.returncode == 0, both.stdout
    assert both.stdout.count("250 2.0.0 Taken") == (2 if protocol == "lmtp" else 1)
    assert "550 5.1.1" in other.stdout
    assert await texts(rooms) == ["Swaks says hello."]


@pytest.mark.peer
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("dovecot"), reason="Dovecot (dovecot-imapd) is not installed.")
async def test_a_mailbox_that_is_numbered_anew_changes_nothing_on_record(rooms):
    with dovecot() as server:
        await asyncio.to_thread(server.put, mail("one"), mail("two", message_id="<2@example.com>"))
        account = await configure(rooms, imap=f"imap://{USER}@127.0.0.1:{server.port}", secret=PASSWORD)
        async with Line(rooms, account):
            pass
        await asyncio.to_thread(server.number_anew)
        async with Line(rooms, account):
            await asyncio.to_thread(server.put, mail("three", message_id="<3@example.com>"))
            await until(lambda: arrived(rooms, 3))
    assert await texts(rooms) == ["one", "three", "two"]


async def arrived(rooms: Rooms, number: int) -> bool:
    return len(await texts(rooms)) == number
