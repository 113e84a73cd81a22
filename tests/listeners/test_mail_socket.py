import asyncio
import logging.config
import random
import smtplib

import pytest
import uvloop
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from structlog.testing import capture_logs

from service.channels.email.raw import MAX_EMAIL_BYTES
from service.errors import DatabaseUnavailable
from service.listeners.email import protocol as mail_protocol
from service.listeners.email import server as mail_socket
from service.listeners.email.protocol import MessageBody
from tests.listeners.mail_server import MAIL, SENDER, Record, listening
from tests.patience import until

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("protocol", ["smtp", "lmtp"])


@BOTH
async def test_a_mail_is_brought_with_what_the_mail_server_said_beside_it(protocol):
    record = Record()
    async with listening(record, protocol) as socket:
        assert await socket.deliver(to=("help+4711@example.com",)) == {}
    ((mail, envelope),) = record.mails
    assert mail == MAIL
    assert envelope.sender == SENDER
    assert envelope.recipients == ("help+4711@example.com",)


@BOTH
async def test_success_is_said_only_after_the_record_has_the_mail(protocol):
    record = Record()
    record.holds = asyncio.Event()
    async with listening(record, protocol) as socket:
        delivery = asyncio.create_task(socket.deliver())
        await record.reached.wait()
        assert not delivery.done()
        record.holds.set()
        assert await delivery == {}


@BOTH
@pytest.mark.parametrize("failure", [DatabaseUnavailable(), ZeroDivisionError("a defect of ours")])
async def test_while_there_is_no_record_the_mail_server_is_asked_to_try_again(protocol, failure):
    record = Record()
    record.fails = failure
    async with listening(record, protocol) as socket:
        with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused)) as refused:
            await socket.deliver()
        assert "451" in str(refused.value)
        assert "defect" not in str(refused.value)
        record.fails = None
        assert await socket.deliver() == {}
    assert len(record.mails) == 1


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("help@example.com", 250),
        ("HELP@Example.COM", 250),
        ("help+4711@example.com", 250),
        ("anybody@support.example.com", 250),
        ("other@example.com", 550),
        ("help@example.com.evil.example", 550),
        ("x@sub.support.example.com", 550),
        ("help%example.com@evil.example", 550),
        ("@evil.example:help@example.com", 250),  # a source route is ignored, as RFC 5321 says
        ("help", 550),
    ],
)
async def test_only_mail_for_our_own_recipients_is_taken(address, code):
    async with listening(Record(), "smtp") as socket:

        def offer(server: smtplib.SMTP) -> int:
            server.ehlo()
            server.mail(SENDER)
            return server.docmd(f"RCPT TO:<{address}>")[0]

        assert await socket.speak(offer) == code


async def test_lmtp_answers_for_each_recipient_and_smtp_once():
    lines = [b"MAIL FROM:<>", b"RCPT TO:<help@example.com>", b"RCPT TO:<a@support.example.com>", b"DATA"]
    for protocol, hello, answers in (("lmtp", b"LHLO mx", 2), ("smtp", b"EHLO mx", 1)):
        async with listening(Record(), protocol) as socket:
            replies = await transcript(socket, [hello, *lines], b"X: 1\r\n\r\nhi\r\n.\r\n", b"QUIT")
            assert replies[-answers - 1 :] == [b"250 2.0.0 Taken"] * answers + [b"221 Bye"]


async def test_commands_that_come_together_with_the_end_of_a_mail_are_obeyed_in_their_order():
    record = Record()
    async with listening(record) as socket:
        hello = [b"LHLO mx", b"MAIL FROM:<>", b"RCPT TO:<help@example.com>", b"DATA"]
        together = b"A: 1\r\n\r\none\r\n.\r\nMAIL FROM:<b@example.de>\r\nNOOP\r\nQUIT\r\n"
        replies = await transcript(socket, hello, together)
    assert [reply[:3] for reply in replies[-5:]] == [b"354", b"250", b"250", b"250", b"221"]
    assert [mail for mail, _ in record.mails] == [b"A: 1\r\n\r\none\r\n"]


async def test_the_null_sender_of_a_bounce_is_brought_as_such():
    record = Record()
    async with listening(record) as socket:
        await socket.deliver(sender="<>")
    assert record.mails[0][1].sender == ""


