"""The children that take mail apart: what a bomb costs, and whom."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.bombs import MAIL_BOMBS, SLOWEST_BOMB
from service.errors import PeerUnavailable
from service.inbound.mail import parsers as mail_readers
from service.inbound.mail.parsers import MailParsers, MailUnparsable
from service.model.mail import Envelope
from tests.channels.mails import mail, multipart, part

pytestmark = pytest.mark.slow

NOBODY = Envelope()


@pytest.fixture
async def readers() -> AsyncIterator[MailParsers]:
    readers = MailParsers()
    yield readers
    await readers.close()


@pytest.mark.parametrize("bomb", MAIL_BOMBS)
@pytest.mark.promise("S15")
async def test_a_bomb_is_read_or_refused_within_three_seconds_of_cpu(readers: MailParsers, bomb: str):
    before = os.times()
    try:
        await readers.parse_mail(MAIL_BOMBS[bomb], NOBODY)
    except MailUnparsable as error:
        assert error.detail
    await readers.close()  # only then the system says what the children have cost
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 3


@pytest.mark.promise("S15")
async def test_a_bomb_holds_up_no_other_mail(readers: MailParsers):
    await asyncio.gather(*[readers.parse_mail(mail(), NOBODY) for _ in range(2)])
    bomb = asyncio.create_task(readers.parse_mail(MAIL_BOMBS[SLOWEST_BOMB], NOBODY))
    for _ in range(5):
        assert (await readers.parse_mail(mail("still here"), NOBODY)).text == "still here"
    assert not bomb.done()  # nor three seconds over
    with pytest.raises(MailUnparsable):
        await bomb


@pytest.mark.promise("S15")
async def test_the_mail_after_a_bomb_is_read(readers: MailParsers):
    with pytest.raises(MailUnparsable, match="too"):
        await readers.parse_mail(MAIL_BOMBS[SLOWEST_BOMB], NOBODY)
    assert (await readers.parse_mail(mail("still here"), NOBODY)).text == "still here"


async def test_a_child_that_is_killed_is_replaced(readers: MailParsers):
    await readers.parse_mail(mail(), NOBODY)
    child = next(one._child for one in readers._all if one._child)
    child.kill()
    await child.wait()
    assert (await readers.parse_mail(mail("again"), NOBODY)).text == "again"


async def test_whoever_stops_waiting_leaves_no_half_read_mail_behind(readers: MailParsers):
    await readers.parse_mail(mail(), NOBODY)
    waiting = asyncio.create_task(readers.parse_mail(MAIL_BOMBS[SLOWEST_BOMB], NOBODY))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await readers.parse_mail(mail("mine"), NOBODY)).text == "mine"


async def test_a_child_sees_nothing_of_the_servers_environment(readers: MailParsers, monkeypatch):
    monkeypatch.setenv("ASKONCE_DATABASE_URL", "postgresql://secret")
    await readers.parse_mail(mail(), NOBODY)
    child = next(one._child for one in readers._all if one._child)
    assert b"secret" not in Path(f"/proc/{child.pid}/environ").read_bytes()


async def test_attachments_are_written_down_and_only_they(readers: MailParsers, tmp_path: Path):
    pdf = part(base64.encodebytes(b"%PDF" * 50_000), "application/pdf", Content_Transfer_Encoding="base64")
    found = await readers.parse_mail(multipart(part(b"x", "text/plain"), pdf), NOBODY, folder=tmp_path / "mail")
    assert found.attachments[0].stored
    assert [file.name for file in (tmp_path / "mail").iterdir()] == ["0"]
    assert (tmp_path / "mail" / "0").read_bytes() == b"%PDF" * 50_000
    assert (await readers.parse_mail(mail(), NOBODY, folder=tmp_path / "none")).attachments == ()
    assert not (tmp_path / "none").exists()


async def test_a_full_disk_is_no_reason_to_give_a_mail_up(readers: MailParsers, tmp_path: Path):
    (tmp_path / "mail").touch()
    pdf = part(b"x", "application/pdf")
    with pytest.raises(PeerUnavailable):
        await readers.parse_mail(multipart(pdf), NOBODY, folder=tmp_path / "mail")


async def test_a_mail_of_25_mb_fits(readers: MailParsers):
    zipped = base64.encodebytes(bytes(18_000_000))
    found = await readers.parse_mail(
        multipart(part(zipped, "application/zip", Content_Transfer_Encoding="base64")), NOBODY
    )
    assert found.attachments[0].size_bytes == 18_000_000


async def test_a_child_that_cannot_start_refuses_and_says_what_is_missing(readers: MailParsers, monkeypatch):
    monkeypatch.setattr(mail_readers, "sys", SimpleNamespace(executable="/bin/false", path=[]))
    with pytest.raises(MailUnparsable) as refused:
        await readers.parse_mail(mail(), NOBODY)
    assert "askonce[email]" in refused.value.detail
