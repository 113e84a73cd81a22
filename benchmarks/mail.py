"""What mail costs: how fast it is read, what bombs take from whom, and the memory of one of 25 MB."""

import asyncio
import base64
import json
import os
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from time import perf_counter

from benchmarks import services
from benchmarks.bombs import MAIL_BOMBS, SLOWEST_BOMB
from benchmarks.report import ReportRow, maximum_row
from benchmarks.scenarios import BenchmarkSetup
from service.channels.email.raw import MAX_EMAIL_BYTES, SAMPLE_MAIL
from service.demo import processes
from service.errors import ConfigurationError
from service.inbound.mail.parsers import MailParsers, MailUnparsable
from service.model.mail import Envelope

MAIL_COUNT = 300
MEMORY_POLL_S = 0.005
_CHILD = b"service.inbound.mail.child"
_MB = 1024 * 1024
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def measure_mail(setup: BenchmarkSetup) -> list[ReportRow]:
    """The rows of mail: reading mails, and the cost of a large one."""
    return [*asyncio.run(_measure_reading()), *_measure_large_mail(setup)]


async def _measure_reading() -> list[ReportRow]:
    """One mail after the other, then each bomb, alone."""
    readers = MailParsers()
    await readers.parse_mail(SAMPLE_MAIL, Envelope())
    began = perf_counter()
    for _ in range(MAIL_COUNT):
        await readers.parse_mail(SAMPLE_MAIL, Envelope())
    rows = [ReportRow(name="mails read by one child", value=f"{MAIL_COUNT / (perf_counter() - began):,.0f}/s")]
    await readers.close()
    for name, bomb in MAIL_BOMBS.items():
        rows.append(await _measure_bomb(name, bomb))
    return [*rows, await _measure_mail_beside_bomb()]


async def _measure_bomb(name: str, bomb: bytes) -> ReportRow:
    """The CPU time of the child that reads it, its start included."""
    readers, before = MailParsers(), os.times()
    try:
        await readers.parse_mail(bomb, Envelope())
        outcome = "read"
    except MailUnparsable:
        outcome = "refused"
    await readers.close()  # only then the system says what the child has cost
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return maximum_row(f"bomb of {name}, {outcome}: CPU, s", spent, 3)


async def _measure_mail_beside_bomb() -> ReportRow:
    """How long the slowest of other mails takes while a bomb is read."""
    readers = MailParsers()
    await asyncio.gather(*[readers.parse_mail(SAMPLE_MAIL, Envelope()) for _ in range(2)])
    bomb = asyncio.create_task(readers.parse_mail(MAIL_BOMBS[SLOWEST_BOMB], Envelope()))
    slowest = 0.0
    while not bomb.done():
        began = perf_counter()
        await readers.parse_mail(SAMPLE_MAIL, Envelope())
        slowest = max(slowest, perf_counter() - began)
    await asyncio.gather(bomb, return_exceptions=True)
    await readers.close()
    return maximum_row("other mail beside a bomb: slowest, s", slowest, 3)


def _measure_large_mail(setup: BenchmarkSetup) -> list[ReportRow]:
    """The memory of the server process and of its child together while a mail of 25 MB goes on record."""
    name = f"bench-{token_hex(4)}"
    with services.running_askonce(setup.folder, setup.key) as service:
        door = json.loads(processes.run_command(setup.folder, "channels", "add", "email", "--name", name))
        try:
            post = f"{service.url}{door['path']}"
            _post(post, SAMPLE_MAIL)
            with _memory_samples(_find_server_process()) as peak:
                _post(post, _make_large_mail())
        finally:
            processes.run_command(setup.folder, "channels", "remove", name)
    return [maximum_row("mail of 25 MB: memory of server and child, MB", max(peak) / _MB, 300)]


def _make_large_mail() -> bytes:
    """A mail with an attachment that makes it as large as the door takes."""
    head = SAMPLE_MAIL.partition(b"Content-Type")[0] + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    text = b"--b\r\nContent-Type: text/plain\r\n\r\nSee the attachment.\r\n"
    attached = b"--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    room = MAX_EMAIL_BYTES - len(head) - len(text) - len(attached) - 100
    packed = base64.encodebytes(os.urandom(room * 56 // 77)).replace(b"\n", b"\r\n")
    return b"".join([head, text, attached, packed[:room], b"--b--\r\n"])


def _post(url: str, raw: bytes) -> None:
    request = urllib.request.Request(url, data=raw, headers={"Content-Type": "message/rfc822"})  # noqa: S310
    urllib.request.urlopen(request).close()  # noqa: S310


def _find_server_process() -> int:
    """The server process that has a child for mail. ConfigurationError where the system does not tell."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if _CHILD in (folder / "cmdline").read_bytes():
                return _parent_pid(folder)
        except OSError:  # it has ended
            continue
    raise ConfigurationError("The memory of processes is measured on Linux only.")


def _parent_pid(folder: Path) -> int:
    return int((folder / "stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def _memory_samples(server: int) -> Iterator[list[int]]:
    """Bytes of the server process and its children for mail, looked at again and again during the block."""
    samples, done = [0], threading.Event()

    def sample() -> None:
        while not done.wait(MEMORY_POLL_S):
            samples.append(sum(_resident_bytes(folder) for folder in _process_tree(server)))

    watcher = threading.Thread(target=sample)
    watcher.start()
    try:
        yield samples
    finally:
        done.set()
        watcher.join()


def _process_tree(server: int) -> Iterator[Path]:
    yield Path(f"/proc/{server}")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if _parent_pid(folder) == server:
                yield folder
        except OSError:
            continue


def _resident_bytes(folder: Path) -> int:
    try:
        return int((folder / "statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
