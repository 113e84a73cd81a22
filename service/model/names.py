"""Names as people say them: the key under which every spelling is found, and initials."""

import re
import unicodedata

_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "đ": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)
"""Letters that Unicode does not take apart into a base letter and a mark."""
_UMLAUT_SPELT_OUT = re.compile(r"(?<=[aou])e")
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_MOST_INITIALS = 4


def name_key(name: str) -> str:
    """One spelling for all of a name: Müller, MUELLER and Muller give "muller"; "" if it has no letter or digit.

    An e after a, o or u is dropped everywhere, so that an umlaut, its two-letter form and its bare vowel meet: the key
    is for finding, never for showing.
    """
    bare = _without_marks(unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS))
    words = _BETWEEN_WORDS.sub(" ", _APOSTROPHES.sub("", bare)).strip()
    return _UMLAUT_SPELT_OUT.sub("", words)


def initials(name: str) -> str:
    """The first letter of each word, at most four of them: "Anna-Lena Müller" gives "A. L. M."."""
    composed = unicodedata.normalize("NFC", name)
    words = _BETWEEN_WORDS.sub(" ", _APOSTROPHES.sub("", composed)).split()
    return " ".join(f"{word[0].upper()}." for word in words[:_MOST_INITIALS])


def _without_marks(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.category(letter).startswith("M"))
