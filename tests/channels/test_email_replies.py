"""Replies without what they quote, in the languages and programs of real mail."""

import time
from pathlib import Path

import pytest

from service.channels.email.message.parse import parse_mail
from service.channels.email.message.replies import strip_quotes
from service.model.mail import Envelope
from tests.channels.mails import mail

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "email"
MAILS = sorted(CORPUS.glob("*/*.txt"))
GERMAN = ["email_3_1", "multiline_on_de"]
"""Those of alfonsrv's mails that a German program quoted in."""


@pytest.mark.parametrize(
    ("quoted", "own"),
    [
        ("Am Fr., 20. Nov. 2026 um 10:22 Uhr schrieb Support <support@example.org>:", "Danke!"),
        ("Am 20.11.2026 um 10:22 schrieb Support:", "Danke!"),
        ("Am 20. November 2026 um 10:22:11, Support (support@example.org) schrieb:", "Danke!"),
        ("On Fri, 20 Nov 2026 at 10:22, Support <support@example.org> wrote:", "Thanks!"),
        ("On Nov 20, 2026, at 10:22 AM,\nSupport <support@example.org> wrote:", "Thanks!"),
        ("Le ven. 20 nov. 2026 à 10:22, Support <support@example.org> a écrit :", "Merci!"),
        (
            (
                "Von: Support <support@example.org>\nGesendet: Freitag, 20. November 2026 10:22\n"
                "An: Anna Mayer <anna@example.com>\nBetreff: Router"
            ),
            "Danke!",
        ),
        (
            (
                "-----Ursprüngliche Nachricht-----\nVon: Support <support@example.org>\n"
                "Gesendet: Freitag, 20. November 2026 10:22\nAn: Anna Mayer\nBetreff: Router"
            ),
            "Danke!",
        ),
        (
            (
                "From: Support <support@example.org>\nSent: Friday, November 20, 2026 10:22 AM\n"
                "To: Anna Mayer <anna@example.com>\nSubject: Router"
            ),
            "Thanks!",
        ),
    ],
)
def test_what_is_quoted_is_taken_away(quoted: str, own: str):
    assert strip_quotes(f"{own}\n\n{quoted}\n\n> Please try a cable.\n> Support") == own


def test_answers_between_the_quotes_stay():
    text = "> Which router is it?\n\nA Fritzbox.\n\n> Since when?\n\nSince Monday."
    assert strip_quotes(text) == "A Fritzbox.\n\n[...]\n\nSince Monday."


def test_an_answer_below_the_quote_stays():
    text = "On Fri, 20 Nov 2026 at 10:22, Support <s@example.org> wrote:\n> Which router?\n\nA Fritzbox."
    assert strip_quotes(text) == "A Fritzbox."


def test_a_mail_that_is_nothing_but_a_quote_is_given_whole():
    text = "> forwarded as it was\n> without a word"
    assert strip_quotes(text) == text


@pytest.mark.parametrize("text", ["", " ", "\n", "Hello", "a > b\nc", "Am Montag schrieb ich Ihnen schon einmal."])
def test_a_mail_without_quotes_stays_as_it_is(text: str):
    assert strip_quotes(text) == text


def test_a_long_text_without_quotes_is_not_shortened():
    text = "One more line of this long story.\n" * 4_000
    assert strip_quotes(text) == text


def test_a_signature_stays_for_its_numbers():
    assert "0171 1234567" in strip_quotes("Please call me.\n\nMit freundlichen Grüßen\nAnna Mayer\n0171 1234567")


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 50_000,
        "x" + " \r\n" * 50_000 + "y",
        "On " * 200_000,
        "On a wrote:\n" * 6_000,
        "> " * 100_000,
        "-" * 300_000,
    ],
)
def test_no_text_takes_more_than_a_moment(text: str):
    began = time.process_time()
    strip_quotes(text)
    assert time.process_time() - began < 2


@pytest.mark.corpus
@pytest.mark.skipif(not MAILS, reason="needs ../shared/data/email")
def test_every_mail_of_the_corpus_is_read_and_kept_whole():
    for path in MAILS:
        text = path.read_text("utf-8", "replace")
        found = parse_mail(mail(text, message_id=f"<{path.stem}@example.com>"), Envelope())
        assert found.text, path
        assert found.full_text == text.replace("\x00", "").strip("\n")[:100_000], path


@pytest.mark.corpus
@pytest.mark.skipif(not MAILS, reason="needs ../shared/data/email")
@pytest.mark.parametrize("name", GERMAN)
def test_no_quoted_line_is_left_in_a_german_mail(name: str):
    own = strip_quotes((CORPUS / "alfonsrv" / f"{name}.txt").read_text("utf-8"))
    assert own
    for sign in ("\n>", "schrieb John Doe", "wrote:", "Von:", "Original Message"):
        assert sign not in f"\n{own}"


@pytest.mark.corpus
@pytest.mark.skipif(not MAILS, reason="needs ../shared/data/email")
def test_no_line_marked_as_quoted_is_left_in_any_mail():
    for path in MAILS:
        own = strip_quotes(path.read_text("utf-8", "replace"))
        assert [line for line in own.splitlines() if line.startswith(">")] == [], path


GMAIL = (
    '<div dir="ltr">Danke!</div><br><div class="gmail_quote"><div class="gmail_attr">Am Fr., 20. Nov. 2026 um 10:22&nbsp;Uhr'
    " schrieb Support &lt;<a>s@example.org</a>&gt;:<br></div><blockquote>alt<br>und mehr</blockquote></div>"
)
OUTLOOK = (
    "<p class=MsoNormal>Danke!</p><div><div><p><b>Von:</b> Support &lt;s@example.org&gt;<br><b>Gesendet:</b> Freitag,"
    " 20. November 2026 10:22<br><b>An:</b> Anna &lt;a@example.com&gt;<br><b>Betreff:</b> AW: Router</p></div></div><p>alt</p>"
)
THUNDERBIRD = (
    '<p>Danke!</p><div class="moz-cite-prefix">Am 20.11.26 um 10:22 schrieb Support:<br></div>'
    '<blockquote type="cite">alt</blockquote>'
)


@pytest.mark.parametrize("html", [GMAIL, OUTLOOK, THUNDERBIRD])
def test_an_html_mail_is_read_without_its_quotes_too(html: str):
    found = parse_mail(mail(html, content_type="text/html; charset=utf-8"), Envelope())
    assert found.text == "Danke!"
    assert "alt" in found.full_text
