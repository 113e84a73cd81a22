"""What is understood of a mail: text in any charset, headers that lie, attachments that only look harmless."""

import base64
import hashlib
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.base import ChannelAccount
from service.channels.email.identification import claimed_sender, mail_event_id
from service.channels.email.message.attachments import safe_file_name
from service.channels.email.message.model import MailAddress, ParsedMail
from service.channels.email.message.parse import parse_mail
from service.channels.email.message.record import MailContext, interaction_of_mail, unparsed_interaction
from service.channels.email.raw import MailSettings
from service.model.mail import Envelope
from service.registration.prepare import prepare_channel_submission
from tests.channels.mails import mail, multipart, part
from tests.fixtures import NOW

NOBODY = Envelope()


def read(raw: bytes, **options) -> ParsedMail:
    return parse_mail(raw, options.pop("envelope", NOBODY), **options)


def test_a_plain_mail_is_understood():
    found = read(mail("Guten Tag,\nmein Router ist tot.", subject="Router", in_reply_to="<0@example.org>"))
    assert found == ParsedMail(
        message_id="<1@example.com>",
        mentioned=("<0@example.org>",),
        sender=MailAddress(address="anna@example.com", name="Anna Mayer"),
        recipients=("support@example.org",),
        subject="Router",
        sent_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
        text="Guten Tag,\nmein Router ist tot.",
        full_text="Guten Tag,\nmein Router ist tot.",
    )


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("utf-8", "Grüße".encode()),
        ("iso-8859-1", "Grüße".encode("latin-1")),
        ("windows-1252", "Grüße".encode("cp1252")),
        ("us-ascii", "Grüße".encode()),
        ("us-ascii", "Grüße".encode("latin-1")),
        ("x-unknown", "Grüße".encode()),
        ("zip", "Grüße".encode()),
        ("a\x00b", "Grüße".encode()),
        ("punycode", "Grüße".encode()),
        ("utf-8", "Grüße".encode("latin-1")),
        ("iso-8859-15", "Grüße".encode("iso-8859-15")),
        ("utf-16", "Grüße".encode("utf-16")),
        ("", "Grüße".encode()),
    ],
)
def test_umlauts_survive_whatever_charset_is_claimed(charset: str, encoded: bytes):
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    body = base64.encodebytes(encoded).decode()
    assert read(mail(body, content_type=kind, content_transfer_encoding="base64")).text == "Grüße"


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?iso-8859-1?q?Gr=FC=DFe?= aus =?utf-8?b?S8O2bG4=?=", "Grüße aus Köln"),
        ("=?utf-8?q?a=0D=0ABcc=3A_x=40evil.example?=", "a Bcc: x@evil.example"),
        ("=?nonsense?q?x?=", "x"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?q?=E2=80=AEgpj=2Eexe?=", "gpj.exe"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_a_subject_is_one_line_of_words(stated: str, read_as: str):
    assert read(mail(subject=stated)).subject == read_as


def test_a_charset_that_cannot_even_be_looked_up_is_none():
    raw = mail("Grüße", content_type="text/plain; charset=a\x00b")
    assert read(raw).text == "Grüße"


def test_raw_umlauts_in_a_header_are_read_too():
    raw = mail(subject="SUBJECT")
    assert read(raw.replace(b"SUBJECT", "Grüße".encode())).subject == "Grüße"
    assert read(raw.replace(b"SUBJECT", "Grüße".encode("latin-1"))).subject == "Grüße"


@pytest.mark.parametrize(
    "stated",
    [
        "anna@example.com, eve@example.com",
        "Team: anna@example.com, eve@example.com;",
        "undisclosed-recipients:;",
        "Anna Mayer",
        "alice@example.org)bob@example.com",
        '"anna@example.com" <eve@exa mple.com>',
        "(" * 20_000,
        "anna@",
    ],
)
def test_a_sender_that_is_not_clear_is_no_identity(stated: str):
    assert read(mail(headers={"From": stated})).sender is None


def test_two_senders_are_no_identity_and_it_is_said_why():
    found = read(b"From: eve@example.com\r\n" + mail())
    assert found.sender is None
    assert "more than one From" in found.defects[0]


def test_a_name_may_look_like_an_address_and_is_a_name_all_the_same():
    found = read(mail(headers={"From": '"anna@example.com" <eve@example.net>'}))
    assert found.sender == MailAddress(address="eve@example.net", name="anna@example.com")


def test_of_alternatives_the_plain_one_is_read():
    plain, html = part(b"plain", "text/plain"), part(b"<p>html</p>", "text/html")
    assert read(multipart(plain, html, kind="alternative")).text == "plain"
    empty = part(b" ", "text/plain")
    assert read(multipart(empty, html, kind="alternative")).text == "html"


def test_an_html_mail_is_read_as_text_and_nothing_of_it_runs():
    html = b"<style>p{}</style><script>alert(1)</script><p>Guten&nbsp;Tag</p><ul><li>Router</ul>"
    text = read(multipart(part(html, "text/html"))).text
    assert "Guten" in text and "Router" in text
    assert "alert" not in text and "<" not in text


def test_html_nested_deeper_than_parsers_go_still_gives_its_words():
    html = b"<div>" * 5_000 + b"help" + b"</div>" * 5_000
    assert read(multipart(part(html, "text/html"))).text == "help"


def test_texts_around_an_image_are_one_text():
    found = read(multipart(part(b"before", "text/plain"), part(b"x", "image/png"), part(b"after", "text/plain")))
    assert found.text == "before\n\nafter"
    assert [one.media_type for one in found.attachments] == ["image/png"]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/shadow", "shadow"),
        ("C:\\temp\\a.txt", "a.txt"),
        (".bashrc", "bashrc"),
        ("...", ""),
        ("a\r\nb.txt", "a b.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("jpg\u202egpj.exe", "jpggpj.exe"),
        ("=?utf-8?q?..=2F..=2Fx=2Etxt?=", "x.txt"),
        ("con.txt", "_con.txt"),
        ("a:b|c?.txt", "a_b_c_.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("Rechnung für März.pdf", "Rechnung für März.pdf"),
    ],
)
def test_the_name_of_an_attachment_is_harmless(given_name: str, kept: str):
    assert safe_file_name(given_name) == kept


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder(name: str):
    kept = safe_file_name(name)
    assert not set(kept) & set('/\\\x00\r\n<>:"|?*')
    assert len(kept) <= 120
    assert not kept.startswith(".")


def test_an_attachment_is_listed_by_name_type_size_and_digest():
    content = bytes(range(256)) * 10
    pdf = part(
        base64.encodebytes(content),
        "application/pdf",
        Content_Disposition='attachment; filename="../a.pdf"',
        Content_Transfer_Encoding="base64",
    )
    (found,) = read(multipart(part(b"see it", "text/plain"), pdf)).attachments
    assert (found.name, found.media_type, found.size_bytes) == ("a.pdf", "application/pdf", 2560)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert not found.stored


def test_a_long_attachment_is_handed_over_piece_by_piece():
    content = bytes(range(256)) * 8_000
    kept: dict[int, list[bytes]] = {}
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    long = part(encoded, "application/zip", Content_Transfer_Encoding="BASE64")
    found = read(
        multipart(part(b"see it", "text/plain"), long), keep=lambda at, pieces: kept.update({at: list(pieces)})
    )
    assert found.text == "see it"
    assert (found.attachments[0].size_bytes, found.attachments[0].stored) == (len(content), True)
    assert b"".join(kept[0]) == content
    assert len(kept[0]) > 1


def test_a_long_text_that_only_looks_like_an_attachment_is_whole():
    text = "Content-Transfer-Encoding: base64\n\n" + "word \n" * 15_000
    found = read(mail(text))
    assert found.full_text == text[: len(found.full_text)].rstrip("\n")
    assert len(found.full_text) > 80_000


def test_a_long_text_in_base64_is_text():
    body = base64.encodebytes("Grüße\n".encode() * 12_000).decode()
    assert read(mail(body, content_transfer_encoding="base64")).full_text.count("Grüße") == 12_000


def test_a_text_too_long_for_the_record_is_kept_as_an_attachment():
    text = "\n".join(f"line {number}" for number in range(20_000))
    kept: dict[int, bytes] = {}
    found = read(mail(text), keep=lambda at, pieces: kept.update({at: b"".join(pieces)}))
    assert found.full_text == text[:100_000]
    assert [one.name for one in found.attachments] == ["full-text.txt"]
    assert kept[0].decode() == text


def test_a_mail_within_a_mail_is_kept_as_it_was():
    inner = b"Subject: a\r\n folded  one\r\nX-Odd: \xff\r\nFrom: x\r\n\r\nFrom here on\r\n"
    kept: dict[int, bytes] = {}
    read(multipart(part(inner, "message/rfc822")), keep=lambda at, pieces: kept.update({at: b"".join(pieces)}))
    assert kept[0].splitlines() == inner.splitlines()


def test_a_mail_within_a_mail_is_attached_and_not_read():
    found = read(multipart(part(b"outer", "text/plain"), part(mail("inner"), "message/rfc822")))
    assert found.text == "outer"
    assert [one.media_type for one in found.attachments] == ["message/rfc822"]


@pytest.mark.parametrize(
    "stated", ["", "yesterday", "Sat, 99 Foo 2026", "Fri, 21 Nov 99999 10:00:00 +0100", "0" * 5000]
)
def test_a_date_that_cannot_be_read_is_none(stated: str):
    assert read(mail(date=stated)).sent_at is None


def test_headers_longer_than_256_kb_are_cut():
    found = read(b"X-Long: " + b"x" * 300_000 + b"\r\n" + mail("still read"))
    assert found.text == "still read"
    assert "256 KB" in found.defects[0]


def test_at_most_fifty_mails_are_answered_to_the_nearest_first():
    references = " ".join(f"<{number}@example.org>" for number in range(100))
    found = read(mail(references=references, in_reply_to="<x@example.org>"))
    assert found.mentioned[:3] == ("<x@example.org>", "<99@example.org>", "<98@example.org>")
    assert len(found.mentioned) == 50


def test_recipients_are_those_of_the_envelope_first():
    envelope = Envelope(recipients=("support+token@example.org",))
    found = read(mail(to="Support <Support@Example.org>, other@example.org"), envelope=envelope)
    assert found.recipients == ("support+token@example.org", "support@example.org", "other@example.org")


AUTHENTICATED = "mx.us; dkim=pass header.d=example.com; dmarc=pass header.from=example.com"


@pytest.mark.parametrize(
    ("stated", "verified"),
    [
        (AUTHENTICATED, True),
        ("mx.us 1; dkim=pass (2048-bit key) header.d=example.com header.i=@example.com", True),
        ("mx.us; dmarc=fail header.from=example.com", False),
        ("mx.us; dmarc=pass header.from=example.net", False),
        ("mx.us; dkim=pass header.d=example.net", False),
        ("mx.us; dkim=pass header.d=com", False),
        ("mx.us; spf=pass smtp.mailfrom=anna@example.com", False),
        ("mx.them; dmarc=pass header.from=example.com", False),
        ("mx.us; none", False),
        ("mx.us; ;;", False),
        ("(" * 3_000, False),
        ("", False),
    ],
)
def test_a_sender_is_verified_by_our_own_mail_server_alone(stated: str, verified: bool):
    raw = mail(headers={"Authentication-Results": stated})
    assert read(raw, authserv_id="mx.us").sender_verified is verified
    assert read(raw).sender_verified is False


def test_only_the_topmost_result_counts():
    below = mail(headers={"Authentication-Results": AUTHENTICATED})
    above = b"Authentication-Results: mx.us; dmarc=fail header.from=example.com\r\n" + below
    assert read(above, authserv_id="mx.us").sender_verified is False


def test_a_mail_counts_once_however_its_lines_end_and_whatever_follows_it():
    sent = b"Message-ID: <a@example.de>\r\nSubject: Router\r\n\r\nIt is dead.\r\nStill.\r\n"
    piped = sent.replace(b"\r\n", b"\n")
    assert mail_event_id(sent) == mail_event_id(piped) == mail_event_id(b"Received: from mx\r\n" + sent + b"\r\n")
    assert mail_event_id(sent) != mail_event_id(sent.replace(b"Still", b"Again"))


WRITTEN = (
    b"From: Anna <anna@example.de>\r\nSubject: Router is dead, and nobody\r\n answers\r\n"
    b"Date: Fri, 20 Nov 2026 10:30:00 +0100\r\nMessage-ID: <a@example.de>\r\n\r\nHelp.\r\n"
)


@pytest.mark.parametrize(
    ("written", "other"),
    [
        (b"anna@example.de>\r\nS", b"mallory@example.de>\r\nS"),
        (b"Router is", b"Account is"),
        (b"nobody\r\n answers", b"nobody\r\n helps"),
        (b"10:30", b"10:31"),
        (b"Help.", b"Pay."),
    ],
)
def test_two_mails_under_one_message_id_are_two_events(written, other):
    assert mail_event_id(WRITTEN) != mail_event_id(WRITTEN.replace(written, other))


@pytest.mark.parametrize(
    ("written", "by_another_way"),
    [
        (b"From:", b"Received: from mx1\r\n by mx2\r\nFrom:"),
        (b"Message-ID", b"X-Spam-Score: 3\r\nMessage-ID"),
        (b"nobody\r\n answers", b"nobody answers"),
        (b"Subject: ", b"SUBJECT:\r\n\t"),
        (b"\r\n", b"\n"),
    ],
)
def test_one_mail_by_two_ways_is_one_event(written, by_another_way):
    assert mail_event_id(WRITTEN) == mail_event_id(WRITTEN.replace(written, by_another_way))


DOOR = ChannelAccount(account_id=UUID(int=1), adapter="email", name="x", secret="", settings=MailSettings())


def assert_fits(found: ParsedMail, raw: bytes) -> None:
    """It can leave the child, and its interaction is one that can be stored."""
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=ParsedMail) == found
    known = MailContext(source="email:x", event_id=mail_event_id(raw), received_at=NOW)
    assert prepare_channel_submission(interaction_of_mail(found, known), key_id=DOOR.account_id, region="DE").claims
    assert prepare_channel_submission(
        unparsed_interaction(claimed_sender(raw), "why", known), key_id=DOOR.account_id, region="DE"
    ).claims


