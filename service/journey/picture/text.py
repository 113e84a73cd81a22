"""Pure: text in SVG: escaped, cut and wrapped by an estimate of its width, since nothing measures it."""

import re
from functools import lru_cache
from html import escape
from unicodedata import combining, east_asian_width

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ISOLATE, _END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
CHARACTER = 6.15
"""Pixels of a character of 11 or 12 pixels' size, as a mean."""
_WIDE = {"W", "F"}


def safe(text: str) -> str:
    """Text for an element or an attribute; what XML cannot hold is left out."""
    return escape(_NOT_IN_XML.sub("", text))


def isolated(text: str) -> str:
    """Words of people: their direction of writing stays their own."""
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if not text.isascii() else text


@lru_cache(4096)
def width_of(text: str) -> float:
    """The estimated width in pixels."""
    if text.isascii():
        return CHARACTER * len(text)
    return CHARACTER * sum(
        0 if combining(character) else 2 if east_asian_width(character) in _WIDE else 1 for character in text
    )


def cut(text: str, width: float) -> str:
    """The text if it fits, else its beginning and an ellipsis."""
    if width_of(text) <= width:
        return text
    kept = text[: max(int(width / CHARACTER), 1)]
    while len(kept) > 1 and width_of(kept) + CHARACTER > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(text: str, width: float, most: int) -> list[str]:
    """The text in at most so many lines; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and width_of(longer) > width:
            lines.append(line)
            line = word
            if len(lines) == most:
                break
        else:
            line = longer
    if len(lines) == most:
        return [*(cut(one, width) for one in lines[:-1]), cut(lines[-1], width - CHARACTER).rstrip("…") + "…"]
    return [cut(one, width) for one in [*lines, line] if one]
