"""Text in the charset that a mail claims, by the labels of WHATWG's encoding standard; never a whole text of mojibake."""

import base64
import time

import pytest

from service.channels.email.message.charsets import decode_text
from service.channels.email.message.parse import parse_mail
from service.model.mail import Envelope
from tests.channels.mails import mail


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        # https://encoding.spec.whatwg.org/#names-and-labels, by their section
        ("unicode-1-1-utf-8", "utf-8", "Grüße"),
        ("UTF8", "utf-8", "Grüße"),
        ("cp866", "cp866", "Привет"),
        ("latin2", "iso8859-2", "Příliš žluťoučký"),
        ("iso-8859-3", "iso8859-3", "Ġurnata ħelwa"),
        ("csisolatincyrillic", "iso8859-5", "Здравствуйте"),
        ("ISO-8859-6-E", "iso8859-6", "مرحبا بكم"),
        ("ecma-118", "iso8859-7", "Καλημέρα σας"),
        ("ISO-8859-8-I", "iso8859-8", "שלום וברכה"),
        ("logical", "iso8859-8", "שלום וברכה"),
        ("iso-8859-8-e", "iso8859-8", "שלום"),
        ("iso_8859-15", "iso8859-15", "10 € für Übergröße"),
        ("koi8-ru", "koi8_u", "Привіт"),
        ("koi", "koi8-r", "Добрый день"),
        ("macintosh", "mac-roman", "Größe ½ Übung".replace("½", "∞")),
        ("x-mac-roman", "mac-roman", "Grüße aus Köln"),
        ("windows-874", "cp874", "สวัสดีครับ"),
        ("tis-620", "cp874", "แขก"),
        ("x-cp1250", "cp1250", "Žluťoučký kůň"),
        ("windows-1251", "cp1251", "Яё, добрый день"),
        ("iso-8859-1", "cp1252", "„Grüße“ – 5 €"),  # the standard's Latin-1 is Windows-1252
        ("latin1", "cp1252", "It’s Größe"),
        ("iso-8859-9", "cp1254", "Güneş “çok” iyi"),
        ("windows-1257", "cp1257", "Labą dieną, ačiū"),
        ("x-mac-cyrillic", "mac-cyrillic", "Добрый день"),
        ("gb2312", "gb18030", "您好,朱镕基€"),  # the standard reads it as the larger GBK
        ("x-gbk", "gbk", "您好"),
        ("Big5", "big5hkscs", "你好嗎"),
        ("x-euc-jp", "euc_jp", "こんにちは"),
        ("iso-2022-jp", "iso2022_jp", "こんにちは"),
        ("x-sjis", "cp932", "①こんにちは髙"),
        ("ks_c_5601-1987", "cp949", "안녕하세요 똠"),
        ("utf-16le", "utf-16-le", "Grüße"),
        ("unicode", "utf-16-le", "Grüße"),
        ("utf-16", "utf-16-be", "Grüße"),  # RFC 2781 4.3; by where the zeros are
        # not in it, and in mail
        ("iso-2022-kr", "iso2022_kr", "안녕하세요"),
        ("hz-gb-2312", "hz", "您好"),
        ("cp850", "cp850", "Grüße"),
        ("x-cp437", "cp437", "Grüße"),
        ("windows_1252", "cp1252", "Grüße"),
        ("x-mac-turkish", "mac-turkish", "Güneş"),
        # how they are dressed
        (" 'ISO-8859-2' ", "iso8859-2", "Žluť"),
        ('"koi8-r";', "koi8-r", "Привет"),
        ("iso-8859-2*pl", "iso8859-2", "Łódź"),  # RFC 2231 5
    ],
)
def test_a_text_is_read_in_the_charset_that_it_claims(label: str, codec: str, text: str):
    assert decode_text(text.encode(codec), label) == text


WORDS = "Guten Tag, die Größe für Übergrößen gibt es nächste Woche."


@pytest.mark.parametrize(
    ("raw", "claimed", "text"),
    [
        # one wrong byte spoils itself alone
        (WORDS.encode() + b" \xff.", "utf-8", WORDS + " \ufffd."),
        (WORDS.encode()[:-4] + "ü".encode()[:1], "utf-8", WORDS[:-4] + "\ufffd"),
        (WORDS.encode() + b" \xff.", "iso-8859-1", WORDS + " \ufffd."),
        (WORDS.encode() + b" \xff.", None, WORDS + " \ufffd."),
        (
            "Привет всем".encode("cp1253", "ignore") + "Καλημέρα σας".encode("cp1253") + b"\xd2",
            "windows-1253",
            " Καλημέρα σας\ufffd",
        ),
        ("您好您好您好".encode("gbk") + b"\xff", "gb2312", "您好您好您好\ufffd"),
        ("こんにちは".encode("cp932") + b"\x81", "shift_jis", "こんにちは\ufffd"),
        # a claim that does not fit at all
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("It’s".encode("cp1252"), "utf-8", "It’s"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode(), "windows-1252", "Grüße"),
        ("Grüße".encode(), "utf-16", "Grüße"),  # .NET writes it above HTML
        ("您好".encode(), "gb2312", "您好"),
        ("こんにちは".encode(), "shift_jis", "こんにちは"),
        (b"\xef\xbb\xbf" + "Grüße".encode(), "iso-8859-2", "Grüße"),  # a byte order mark is stronger (standard, 6.1)
        ("Grüße".encode("utf-16"), "utf-8", "Grüße"),
        # no charset
        ("Grüße".encode(), "utf-7", "Grüße"),
        ("Grüße".encode(), "x-user-defined", "Grüße"),
        ("Grüße".encode(), "rot13", "Grüße"),
        ("Grüße".encode(), "unicode-escape", "Grüße"),
        (b"", "iso-2022-jp", ""),
    ],
)
def test_no_claim_turns_a_whole_text_into_mojibake(raw: bytes, claimed: str | None, text: str):
    assert decode_text(raw, claimed) == text


@pytest.mark.parametrize(
    "stated",
    ['<meta charset="windows-1251">', "<META http-equiv=Content-Type content='text/html; charset=windows-1251'>"],
)
def test_html_says_its_charset_where_the_mail_does_not(stated: str):
    body = base64.encodebytes(stated.encode() + "<p>Добрый день</p>".encode("cp1251")).decode()
    found = parse_mail(mail(body, content_type="text/html", content_transfer_encoding="base64"), Envelope())
    assert found.text == "Добрый день"


def test_the_words_of_a_subject_have_every_charset_too():
    word = base64.b64encode("שלום".encode("iso8859-8")).decode()
    assert parse_mail(mail(subject=f"=?ISO-8859-8-I?B?{word}?="), Envelope()).subject == "שלום"


@pytest.mark.parametrize(
    "claimed", ["utf-8", "gb2312", "iso-2022-jp", "iso-2022-kr", "hz-gb-2312", "utf-16", "big5", None]
)
@pytest.mark.parametrize("piece", [b"\x00", b"\xff", b"\x1b$B", b"~{", b"a\x80"])
def test_no_bytes_take_more_than_a_moment(claimed: str | None, piece: bytes):
    began = time.process_time()
    decode_text(piece * (1_000_000 // len(piece)), claimed)
    assert time.process_time() - began < 4
