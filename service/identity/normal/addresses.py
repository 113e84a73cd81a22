"""Postal addresses: street, house, postal code and town out of lines in which people write anything."""

import re
from functools import lru_cache

from service.identity.matching.model import NormalAddress
from service.identity.normal.folding import LETTERS_OF_DIGITS, MAX_CHARS, folded, repaired
from service.identity.normal.titles import EMPTY, EMPTY_TEXTS
from service.identity.normal.towns import country_of_town, normal_country, normal_town
from service.identity.sources.model import StatedAddress

_MAX_CODE_CHARS = 40
_LINES = re.compile(r"[;|]|,(?!\s*\d)|,(?=\s*\d{4,5}\b)|(?<=[\da-z])\s+(?=\d{5}\s+[^\W\d_]{2})")
_USUAL = re.compile(r"([A-ZÄÖÜ][A-Za-zäöüÄÖÜß .-]{4,60}[A-Za-zß.]) ([0-9]{1,4}) ?([A-Za-z])?")
_LINE_ENDS = re.compile(r"\s*[\r\n]+\s*")
_BOX = re.compile(r"\b(?:postfach|pf|postbox|case postale|cp|casella postale|p\.?\s?o\.?\s?box|box)\b", re.IGNORECASE)
_CARE = re.compile(
    r"^\s*(?:c\s?/\s?o|z\.?\s?h(?:d|\.)|zu händen|bei|p\.\s?a(?:dr)?\.|attn)\b",
    re.IGNORECASE,
)
_ABBREVIATED = tuple(
    (re.compile(pattern, re.IGNORECASE), whole)
    for pattern, whole in (
        (r"str(?:\.|\b)|stra(?:ss|ß|s)e\b|strasze\b", "str "),
        (r"(?<=\w)g\.|\bg\.(?=\s|\d|$)", "gasse "),
        (r"pl\.|\bpl\b", "platz "),
        (r"w(?:e)?g\.|\bwg\b", "weg "),
        (r"\ball\.", "allee "),
        (r"\ba\.\s?d\.\s?", "an der "),
        (r"\bbgm\.\s?|\bbürgerm\.\s?", "bürgermeister "),
        (r"\bsankt\b", "st"),
        (r"\bdoktor\b", "dr"),
        (r"\bprofessor\b", "prof"),
        (r"\bgr\.\s?", "große "),
        (r"\bkl\.\s?", "kleine "),
        (r"\bv\.\s?", "von "),
        (r"\bav(?:e)?\.\s?|\bav\b", "avenue "),
        (r"\bch\.\s?", "chemin "),
        (r"\brte\.?\s", "route "),
        (r"\bb(?:oule)?v?d\.?\s", "boulevard "),
    )
)
_LAST_WORDS = {
    "street": "st",
    "road": "rd",
    "avenue": "ave",
    "place": "pl",
    "platz": "pl",
    "drive": "dr",
    "court": "ct",
    "crescent": "cres",
    "lane": "ln",
    "close": "cl",
    "circuit": "cct",
    "terrace": "tce",
}
_NUMBER = re.compile(
    r"(?:(?<=[^\W\d_]{3})|(?<=[^\W\d_]\.)|(?<!\w)(?<!\d\.))(\d{1,5})(?!\d|\.(?=\s*[^\W\d_])|\s?\.\s?(?:og|stock|etage))(?:\s?-?([a-zA-Z])(?![\w.]))?"
)
_NUMBER_FIRST = re.compile(r"^\s*(\d{1,4}\s?[a-zA-Z]?)\s*,\s*(?=[^\W\d_])")
_SQUARE = re.compile(r"^\s*([A-U])\s?(\d{1,2})\s*,\s*(\d{1,3}\s?[a-z]?)\b", re.IGNORECASE)
"""Mannheim has squares in place of streets: C 4, 12."""
_NUMBER_WORD = re.compile(r"\b(?:haus)?(?:nr|nummer|no|n°|№)\b\.?\s*(?=\d)", re.IGNORECASE)
_UNIT_BEFORE = re.compile(
    r"^\s*(?:\d{1,4}\s?/\s?(?=\d{1,4}\s+[^\W\d_]{2})|(?:flat|unit|apt\.?|apartment|suite)\s*\d{1,4}[a-z]?\s*,\s*)",
    re.IGNORECASE,
)
"""English addresses name the flat before the house: "2/17 High Street", "Flat 2, 17 High Street"."""
_AFTER_NUMBER = re.compile(r"^[\s,]*(?:bis\b)?")
_CODE = re.compile(r"(?<![\w-])(?:([A-Za-z]{1,3})\s?-\s?)?(\d{4,5})(?!\d|\.\d)")
_DIGIT_IN_WORD = re.compile(r"(?<=[^\W\d_]{2})[0158](?=[^\W\d_]{2})")
"""A letter that a scanner took for a digit; digits of a house number have one letter behind them at most."""
_FLOAT = re.compile(r"\.0+$")
_NO_CODES = frozenset(["0000", "9999", "00000", "99999"])
_OTHER_DIGITS = 4
_COUNTRY_OF_CODE = {
    "D": "DE",
    "DE": "DE",
    "A": "AT",
    "AT": "AT",
    "CH": "CH",
    "FL": "LI",
    "LI": "LI",
    "L": "LU",
    "F": "FR",
}
_COUNTRY_OF_CODE |= {"I": "IT", "NL": "NL", "B": "BE", "DK": "DK", "PL": "PL", "CZ": "CZ"}