async def test_the_limit_is_announced_and_a_larger_mail_is_refused_for_good(monkeypatch):
    monkeypatch.setattr(mail_socket, "MAX_EMAIL_BYTES", 10_000)
    record = Record()
    async with listening(record, "smtp") as socket:
        assert await socket.speak(lambda server: (server.ehlo(), server.esmtp_features["size"])[1]) == "10000"
        for mail in (b"a" * 10_001, b"line\r\n" * 3000):
            with pytest.raises(smtplib.SMTPResponseException) as refused:
                await socket.speak(lambda server, mail=mail: large(server, mail))
            assert refused.value.smtp_code == 552
        assert await socket.deliver(b"a" * 9_998) == {}
    assert len(record.mails) == 1


def large(server: smtplib.SMTP, mail: bytes) -> None:
    """Send a mail without having said how large it is."""
    server.ehlo()
    server.mail(SENDER)
    server.rcpt("help@example.com")
    code, text = server.data(mail)
    if code != 250:
        raise smtplib.SMTPResponseException(code, text)


async def test_the_largest_mail_arrives_as_it_was_sent():
    record = Record()
    mail = b"X: 1\r\n\r\n" + b"." * 78 + b"\r\n" + b"0123456789abcdef" * ((MAX_EMAIL_BYTES - 100) // 16) + b"\r\n"
    async with listening(record) as socket:
        await socket.deliver(mail)
    assert record.mails[0][0] == mail


async def test_an_address_that_is_no_text_is_refused_and_the_conversation_goes_on():
    async with listening(Record(), "smtp") as socket:
        replies = await transcript(socket, [b"EHLO mx", b"MAIL FROM:<\xff\xfe@x.de>", b"MAIL FROM:<a@x.de>"], b"QUIT")
    assert [reply[:3] for reply in replies[-3:]] == [b"553", b"250", b"221"]


async def test_more_recipients_than_a_mail_may_have_are_put_off(monkeypatch):
    monkeypatch.setattr(mail_protocol, "MAX_RECIPIENTS", 2)
    async with listening(Record(), "smtp") as socket:
        refused = await socket.deliver(to=tuple(f"{number}@support.example.com" for number in range(3)))
    assert [code for code, _ in refused.values()] == [452]


async def test_a_connection_too_many_is_asked_to_come_back(monkeypatch):
    monkeypatch.setattr(mail_socket, "MAX_CONNECTIONS", 0)
    async with listening(Record()) as socket:
        with pytest.raises(smtplib.SMTPConnectError, match="421"):
            await socket.deliver()


async def test_a_connection_that_ends_in_the_middle_of_a_mail_leaves_nothing_behind():
    record = Record()
    async with listening(record) as socket:
        await transcript(
            socket, [b"LHLO mx", b"MAIL FROM:<>", b"RCPT TO:<help@example.com>", b"DATA"], b"Half a ma", ends=True
        )
        assert await socket.deliver() == {}
    assert [mail for mail, _ in record.mails] == [MAIL]


async def test_when_the_worker_ends_the_mail_under_way_is_answered_and_others_are_sent_away():
    record = Record()
    record.holds = asyncio.Event()
    async with listening(record) as socket:
        hello = [b"LHLO mx", b"MAIL FROM:<>", b"RCPT TO:<help@example.com>"]
        idle = asyncio.create_task(transcript(socket, hello))
        busy = asyncio.create_task(transcript(socket, [*hello, b"DATA"], MAIL, b"."))
        await record.reached.wait()
        socket.stop.set()
        assert (await idle)[-1].startswith(b"421")
        record.holds.set()
        assert [reply[:3] for reply in (await busy)[-3:]] == [b"354", b"250", b"421"]


async def transcript(socket, commands: list[bytes], *data: bytes, ends: bool = False) -> list[bytes]:
    """Every line of answer to these commands, each sent after the answer to the one before, and then to the data."""
    reader, writer = await asyncio.open_connection(socket.address.host, socket.address.port)
    lines = [await reader.readline()]
    for command in commands:
        writer.write(command + b"\r\n")
        while (line := await reader.readline())[3:4] == b"-":
            lines.append(line)
        lines.append(line)
    for part in data:
        writer.write(part if ends or part.endswith(b"\r\n") else part + b"\r\n")
    if not ends:
        lines += (await reader.read()).splitlines()
    writer.close()
    return [line.rstrip() for line in lines]


@pytest.mark.parametrize(
    ("sent", "mail"),
    [
        (b".\r\n", b""),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\r\n..b\r\n...\r\n.\r\n", b"a\r\n.b\r\n..\r\n"),
        (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),
        (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n"),
        (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n"),
        (b"a\r\n.\nb\r\n.\r\n", b"a\r\n.\nb\r\n"),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 3, 5, 100])
async def test_a_mail_ends_at_a_lone_dot_alone_however_it_is_cut_into_packets(sent, mail, step):
    body, sent = MessageBody(1000), sent + b"QUIT"
    rest = None
    for start in range(0, len(sent), step):
        if rest is None:
            rest = body.add(sent[start : start + step])
        else:
            rest += sent[start : start + step]
    assert rest == b"QUIT"
    assert body.content() == mail


async def test_a_line_without_an_end_does_not_fill_the_memory():
    body = MessageBody(1000)
    for _ in range(1000):
        assert body.add(b"x" * 1000) is None
        assert len(body._buffer) <= 2010
    assert body.add(b"\r\n.\r\n") == b""
    assert body.content() is None


async def test_who_knows_no_address_learns_none():
    async with listening(Record(), "smtp") as socket:
        codes = await socket.speak(lambda server: (server.ehlo(), server.vrfy("help")[0], server.expn("all")[0])[1:])
    assert codes == (252, 502)


async def test_two_sockets_on_one_port_are_an_error_that_is_tried_again():
    async with listening(Record()) as socket:
        with pytest.raises(OSError, match="in use"):
            await mail_socket.MailServer(None, socket.address, None, None).run(asyncio.Event(), until)


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"a", b"\x00\xff"])).map(b"".join), st.data())
@examples(max_examples=60, deadline=None)
def test_whatever_is_written_arrives_as_it_was_written(content, data):
    content += b"" if content.endswith(b"\r\n") or not content else b"\r\n"
    stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
    cut = data.draw(st.integers(0, len(stuffed)))
    body = MessageBody(10_000)
    assert [body.add(part) for part in (stuffed[:cut], stuffed[cut:]) if part][-1] == b""
    assert body.content() == content


