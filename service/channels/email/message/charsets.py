"""Text out of bytes whose charset is only claimed.

A claim is looked up in the table of labels that browsers have (https://encoding.spec.whatwg.org/#names-and-labels),
where ISO-8859-1 is Windows-1252. If it nearly fits, replacement characters stand for the rest: by a second guess one
wrong byte would spoil the whole text. A claim of ASCII, Latin-1 or Windows-1252 says little, because most who make it
send one of these or UTF-8, and UTF-8 is known by its form; Windows-1252 takes what is left. Guessing by statistics was
tried, and is wrong about short German sentences.
"""

import codecs
import re
import unicodedata

from webencodings import LABELS, PYTHON_NAMES

_SAYS_LITTLE = frozenset({"ascii", "cp1252", "iso8859-1", "windows-1252"})
_NO_CHARSETS = frozenset(
    {
        "idna",
        "punycode",
        "raw-unicode-escape",
        "undefined",
        "unicode-escape",
        "unicode_escape",
        "utf-7",
        "x-user-defined",
    }
)
"""Codecs that are no charsets of mail; some take hours on hostile bytes, UTF-7 hides what is written."""
_WIDER = {"gbk": "gb18030", "iso-2022-jp": "iso2022_jp_ext"}
"""Python's codec that takes all that a decoder of the standard takes."""
_OF_MAIL = {"hz-gb-2312": "hz", "iso-2022-kr": "iso2022_kr", "csiso2022kr": "iso2022_kr"}
"""Charsets that browsers refuse to read, and mail has."""
_MARKED = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_OF_TWO_BYTES = frozenset({"gb18030", "big5hkscs", "cp949", "cp932", "euc_jp"})
_LETTERS_FOR_SURE = 2
"""Letters of three bytes in UTF-8: a text of these charsets has the form of two of them by no likely chance."""
_WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be"})
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
    for mark, charset in _MARKED:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(charset, "replace")
    stated = _codec(claimed)
    stated = _wide_codec(raw, stated) if stated in _WIDE else stated
    if stated is None or _is_surely_utf_8(raw, stated):
        stated = "utf-8"
    text = _if_it_fits(raw, stated)
    if text is None and stated != "utf-8":
        text = _if_it_fits(raw, "utf-8")
    return raw.decode("cp1252", "replace") if text is None else text


def _is_surely_utf_8(raw: bytes, stated: str) -> bool:
    """Whether it is UTF-8 although it claims a charset of East Asia, in which every other bytes are letters too."""
    if stated not in _OF_TWO_BYTES:
        return False
    try:
        return sum(letter >= "\u0800" for letter in raw.decode()) >= _LETTERS_FOR_SURE
    except UnicodeError:
        return False


def _if_it_fits(raw: bytes, charset: str) -> str | None:
    """The text in this charset, None unless at least half of what is not ASCII can be read."""
    try:
        return raw.decode(charset)
    except LookupError:  # a codec that does not give text
        return None
    except UnicodeError:
        text = raw.decode(charset, "replace")
    wrong = text.count("\ufffd")
    return text if len(text) - len(text.encode("ascii", "ignore")) >= 2 * wrong else None


def _wide_codec(raw: bytes, stated: str | None) -> str | None:
    """The order of bytes in a text of two bytes a letter, by where its zeros are; None if it is no such text."""
    high, low = raw[::2].count(0), raw[1::2].count(0)
    if high == low:
        return stated if _if_it_fits(raw, "utf-8") is None else None
    return "utf-16-be" if high > low else "utf-16-le"


def _codec(claimed: str | None) -> str | None:
    """Python's name of the codec, None where the claim is unknown or says little."""
    label = (
        (claimed or "ascii").partition("*")[0].strip("'\";, \t\r\n").lower()
    )  # RFC 2231 5: the language behind a star
    name = _OF_MAIL.get(label) or LABELS.get(label) or label
    for candidate in (_WIDER.get(name) or PYTHON_NAMES.get(name) or name, name.removeprefix("x-")):
        try:
            codec = codecs.lookup(candidate).name
        except (LookupError, ValueError, UnicodeError):
            continue
        return None if codec in _SAYS_LITTLE | _NO_CHARSETS or name in _NO_CHARSETS else codec
    return None
