"""Kölner Phonetik: the published examples."""

import pytest

from service.identity.matching.phonetics import cologne


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("muellerluedenscheidt", "65752682"),
        ("wikipedia", "3412"),
        ("breschnew", "17863"),
        ("heinz", "068"),
        ("classen", "4586"),
        ("mueller", "657"),
        ("phillip", "351"),
        ("axel", "0485"),
        ("hecht", "042"),
        ("czerny", "876"),
        ("h", ""),
        ("", ""),
    ],
)
def test_a_word_has_the_published_code(word: str, code: str) -> None:
    assert cologne(word) == code


@pytest.mark.parametrize(
    "words",
    [
        ("meyer", "maier", "mayr", "meier"),
        ("schmidt", "schmitt", "schmid", "schmit"),
        ("philipp", "filip"),
        ("stephan", "stefan"),
        ("katharina", "catarina"),
    ],
)
def test_names_that_sound_alike_have_one_code(words: tuple[str, ...]) -> None:
    assert len({cologne(word) for word in words}) == 1
