"""A customer's words are all lines that are not quoted, in their order, whatever program and language quoted the others."""

import base64
import time

import pytest

from service.channels.email.message.parse import parse_mail
from service.channels.email.message.replies import strip_quotes
from service.channels.email.message.text.markup import html_to_text
from service.model.mail import Envelope
from tests.channels.mails import mail, multipart, part

ANNOUNCEMENTS = {
    "Gmail, German": "Am Fr., 20. Nov. 2026 um 10:22 Uhr schrieb Support <\ns@example.org>:",
    "Gmail, Turkish": "Destek <s@example.org>, 20 Kas 2026 Cum, 10:22 tarihinde şunu yazdı:",
    "Gmail, Czech": "pá 20. 11. 2026 v 10:22 odesílatel Support <s@example.org> napsal:",
    "Gmail, Russian": "пт, 20 нояб. 2026 г. в 10:22, Support <s@example.org>:",
    "Gmail, Polish": "pt., 20 lis 2026 o 10:22 Support <s@example.org> napisał(a):",
    "Gmail, Italian": "Il giorno ven 20 nov 2026 alle ore 10:22 Support <s@example.org> ha\nscritto:",
    "Gmail, Spanish": "El vie, 20 nov 2026 a las 10:22, Support (<s@example.org>) escribió:",
    "Gmail, Portuguese": "Em sex., 20 de nov. de 2026 às 10:22, Support <s@example.org> escreveu:",
    "Gmail, Dutch": "Op vr 20 nov 2026 om 10:22 schreef Support <s@example.org>:",
    "Gmail, Swedish": "Den fre 20 nov. 2026 kl 10:22 skrev Support <s@example.org>:",
    "Gmail, Hungarian": "Support <s@example.org> ezt írta (időpont: 2026. nov. 20., P, 10:22):",
    "Gmail, Greek": "Στις Παρ 20 Νοε 2026 στις 10:22 π.μ., ο χρήστης Support <s@example.org> έγραψε:",
    "Gmail, Japanese": "2026年11月20日(金) 10:22 Support <s@example.org>:",
    "Gmail, Chinese": "Support <s@example.org> 于2026年11月20日周五 10:22写道：",
    "Gmail, Korean": "2026년 11월 20일 (금) 오전 10:22, Support <s@example.org>님이 작성:",
    "Yahoo": "On Friday, November 20, 2026 at\n10:22:11 AM GMT+1, Support <s@example.org>\nwrote:",
    "Yahoo, German": "Am Freitag, 20. November 2026 um 10:22:11 MEZ hat Support <s@example.org> Folgendes geschrieben:",
    "Proton": "------- Original Message -------\nOn Friday, November 20th, 2026 at 10:22, Support <s@example.org> wrote:",
    "Proton, German": "Support <s@example.org> schrieb am Freitag, 20. November 2026 um 10:22:",
    "Apple": "On Nov 20, 2026, at 10:22 AM,\nSupport <s@example.org> wrote:",
    "Samsung": "-------- Ursprüngliche Nachricht --------\nVon: Support <s@example.org>\nDatum: 20.11.26 10:22 (GMT+01:00)\n"
    "An: a@example.com\nBetreff: Router",
    "GMX": 'Gesendet: Freitag, 20. November 2026 um 10:22 Uhr\nVon: "Support" <s@example.org>\nAn: a@example.com\nBetreff: Router',
    "Outlook, French": "De : Support <s@example.org>\nEnvoyé : vendredi 20 novembre 2026 10:22\nÀ : Anna\nObjet : Router",
    "Outlook in bold": "*From:* Support <s@example.org>\n*Sent:* Friday, November 20, 2026\n*To:* Anna\n*Subject:* Router",
}


@pytest.mark.parametrize("program", ANNOUNCEMENTS)
def test_words_above_between_and_below_the_quotes_are_all_there(program: str):
    text = f"Hallo,\nja.\n\n{ANNOUNCEMENTS[program]}\n\n> Welcher?\n> Seit wann?\n\nEin alter.\n> Farbe?\nBlau.\n"
    assert strip_quotes(text) == "Hallo,\nja.\n\n[...]\n\nEin alter.\n\n[...]\n\nBlau."


