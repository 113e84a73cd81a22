"""Differences between what two customers said are marked within the texts."""

import pytest

from service.web.console.matches.differences import MAX_COMPARED, mark_differences


def marked(pieces) -> str:
    """The text, with brackets around what is marked."""
    return "".join(f"[{one.text}]" if one.differs else one.text for one in pieces)


@pytest.mark.parametrize(
    ("here", "there", "shown"),
    [
        ("Anna Weber", "Anna Weber", ("Anna Weber", "Anna Weber")),
        ("Müller", "Mueller", ("M[ü]ller", "M[ue]ller")),
        ("+491711234567", "+491711239567", ("+49171123[4]567", "+49171123[9]567")),
        ("Anna Maria Weber", "Anna Weber", ("Anna [Maria ]Weber", "Anna Weber")),
        ("Wörthstr. 12", "Wörthstr. 12a", ("Wörthstr. 12", "Wörthstr. 12[a]")),
        ("Anna", "Jörg", ("[Anna]", "[Jörg]")),
        ("", "Weber", ("", "[Weber]")),
        ("", "", ("", "")),
    ],
)
def test_what_the_other_side_lacks_is_marked_by_words_and_letters_and_strangers_as_a_whole(here, there, shown):
    first, second = mark_differences(here, there)
    assert (marked(first), marked(second)) == shown


def test_a_name_of_a_million_letters_is_compared_in_no_time_and_shown_whole():
    long = "ab" * 500_000
    here, there = mark_differences(long, long[1:])
    assert "".join(one.text for one in here) == long
    assert "".join(one.text for one in there) == long[1:]
    assert len(here[-1].text) == len(long) - MAX_COMPARED
