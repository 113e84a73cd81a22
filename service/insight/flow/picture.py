"""The picture of a flow: segments above each other on one scale, as parts of a page or as a file that stands alone."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from service.insight.flow.drawing import REPEAT_ICON, MattersLink, PanelDrawing
from service.insight.flow.layout import WIDTH, FlowLayout, place_flow
from service.insight.flow.model import Flow, SegmentFlow
from service.insight.flow.picture_words import FlowWords
from service.journey.picture.icons import CHANNELS, definitions
from service.journey.picture.theme import COLOURS

MARGIN, TITLE_HEIGHT, HIDDEN_HEIGHT, LEGEND_HEIGHT, PANEL_GAP = 24, 30, 20, 28, 24
_OWN_SYMBOLS = "#i-"
LETTERS = "AB"


def flow_panels(
    segments: Sequence[SegmentFlow],
    *,
    language: str,
    sprite: str,
    link: MattersLink | None = None,
    title_of: Callable[[str], str] = str,
) -> tuple[str, ...]:
    """One SVG of each segment for a page that has the sheet `flow.css`; each number leads where `link` says."""
    words = FlowWords(language)
    places = place_flow(segments)
    return tuple(
        f'<svg class="flowpic" viewBox="0 0 {WIDTH} {places.height:.0f}" role="group" '
        f'aria-label="{escape(_title([title_of(panel.segment.name)], words))}" xmlns="http://www.w3.org/2000/svg">'
        + "".join(PanelDrawing(panel, places.scale, words, sprite=sprite, link=link).parts())
        + "</svg>"
        for panel in places.panels
    )


def render_flow_svg(flow: Flow, *, language: str) -> str:
    """A file that needs nothing else: colours of both themes, a title, and everything in words as its description."""
    words = FlowWords(language)
    places = place_flow(flow.segments)
    body, height = _body(places, words)
    width = WIDTH + 2 * MARGIN
    title = escape(_title([one.name for one in flow.segments], words))
    described = escape("\n".join(_sentences(places, words)))
    return (
        f'<svg class="flowpic" viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}" role="img" '
        f'lang="{words.language}" aria-labelledby="flow-title flow-text" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="flow-title">{title}</title><desc id="flow-text">{described}</desc><style>{_styles()}</style>'
        f"{definitions([*CHANNELS.values(), REPEAT_ICON])}"
        f'<rect class="s-ground" width="{width}" height="{height:.0f}"/>{body}</svg>'
    )


def _body(places: FlowLayout, words: FlowWords) -> tuple[str, float]:
    """All panels with their titles, the legend, and the height that they take."""
    y, parts = float(MARGIN), []
    for letter, panel in zip(LETTERS, places.panels, strict=False):
        drawing = PanelDrawing(panel, places.scale, words, sprite=_OWN_SYMBOLS, link=None)
        head = f"{letter} {panel.segment.name}"
        counted = words.matters(panel.segment.matters)
        parts.append(
            f'<text class="s-title" x="{MARGIN + 2}" y="{y + 14:.0f}">{escape(head)} '
            f'<tspan class="s-t2">{escape(counted)}</tspan></text>'
            f'<g transform="translate({MARGIN} {y + TITLE_HEIGHT:.0f})">{"".join(drawing.parts())}</g>'
        )
        y += TITLE_HEIGHT + places.height
        parts.append(_line(MARGIN + 2, y + 12, hidden_words(panel.segment, words)))
        y += HIDDEN_HEIGHT + PANEL_GAP
    parts.append(f'<g transform="translate({MARGIN} {y:.0f})">{_legend(words)}</g>')
    return "".join(parts), y + LEGEND_HEIGHT


def hidden_words(segment: SegmentFlow, words: FlowWords) -> str:
    """What became of the rare ways; empty if there are none."""
    hidden = segment.hidden
    if not hidden.ways:
        return ""
    share = words.share(hidden.matters, segment.matters)
    return words("hidden", ways=words.number(hidden.ways), matters=words.matters(hidden.matters), share=share)


def _legend(words: FlowWords) -> str:
    x, parts = 2, []
    for name, style, width in (
        ("width", "s-link", 24),
        ("most", "s-link bad", 24),
        ("solved_here", "s-done", 5),
        ("gave_up_here", "s-gone", 5),
    ):
        parts.append(f'<rect class="{style}" x="{x}" y="2" width="{width}" height="10"/>')
        parts.append(_line(x + width + 8, 11, words(name)))
        x += width + 28 + round(6.2 * len(words(name)))
    return "".join(parts)


def _line(x: float, y: float, words: str) -> str:
    return f'<text class="s-t2" x="{x:.0f}" y="{y:.0f}">{escape(words)}</text>' if words else ""


def _title(names: Sequence[str], words: FlowWords) -> str:
    return words("title", names=" / ".join(names))


def _sentences(places: FlowLayout, words: FlowWords) -> Iterator[str]:
    """The picture as text, a line for each node and each ribbon."""
    for letter, panel in zip(LETTERS, places.panels, strict=False):
        segment = panel.segment
        drawing = PanelDrawing(panel, places.scale, words, sprite="", link=None)
        yield f"{letter} {segment.name}: {words.matters(segment.matters)}"
        yield from (drawing.node_words(node) for node in panel.nodes)
        yield from (drawing.ribbon_words(ribbon) for ribbon in panel.ribbons)
        for name in ("solved", "gave_up", "open"):
            count = getattr(segment.endings, name)
            share = words.share(count, segment.matters)
            yield words("ending", ending=words(name), matters=words.matters(count), share=share)
        yield hidden_words(segment, words)


@cache
def _styles() -> str:
    """The sheet in the colours of the light theme, then in those of the dark one."""
    sheet = re.sub(r"/\*.*?\*/\s*", "", files(__package__).joinpath("flow.css").read_text("utf-8"), flags=re.DOTALL)

    def in_colours(theme: int) -> str:
        return re.sub(r"var\(--([\w-]+)\)", lambda match: COLOURS[match[1]][theme], sheet)

    return f"{in_colours(0)}@media (prefers-color-scheme:dark){{{in_colours(1)}}}"