@pytest.mark.parametrize("program", ANNOUNCEMENTS)
def test_what_follows_an_announcement_without_marks_is_quoted(program: str):
    text = f"Hallo,\nja.\n\n{ANNOUNCEMENTS[program]}\n\nWelcher Router ist es?\n\nIhr Support"
    assert strip_quotes(text) == "Hallo,\nja."


@pytest.mark.parametrize(
    ("quoted", "own"),
    [
        ("You wrote:\n> Which?\n\nThe old one.", "The old one."),
        ("Danke.\n\ufeff> Welcher?\n\u200b> Seit wann?\nAlt.", "Danke.\n\n[...]\n\nAlt."),  # Apple Mail
        ("Danke.\n>>> Support <s@example.org> 20.11.2026 10:22 >>>\nWelcher?", "Danke."),  # GroupWise
        (
            "Danke.\n\n________________________________\nVon: S\nGesendet: 20.11.2026 10:22\nAn: A\nBetreff: R\n\nx",
            "Danke.",
        ),
        ("Danke.\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: S\nBetreff: R\nDatum: 1.1.26\nAn: A\n\nx", "Danke."),
        ("Ja.\nSupport <s@example.org> wrote:\n> x", "Ja."),
        ("Ja\r\n> x\r\nNein\r\n", "Ja\n\n[...]\n\nNein"),
    ],
)
def test_what_programs_put_around_a_quote_goes_with_it(quoted: str, own: str):
    assert strip_quotes(quoted) == own


@pytest.mark.parametrize(
    "text",
    [
        "Ich ziehe um.\nVon: Berlin\nNach: Kiel\nBitte ändern.",
        "Fahrt gebucht\nVon: Berlin\nAn: Hamburg\nDatum: 3.5.2026\n\nBitte stornieren.",
        "To: whom it may concern\nFrom: me\n\nMy router is dead.",
        "Betreff: Router\nKundennummer: 12\n\nEr ist kaputt.",
        "Am Montag um 10:22 schrieb Ihr Kollege:\nEs kommt jemand.\nEs kam niemand.",
        "Am 3.5.2026 schrieben Sie mir:\nWir melden uns.\nBis heute nicht.",
        "Meine Adresse ist anna@example.com, Termin am 3.5.2026 um 10:22:\nKiel.",
        "Datum: 3.5.2026\nUhrzeit: 10:22\nName: Anna\nAn: der Tür\nklingeln.",
        "--- Wichtig ---\nBitte lesen.",
        "Eine Original Message habe ich nicht.",
        "a > b\n-> siehe unten",
        "line\n\n\n\n\nline",
        "Hello\n-----\nBye\n*****",
    ],
)
def test_lines_that_only_look_like_a_quote_end_no_text(text: str):
    assert strip_quotes(text) == text


def test_a_mail_that_is_passed_on_without_a_word_is_whole():
    passed_on = (
        "---------- Forwarded message ---------\nFrom: S <s@example.org>\nDate: Fri\nSubject: R\nTo: A\n\nYour bill."
    )
    assert strip_quotes(passed_on) == passed_on


def test_a_long_line_is_whole_beside_a_quote():
    assert strip_quotes(f"{'word ' * 1_000}end\n> x\n") == f"{'word ' * 1_000}end"


