"""Where two texts differ, by words and within words by letters, so that a page can mark it; pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

ALIKE = 0.5
"""Words that share less are marked as a whole: single letters in common would only confuse."""
MAX_COMPARED = 200
"""Characters of a text that are compared; the rest counts as one piece that differs."""
_WORDS = re.compile(r"\w+|\W")


class TextPiece(Struct, frozen=True, kw_only=True):
    """A part of a text, and whether the other text lacks it."""

    text: str
    differs: bool


Pieces = tuple[TextPiece, ...]


def mark_differences(here: str, there: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces, which put together are the texts again; a text without any has none."""
    if here == there:
        return (_pieces([(here, False)]),) * 2
    first, second = (_WORDS.findall(text[:MAX_COMPARED]) for text in (here, there))
    parts = list(_parts_by_words(first, second))
    rest = [(here[MAX_COMPARED:], there[MAX_COMPARED:], True)]
    return (
        _pieces([(one, differs) for one, _other, differs in parts + rest]),
        _pieces([(other, differs) for _one, other, differs in parts + rest]),
    )


def likeness(here: str, there: str) -> float:
    """How much two texts have in common, 0 to 1."""
    return SequenceMatcher(None, here[:MAX_COMPARED], there[:MAX_COMPARED], autojunk=False).ratio()


Part = tuple[str, str, bool]
"""What stands at one place of the two texts, and whether it differs."""


def _parts_by_words(first: Sequence[str], second: Sequence[str]) -> Iterator[Part]:
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        here, there = "".join(first[a:b]), "".join(second[c:d])
        if tag == "replace":
            yield from _parts_by_letters(here, there)
        else:
            yield here, there, tag != "equal"


def _parts_by_letters(here: str, there: str) -> Iterator[Part]:
    matcher = SequenceMatcher(None, here, there, autojunk=False)
    if matcher.ratio() < ALIKE:
        yield here, there, True
        return
    for tag, a, b, c, d in matcher.get_opcodes():
        yield here[a:b], there[c:d], tag != "equal"


def _pieces(marked: Sequence[tuple[str, bool]]) -> Pieces:
    return tuple(TextPiece(text=text, differs=differs) for text, differs in marked if text)
