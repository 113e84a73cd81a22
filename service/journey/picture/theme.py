"""Pure: the style sheet of a picture that stands by itself: its colours are written out, for both themes."""

import re
from enum import StrEnum
from functools import cache
from importlib.resources import files

_SHEETS = ("marks.css", "picture.css")
"""The rules of the picture, in the colours of the console; its pages load them too."""
_CSS = "".join(files("service.journey.picture").joinpath(name).read_text("utf-8") for name in _SHEETS)
COLOURS = {
    "surface": ("#ffffff", "#151d27"),
    "sunken": ("#eef1f5", "#1c2631"),
    "line": ("#dde3ea", "#2a3644"),
    "line-2": ("#b9c3cf", "#44546a"),
    "ink": ("#15202b", "#e8edf3"),
    "ink-2": ("#465464", "#b4c0ce"),
    "ink-3": ("#5d6b7b", "#95a4b5"),
    "accent": ("#2454c6", "#7ea2ff"),
    "accent-line": ("#b4c6f0", "#35508f"),
    "accent-text": ("#1f4ab0", "#a3bdff"),
    "bad": ("#b3261e", "#ff8a80"),
    "on-bad": ("#ffffff", "#2a0705"),
    "bad-soft": ("#fcebe9", "#3a1a1a"),
    "bad-line": ("#efb9b4", "#753433"),
    "bad-text": ("#9c1f18", "#ffa69e"),
    "good-soft": ("#e4f3ea", "#12301f"),
    "good-text": ("#155d38", "#7fd3a2"),
}
"""Light and dark, as the console has them (a test compares)."""
_FONT = 'text{font-family:"Inter",system-ui,sans-serif}'
_VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")
_RULE = re.compile(r"^[^{}\n]+\{[^{}]*\}$", re.MULTILINE)


class Theme(StrEnum):
    """The colours of a picture that follows no browser's choice."""

    LIGHT = "light"
    DARK = "dark"


@cache
def style_sheet(theme: Theme | None) -> str:
    """The rules of one theme; without one, the reader's choice decides between both."""
    if theme is not None:
        return _FONT + "".join(_in_colours(rule, theme) for rule in _RULE.findall(_CSS))
    coloured = [_in_colours(rule, Theme.DARK) for rule in _RULE.findall(_CSS) if _VARIABLE.search(rule)]
    return f"{style_sheet(Theme.LIGHT)}@media (prefers-color-scheme:dark){{{''.join(coloured)}}}"


def _in_colours(rule: str, theme: Theme) -> str:
    return _VARIABLE.sub(lambda found: COLOURS[found[1]][theme is Theme.DARK], rule)
