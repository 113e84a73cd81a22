"""Who wrote a mail: the one mailbox that its From header states, and nobody where it states two."""

import time

import pytest

from service.channels.email.identification import claimed_sender
from service.channels.email.message.model import MailAddress
from service.channels.email.message.parse import parse_mail
from service.channels.email.message.sender import mailbox_of
from service.model.mail import Envelope
from tests.channels.mails import mail
from tests.channels.postbox import Postbox

ANNA = "anna@example.com"


@pytest.mark.parametrize(
    ("stated", "address", "name"),
    [
        # RFC 5322 3.4: name-addr, addr-spec, a group of one
        ("Anna Mayer <anna@example.com>", ANNA, "Anna Mayer"),
        ("anna@example.com", ANNA, ""),
        ("Team: anna@example.com;", ANNA, "Team"),
        ("anna@example.com (Anna Mayer)", ANNA, "Anna Mayer"),  # RFC 5322 A.6.3
        ("Anna <@relay.example,@mx.example:anna@example.com>", ANNA, "Anna"),  # a route, RFC 5322 4.4
        # one mailbox, written twice
        ("anna@example.com <anna@example.com>", ANNA, ""),
        ("'anna@example.com' <Anna@Example.com>", "Anna@Example.com", ""),  # Outlook
        ("anna@example.com, ANNA@example.com", ANNA, ""),
        # names that RFC 5322 would have in quotes
        ("Müller, Hans <hans@example.com>", "hans@example.com", "Müller, Hans"),
        ("Anna [Shop] <anna@example.com>", ANNA, "Anna [Shop]"),
        ("Anna; Firma <anna@example.com>", ANNA, "Anna; Firma"),
        ("Anna :) <anna@example.com>", ANNA, "Anna :)"),
        ("Anna: <anna@example.com>", ANNA, "Anna"),
        ("anna@work <anna@example.com>", ANNA, "anna@work"),
        ("@anna <anna@example.com>", ANNA, "@anna"),
        ('Anna "die Chefin" Mayer <anna@example.com>', ANNA, "Anna die Chefin Mayer"),
        ('"Anna <anna@example.com>', ANNA, '"Anna'),
        # encoded words are no structure (RFC 2047 5 (3) and 7)
        ("=?utf-8?q?M=C3=BCller=2C_Hans?= <hans@example.com>", "hans@example.com", "Müller, Hans"),
        ("=?utf-8?q?M=C3=BCller,_Hans?= <hans@example.com>", "hans@example.com", "Müller, Hans"),
        ("=?utf-8?b?TcO8bGxlciwgSGFucw==?= <hans@example.com>", "hans@example.com", "Müller, Hans"),
        ('"=?utf-8?q?M=C3=BCller=2C_Hans?=" <hans@example.com>', "hans@example.com", "Müller, Hans"),
        ("=?utf-8?q?eve=40example=2Enet?= <anna@example.com>", ANNA, "eve@example.net"),
        ("=?utf-8?q?Anna_=3Canna=40example=2Ecom=3E?=", ANNA, "Anna"),
        # what stands around the address
        ("<anna@example.com>;", ANNA, ""),
        ("anna@example.com;", ANNA, ""),
        ("<anna@example.com>,", ANNA, ""),
        ("<anna@example.com", ANNA, ""),
        ('"anna@example.com"', ANNA, ""),
        ("[anna@example.com]", ANNA, ""),
        ("Anna <mailto:anna@example.com>", ANNA, "Anna"),
        ("Anna < anna@example.com >", ANNA, "Anna"),
        ("Anna <anna@example.com> <>", ANNA, "Anna"),
        # addresses that are odd, and in use
        ('"anna mayer"@example.com', '"anna mayer"@example.com', ""),  # RFC 5321 4.1.2
        ('Anna <"anna, mayer"@example.com>', '"anna, mayer"@example.com', "Anna"),
        ("abc..def.@docomo.ne.jp", "abc..def.@docomo.ne.jp", ""),
        ("Anna <anna@example.com.>", ANNA, "Anna"),  # RFC 1034 3.1: a full name ends in a dot
        ("anna@example.com.", ANNA, ""),
        ("anna@mail_out.example.com", "anna@mail_out.example.com", ""),
        ("Cron <root@localhost>", "root@localhost", "Cron"),
    ],
)
def test_one_address_is_the_sender_however_it_is_dressed(stated: str, address: str, name: str):
    assert mailbox_of(stated) == MailAddress(address=address, name=name)


