"""The console speaks German and English, wholly."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.web.console import words
from service.web.console.formats import Formats
from service.web.http.problems import PROBLEMS
from tests.house.place import ROOT, text

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NARROW = "\N{NARROW NO-BREAK SPACE}"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
TEXTS_OF = {key: value for key, value in vars(words).items() if key in {"ROLES", "PROBLEMS", "PROBLEM_KINDS"}}


def texts_in_the_code() -> Catalog:
    """What `make words` finds."""
    mappings = msgspec.toml.decode(text("pyproject.toml"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping.pop("pattern"): {key: str(value) for key, value in mapping.items()} for mapping in mappings}
    found = Catalog()
    walked = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
        directory_filter=lambda path: (
            "/service/web/console".startswith(path.removeprefix(str(ROOT))) or "/service/web/console" in path
        ),
    )
    for _file, _line, message, _comments, _context in walked:
        found.add(message)
    return found


@pytest.fixture(scope="module")
def german() -> Catalog:
    with (ROOT / "service/web/console/locale/de/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="de")


def test_every_text_has_its_german_and_none_is_left_over(german):
    """`make words` puts new ones there."""
    assert {message.id for message in texts_in_the_code()} - {""} == {message.id for message in german} - {""}


def test_no_german_is_missing_or_guessed(german):
    given = {
        message.id: message.string if isinstance(message.string, tuple) else (message.string,) for message in german
    }
    assert [english for english, strings in given.items() if english and not all(strings)] == []
    assert [message.id for message in german if message.id and message.fuzzy] == []


def test_each_german_text_fills_in_what_the_english_does(german):
    for message in german:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id:
            assert {frozenset(PLACEHOLDER.findall(one)) for one in strings} == {
                frozenset(PLACEHOLDER.findall(one)) for one in ids
            }


def test_german_says_you_politely_and_quotes_as_german_does(german):
    strings = " ".join(str(message.string) for message in german if message.id)
    assert not re.search(r"\b(du|dein\w*|dich|dir)\b", strings, re.IGNORECASE)
    assert '"' not in strings.replace('", "', "")


def test_every_code_has_its_words_in_german(german):
    for texts in TEXTS_OF.values():
        assert [english for english in texts.values() if not german.get(english)] == []


@pytest.mark.parametrize("slug", [problem.slug for problem in PROBLEMS.values()])
def test_every_problem_can_be_told_to_a_person(slug):
    status = next(problem.status for problem in PROBLEMS.values() if problem.slug == slug)
    assert words.problem_text(slug, status).endswith(".")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.3", "de"),
        ("fr", "en"),
        ("DE;q=0.9, en;q=0.8", "de"),
        ("en;q=0, de;q=0.1", "de"),
        ("de;q=0", "en"),
        ("de;q=.9.9, en;q=0.2", "en"),
        ("*", "en"),
        ("zh-Hant-TW;q=1, de ; q=0.7", "de"),
        (",,;;q", "en"),
    ],
)
def test_the_browser_says_the_language(accepted, language):
    assert words.choose_language(accepted) == language


@pytest.mark.parametrize(
    ("language", "days", "moments", "numbers"),
    [
        ("en", ["26 Nov 2026", "Thu"], ["10:30", "Fri 10:30", "13 Dec 10:30", "13 Dec 2025 10:30"], ["5,074.5", "30%"]),
        (
            "de",
            ["26.11.2026", "Do"],
            ["10:30", "Fr 10:30", "13. Dez. 10:30", "13.12.2025 10:30"],
            ["5.074,5", f"30{NARROW}%"],
        ),
    ],
)
def test_times_and_numbers_are_written_as_people_of_the_language_do(language, days, moments, numbers):
    formats = Formats(language, BERLIN)
    at = [NOW, NOW.replace(day=27), NOW.replace(month=12, day=13), NOW.replace(year=2025, month=12, day=13)]
    assert [formats.day(NOW), formats.weekday(NOW)] == days
    assert [formats.moment(moment, now=NOW) for moment in at] == moments
    assert [formats.number(5074.5), formats.percent(0.3)] == numbers


def test_what_was_agreed_is_shown_as_exactly_as_it_is():
    formats = Formats("en", BERLIN)
    assert [formats.percent(Decimal(share)) for share in ("0.125", "0.20")] == ["12.5%", "20%"]
    amounts = [("5", "EUR"), ("1.799", "EUR"), ("500", "KRW"), ("1.5", "KWD")]
    shown = [formats.money(Decimal(amount), currency).replace("\N{NO-BREAK SPACE}", "") for amount, currency in amounts]
    assert shown == ["€5.00", "€1.799", "₩500", "KWD1.500"]


def test_a_day_is_one_of_the_wall_clock_not_of_greenwich():
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    assert Formats("en", BERLIN).moment(late, now=NOW) == "Fri 00:30"


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "0:00"), (9.9, "0:09"), (250, "4:10"), (3850, "1:04:10"), (-3, "0:00")]
)
def test_a_wait_is_written_in_minutes(seconds, written):
    assert Formats("de", BERLIN).duration(seconds) == written


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (59, "0 mins", "0 Min."),
        (2160, "36 mins", "36 Min."),
        (3600, "1 hr", "1 Std."),
        (5760, "1 hr 36 mins", "1 Std. 36 Min."),
        (172_800, "2 days", "2 Tg."),
        (-5, "0 mins", "0 Min."),
    ],
)
def test_a_span_is_written_in_words(seconds, english, german):
    assert [Formats(language, BERLIN).span(seconds) for language in ("en", "de")] == [english, german]