@pytest.mark.parametrize(
    "line",
    [
        "",
        ">",
        "a wrote:",
        "a wrote:\n",
        "Von: a@b",
        "Von: a\nGesendet: 1\nAn: x\nBetreff: y",
        "--- original message ---",
        "-" * 300,
        "a@b." * 90 + ":",
        "10:10 1.1." * 30 + ":",
        "a\n> b",
    ],
)
@pytest.mark.slow
def test_no_text_of_a_megabyte_takes_more_than_a_moment(line: str):
    began = time.process_time()
    strip_quotes(f"{line}\n" * (1_000_000 // (len(line) + 1)))
    assert time.process_time() - began < 3


LAYOUT = ('<table width="100%"><tr><td width="20">&nbsp;</td><td>', "</td><td>&nbsp;</td></tr></table>")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f"{LAYOUT[0] * 5}<p>Hallo,</p><p>mein Router.</p>{LAYOUT[1] * 5}", "Hallo,\n\nmein Router."),
        ("<table><tr><td><img src=x></td></tr><tr><td>Hallo</td></tr></table>", "Hallo"),
        (
            "<table><tr><th>Artikel</th><th>Zahl</th></tr><tr><td>Router</td><td>2</td></tr></table>",
            "Artikel Zahl\nRouter 2",
        ),
        ("<table>Hallo<tr><td>a</td></tr></table>", "Hallo\na"),
        ("<td>Hallo</td>", "Hallo"),
        ("<div><div><div>Hallo</div></div></div>", "Hallo"),
        ("R<span>ou</span>ter", "Router"),
    ],
)
def test_tables_that_lay_a_mail_out_become_its_lines(html: str, text: str):
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("html", "own"),
    [
        (
            "Ja.<blockquote type=cite>Welcher?</blockquote>Der alte.<blockquote>Farbe?</blockquote>Blau.",
            "Ja.|Der alte.|Blau.",
        ),
        ('Ja.<blockquote class="protonmail_quote">a<blockquote>b</blockquote>c</blockquote>Blau.', "Ja.|Blau."),
        ('Ja.<blockquote style="margin:0 0 0 40px;border:none">Genau.</blockquote>Blau.', "Ja.\nGenau.\nBlau."),
        ("Ja.<blockquote>offen", "Ja."),
    ],
)
def test_answers_between_the_quotes_of_an_html_mail_stay(html: str, own: str):
    found = parse_mail(mail(html, content_type="text/html; charset=utf-8"), Envelope())
    assert found.text == own.replace("|", "\n\n[...]\n\n")


@pytest.mark.parametrize("html", ["<table><tr><td>x", "<blockquote>", "<blockquote></blockquote>", "<blockquote ", "<"])
@pytest.mark.slow
def test_no_html_takes_more_than_a_moment(html: str):
    began = time.process_time()
    html_to_text(html * (1_000_000 // len(html)))
    assert time.process_time() - began < 2


PLAIN, FILE = part("Grüße".encode(), "text/plain; charset=utf-8"), part(b"%PDF", 'application/pdf; name="a.pdf"')


@pytest.mark.parametrize("stated", ["", "; boundary=other", '; boundary=""', "; boundary=edge2", "; charset=utf-8"])
@pytest.mark.parametrize("boundary", ["edge", "----=_Part_1", "=_a b"])
def test_a_multipart_with_a_wrong_boundary_has_its_text_and_its_files(stated: str, boundary: str):
    whole = multipart(PLAIN, FILE, boundary=boundary)
    found = parse_mail(whole.replace(f'; boundary="{boundary}"'.encode(), stated.encode(), 1), Envelope())
    assert (found.text, [one.name for one in found.attachments]) == ("Grüße", ["a.pdf"])


def test_an_inner_multipart_without_a_boundary_has_its_text():
    inner = multipart(PLAIN, part(b"<p>x", "text/html"), kind="alternative", boundary="in").partition(b"\r\n\r\n")[2]
    assert parse_mail(multipart(part(inner, "multipart/alternative"), FILE), Envelope()).text == "Grüße"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("My router is dead.\n\n-- \nAnna", "My router is dead.\n\n-- \nAnna"),
        ("<html><body><p>My router</p></body></html>", "My router"),
        ("One.\n\n-----\n\nTwo.", "One.\n\n-----\n\nTwo."),
    ],
)
def test_a_multipart_without_any_part_is_a_text(body: str, text: str):
    assert parse_mail(mail(body, content_type="multipart/mixed; boundary=edge"), Envelope()).full_text == text
    encoded = base64.encodebytes(body.encode()).decode()
    stated = {"content_type": "multipart/mixed", "content_transfer_encoding": "base64"}
    assert parse_mail(mail(encoded, **stated), Envelope()).full_text == text
