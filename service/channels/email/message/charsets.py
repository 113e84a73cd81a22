"""Text out of bytes whose charset is only claimed.

The claim is tried, then UTF-8, then Windows-1252, which takes anything. A claim of ASCII or Latin-1 says little: most
who make it send one of the other two. Guessing by statistics was tried, and is wrong about short German sentences.
"""

import codecs
import re
import unicodedata

_EMPTY_CLAIMS = frozenset({"ascii", "iso8859-1"})
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw-unicode-escape", "undefined", "utf-7"})
"""Codecs of Python that are no charsets of mail; some take hours on hostile bytes, UTF-7 hides what is written."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ud800-\udfff]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def decode_text(raw: bytes, claimed: str | None) -> str:
    """The text of these bytes, with LF at the ends of lines and without control characters but tabs."""
    return strip_controls(_decoded(raw, claimed).replace("\r\n", "\n").replace("\r", "\n"))


def strip_controls(text: str) -> str:
    """The text without control characters, halves of surrogate pairs among them; lines and tabs stay."""
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """The text as one line without anything invisible, such as marks that turn the direction of reading."""
    words = re.sub(r"[\s\u2028\u2029]+", " ", text)
    return "".join(letter for letter in words if unicodedata.category(letter) not in _INVISIBLE).strip()


def _decoded(raw: bytes, claimed: str | None) -> str:
    for charset in (_codec(claimed), "utf-8"):
        if charset is not None:
            try:
                return raw.decode(charset)
            except (UnicodeError, LookupError):  # LookupError: a codec that does not give text
                continue
    return raw.decode("cp1252", "replace")


def _codec(claimed: str | None) -> str | None:
    """Python's name of the codec, None where the claim is unknown or says nothing."""
    try:
        name = codecs.lookup((claimed or "ascii").strip("'\" \t")).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if name in _EMPTY_CLAIMS | _NO_CHARSETS else name
