"""Names as people say them: the key under which every spelling is found, and initials."""

import re
import unicodedata

_LETTER_REPLACEMENTS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "đ": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)
"""Letters that Unicode does not take apart into a base letter and a mark."""
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_WORD_SEPARATORS = re.compile(r"[\W_]+")
_HONORIFICS = frozenset(["dipl", "dr", "frau", "herr", "ing", "mag", "mme", "mr", "mrs", "ms", "prof"])
_PHONETIC_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("(?<=[aou])e", ""),  # Mueller, Müller, Muller
        ("[ae][iy]", "ei"),  # Maier, Mayer, Meier, Meyer
        ("y", "i"),
        ("ph", "f"),
        ("th|dt", "t"),
        ("ck|c(?!h)", "k"),
        ("tz", "z"),
        (r"([a-z])\1+", r"\1"),  # Hoffmann, Hofmann
    )
)
_MAX_INITIALS = 4


def name_key(name: str) -> str:
    """One spelling for all of a name as it sounds: "Anna Mayer" and "Frau Dr. ANA Meier" give "ana meier".

    Without marks, honorifics and punctuation, in lower case; "" if it has no letter or digit. The key is for finding,
    never for showing.
    """
    bare = _without_marks(unicodedata.normalize("NFKD", name).casefold().translate(_LETTER_REPLACEMENTS))
    words = _WORD_SEPARATORS.sub(" ", _APOSTROPHES.sub("", bare)).split()
    key = " ".join([word for word in words if word not in _HONORIFICS] or words)
    for letters, sound in _PHONETIC_RULES:
        key = letters.sub(sound, key)
    return key


def initials(name: str) -> str:
    """The first letter of each word, at most four of them: "Anna-Lena Müller" gives "A. L. M."."""
    composed = unicodedata.normalize("NFC", name)
    words = _WORD_SEPARATORS.sub(" ", _APOSTROPHES.sub("", composed)).split()
    return " ".join(f"{word[0].upper()}." for word in words[:_MAX_INITIALS])


def masked_phone(number: str) -> str:
    """A telephone number with all but its country's beginning and its last two digits hidden: +49 ••• 67."""
    return f"{number[:3]} ••• {number[-2:]}"


def _without_marks(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.category(letter).startswith("M"))