@pytest.mark.parametrize(
    "stated",
    [
        "anna@example.com <eve@example.net>",
        "Anna <anna@example.com>, Eve <eve@example.net>",
        "anna@example.com eve@example.net",
        "Anna <anna@example.com> via Shop <shop@example.net>",
        "anna@example.com@example.net",
        "Anna <anna@example.com@example.net>",
        "anna@example.com@example.net <anna@example.com>",
        '"anna@example.com" <>',
        '"anna@example.com" <eve@exa mple.net>',
        "anna@example.com <eve>",
        "(anna@example.com) (eve@example.net)",
        "=?utf-8?q?anna=40example.com=2C_eve=40example.net?=",
        "MAILER-DAEMON <>",
        "anna@",
        "@example.com",
        "",
    ],
)
def test_two_mailboxes_or_none_are_nobody(stated: str):
    assert mailbox_of(stated) is None


@pytest.mark.parametrize("stated", ["(", "<", '"', '<"', '"@', "a@", "a@b.c,", "=?a?q?", "\\", "<a@b.c"])
def test_no_sender_takes_more_than_a_moment(stated: str):
    began = time.process_time()
    parse_mail(mail(headers={"From": stated * (1_000_000 // len(stated))}), Envelope())
    assert time.process_time() - began < 1


def headers(*lines: bytes) -> bytes:
    """A mail with these lines above its text."""
    return b"".join(b"%b\r\n" % line for line in lines) + b"\r\nMy router is dead.\r\n"


FROM, ID, SUBJECT = b"From: Anna <anna@example.com>", b"Message-ID: <1@example.com>", b"Subject: Router"


@pytest.mark.parametrize(
    "raw",
    [
        headers(b"From  : Anna <anna@example.com>", ID, SUBJECT),  # RFC 5322 4.5
        headers(ID, b"From\t: Anna <anna@example.com>", b"Subject : Router"),
        headers(ID, b"a line that is no header", FROM, SUBJECT),
        headers(b"a line that is no header", ID, FROM, SUBJECT),
        headers(b">From anna Sat Nov 21 10:00:00 2026", ID, FROM, SUBJECT),
        headers(b"From anna Sat Nov 21 10:00:00 2026", ID, FROM, SUBJECT),
        headers(ID, b"X-Scan: a long result", b"that was not folded", b"but broken", FROM, SUBJECT),
        headers(ID, b": no name", FROM, SUBJECT),
        headers(ID, b"junk", FROM, b"more junk", SUBJECT).replace(b"\r\n", b"\n"),
    ],
)
def test_a_header_that_is_none_loses_no_other(raw: bytes):
    found = parse_mail(raw, Envelope())
    assert (found.sender, found.message_id) == (MailAddress(address=ANNA, name="Anna"), "<1@example.com>")
    assert (found.subject, found.text) == ("Router", "My router is dead.")
    assert claimed_sender(raw) == found.sender


def test_a_text_without_an_empty_line_above_it_is_whole():
    raw = b"Message-ID: <1@example.com>\r\nFrom: anna@example.com\r\nHello,\r\nfirst: the router\r\nis dead.\r\n\r\nAnna\r\n"
    assert parse_mail(raw, Envelope()).text == "Hello,\nfirst: the router\nis dead.\n\nAnna"


def test_a_second_from_is_seen_in_every_spelling():
    assert parse_mail(headers(FROM, b"From : eve@example.net", ID), Envelope()).sender is None


@pytest.mark.parametrize("block", [b"x" * 1_000_000, b"x\n" * 500_000, b"a : b\n" * 150_000, b"x \n" * 300_000])
def test_no_header_block_takes_more_than_a_moment(block: bytes):
    began = time.process_time()
    parse_mail(block + b"\nText", Envelope())
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "stated",
    [
        "abc..def.@docomo.ne.jp",
        "Anna <anna@mail_out.example.com>",
        "Anna <anna@example.com.>",
        '"anna mayer"@example.com',
        "Mayer, Anna; Shop [Kiel] <anna@example.com>",
    ],
)
async def test_an_odd_sender_is_found_again_by_the_address(postbox: Postbox, stated: str):
    await postbox.post(mail("hello", headers={"From": stated}))
    address = mailbox_of(stated).address
    assert [record["text"] for record in await postbox.records(address)] == ["hello"]