HEADER = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=120)
NAMES = ["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition"]


@given(
    st.lists(st.tuples(st.sampled_from([*NAMES, "Content-Transfer-Encoding", "Auto-Submitted"]), HEADER), max_size=12),
    st.binary(max_size=600),
)
def test_no_header_and_no_body_makes_it_fail(headers, body):
    head = b"".join(f"{name}: {value}\r\n".encode("utf-8", "replace") for name, value in headers)
    found = read(head + b"\r\n" + body, authserv_id="mx.us")
    assert_fits(found, body)


@given(st.binary(max_size=2_000))
def test_no_bytes_make_it_fail(raw: bytes):
    assert_fits(read(raw, authserv_id="mx.us"), raw)


@given(st.data())
def test_a_mail_cut_off_or_changed_anywhere_is_still_read(data):
    whole = multipart(
        part("Grüße\n> alt".encode(), "text/plain; charset=utf-8"),
        part(b"<p>x", "text/html"),
        part(b"QUJD", 'application/x; name="=?utf-8?q?a?="', Content_Transfer_Encoding="base64"),
        part(mail("inner"), "message/rfc822"),
        in_reply_to="<0@example.org>",
    )
    at = data.draw(st.integers(0, len(whole)))
    raw = whole[:at] + data.draw(st.binary(max_size=30)) + whole[data.draw(st.integers(at, len(whole))) :]
    assert_fits(read(raw), raw)