async def test_nonsense_harms_nobody_else():
    chance = random.Random(17)
    words = [b"EHLO", b"LHLO x", b"MAIL FROM:<a@b>", b"RCPT TO:<help@example.com>", b"DATA", b"RSET", b"AUTH PLAIN AA"]
    words += [b"STARTTLS", b"\x00\xff", b" ", b"\r\n", b"\n", b"BDAT 5 LAST", b".", b"HELP \xc3", b"VRFY", b"x" * 3000]
    record = Record()
    with capture_logs() as logs:
        async with listening(record, "smtp") as socket:
            for _ in range(60):
                reader, writer = await asyncio.open_connection(socket.address.host, socket.address.port)
                writer.write(b"".join(chance.choice(words) + chance.choice([b"", b"\r\n"]) for _ in range(30)))
                writer.write(b"\r\n.\r\nQUIT\r\n")
                assert (await reader.read()).startswith(b"220")
                writer.close()
            assert await socket.deliver() == {}
    assert MAIL in [mail for mail, _ in record.mails]
    assert [log for log in logs if log["log_level"] == "error"] == []


@pytest.mark.promise("S18")
async def test_no_log_names_an_address(caplog):
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})  # as servers of others do
    caplog.set_level("DEBUG")
    with capture_logs() as logs:
        async with listening(Record(), "smtp") as socket:
            await socket.deliver(to=("help@example.com", "other@example.com"))
            await transcript(socket, [b"EHLO mx", b"MAIL FROM:<anna@example.de> NONSENSE=1"], b"QUIT")
    assert "example." not in caplog.text + str(logs)


async def test_the_event_loop_of_the_worker_does_all_that_too(monkeypatch):
    await asyncio.to_thread(
        uvloop.run, test_when_the_worker_ends_the_mail_under_way_is_answered_and_others_are_sent_away()
    )
    await asyncio.to_thread(uvloop.run, test_a_connection_that_ends_in_the_middle_of_a_mail_leaves_nothing_behind())
    await asyncio.to_thread(uvloop.run, test_a_connection_too_many_is_asked_to_come_back(monkeypatch))