def normal_address(stated: StatedAddress, region: str, hint: str = "") -> NormalAddress | None:
    """The address in normal form, or None if it says nothing.

    Without a stated country it is that of the postal code's prefix, or the region; a code of four digits can also
    belong to a known town's country, or to that of `hint`.
    """
    country = normal_country(stated.country) if stated.country else ""
    street, line_code, line_town = _street_lines(stated.street_address or "")
    code, prefix, town = _code_and_town(stated.postal_code or "", stated.address_level2 or "")
    code, town = _plain_code(code or line_code), town or line_town
    country = country or prefix or (country_of_town(town) or hint if len(code) <= _OTHER_DIGITS else "") or region
    if not (street[0] or street[1] or code or town):
        return None
    return NormalAddress(country, code, town, *street)


def _plain_code(code: str) -> str:
    """The code without leading zeros: spreadsheets take them away, and not every record names its country."""
    return "" if code in _NO_CODES else code.lstrip("0") if code.isdecimal() else code


@lru_cache(maxsize=65_536)
def _code_and_town(code: str, town: str) -> tuple[str, str, str]:
    """Postal code, country of its prefix, and town, wherever of both fields each of them stands."""
    code = _FLOAT.sub("", code[:_MAX_CODE_CHARS].strip())
    found = _CODE.search(code)
    if found is None and (other := _CODE.search(town[:_MAX_CODE_CHARS])) is not None:
        return other[2], _COUNTRY_OF_CODE.get((other[1] or "").upper(), ""), normal_town(town) or normal_town(code)
    if found is None:
        is_code = any(map(str.isdigit, code))
        return (
            "".join(folded(code).split()) if is_code else "",
            "",
            normal_town(town) or ("" if is_code else normal_town(code)),
        )
    return found[2], _COUNTRY_OF_CODE.get((found[1] or "").upper(), ""), normal_town(town) or normal_town(code)


@lru_cache(maxsize=131_072)
def _street_lines(text: str) -> tuple[tuple[str, str], str, str]:
    """(street, house), and the postal code and town if they stand there too."""
    usual = _USUAL.fullmatch(text)
    if usual is not None and _BOX.search(text) is None and _CARE.match(text) is None:
        return (normal_street(repaired(usual[1])), _house(usual[2], usual[3])), "", ""
    plain = _DIGIT_IN_WORD.sub(
        lambda found: LETTERS_OF_DIGITS[found[0]], repaired(_LINE_ENDS.sub(", ", text[:MAX_CHARS].strip()))
    )
    plain = _UNIT_BEFORE.sub("", _NUMBER_FIRST.sub(r"\1 ", plain))
    if not plain or folded(plain) in EMPTY or plain.lower() in EMPTY_TEXTS:
        return ("", ""), "", ""
    lines = [line for line in _LINES.split(plain) if line.strip() and _CARE.match(line) is None]
    code = town = ""
    streets = []
    for line in lines:
        found = _CODE.match(line.strip())
        if found is not None and len(lines) > 1 and line.strip()[found.end() :].strip():
            code, town = found[2], normal_town(line)
        elif _BOX.search(line) is None:
            streets.append(line)
    numbered = [line for line in streets if _NUMBER.search(line)]
    best = (numbered or streets or [""])[0]
    return _street_and_house(best), code, town


def _street_and_house(line: str) -> tuple[str, str]:
    if (square := _SQUARE.match(line)) is not None:
        return (square[1] + square[2]).lower(), "".join(square[3].lower().split())
    line = _NUMBER_WORD.sub("", line).strip()
    found = next((match for match in _NUMBER.finditer(line)), None)
    if found is None:
        return normal_street(line), ""
    before, after = line[: found.start()], line[found.end() :]
    if not any(map(str.isalpha, before)):
        return normal_street(_AFTER_NUMBER.sub("", after)), _house(found[1], found[2])
    return normal_street(before), _house(found[1], found[2])


def _house(number: str, letter: str | None) -> str:
    return number.lstrip("0") + (letter or "").lower()


@lru_cache(maxsize=65_536)
def normal_street(text: str) -> str:
    """The street in one word: "Haupt-Straße", "Hauptstr." give "hauptstr"."""
    for pattern, whole in _ABBREVIATED:
        text = pattern.sub(whole, text)
    words = folded(text).split()
    if words and words[-1] in _LAST_WORDS:
        words[-1] = _LAST_WORDS[words[-1]]
    return "".join(words)
