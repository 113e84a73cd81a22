"""Spellings of a text that mean the same: widths, dashes, digits, spaces and letters."""

import re
import unicodedata

_WIDE = range(0xFF01, 0xFFEF)
_WIDTHS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (0x3000, *_WIDE)
    if unicodedata.decomposition(chr(code)).startswith(("<wide>", "<narrow>"))
}
"""Full-width and half-width forms -> the usual ones: the width mapping rule of RFC 8265."""
_OTHER_DASHES = "\N{MINUS SIGN}\N{HYPHEN BULLET}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}"
"""Signs that people take for a dash and Unicode does not."""
_SLASHES = {ord("\N{FRACTION SLASH}"): "/", ord("\N{DIVISION SLASH}"): "/"}
_SPACES = re.compile(r"\s+")


def fold_width(text: str) -> str:
    """Composed (NFC), in usual width, and without white space and invisible characters at both ends."""
    if text.isascii():
        return text.strip()
    usual = unicodedata.normalize("NFC", text.translate(_WIDTHS))
    return usual.strip("".join({character for character in usual if _is_blank(character)}))


def plain_signs(text: str) -> str:
    """In usual width, with hyphens for all dashes, ASCII for all decimal digits, and nothing invisible."""
    folded = fold_width(text)
    return folded if folded.isascii() else "".join(map(_plain_sign, folded.translate(_SLASHES)))


def hyphenated(text: str) -> str:
    """In usual width, with a hyphen for every dash."""
    folded = fold_width(text)
    if folded.isascii():
        return folded
    hyphens = ("-" if unicodedata.category(character) == "Pd" else character for character in folded)
    return "".join(hyphens).replace("\N{MINUS SIGN}", "-")


def without_spaces(text: str) -> str:
    """The text without any white space."""
    return _SPACES.sub("", text)


def lower_case(text: str) -> str:
    """Lower case and never case folding, which makes one of ß and ss and one of both sigmas."""
    return unicodedata.normalize("NFC", text.lower())


def upper_case(text: str) -> str:
    """Upper case, but for letters that another letter shares its capital with: ß, ı, ς and ſ stay what they are."""
    return text.upper() if text.isascii() else unicodedata.normalize("NFC", "".join(map(_capital, text)))


def _capital(character: str) -> str:
    small = character.lower()
    capital = small.upper()
    return capital if capital.lower() == small else small


def _plain_sign(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character in _OTHER_DASHES:
        return "-"
    return "" if category == "Cf" else character


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"
