"""Draws one segment of a flow as SVG: ribbons, nodes with their words, and how the matters end; pure."""

from collections.abc import Callable, Iterator
from html import escape

from service.insight.flow.layout import (
    COLUMNS,
    GAP,
    GAVE_UP_LINE,
    LABELLED,
    MIN_ENDING,
    NODE,
    TOP,
    FlowRibbon,
    NodeBox,
    SegmentPanel,
    column_x,
)
from service.insight.flow.picture_words import FlowWords
from service.journey.picture.icons import CHANNELS

REPEAT_ICON = "repeat"
ENDINGS_X = column_x(COLUMNS + 1) + 8
_LETTER = 6.9
"""Pixels of a letter of a mark, at most on average."""
_TALL = 30
_HIT = 132
"""Pixels to the right of a node that lead to its matters."""
_INSIDE = 16

MattersLink = Callable[..., str]
"""The address of the matters behind a number, of the filters `step`, `channel` and `ending`."""


class PanelDrawing:
    """One segment; the icons are symbols of `sprite`, and numbers lead to their matters if `link` is given."""

    def __init__(
        self, panel: SegmentPanel, scale: float, words: FlowWords, *, sprite: str, link: MattersLink | None
    ) -> None:
        self._panel = panel
        self._segment = panel.segment
        self._scale = scale
        self._words = words
        self._sprite = sprite
        self._link = link

    def parts(self) -> Iterator[str]:
        """The elements, from below to above."""
        if not self._segment.matters:
            yield _text(2, TOP + 16, "s-t2", self._words("none"))
            return
        yield from self._heads()
        for ribbon in self._panel.ribbons:
            yield self._ribbon(ribbon)
        for node in self._panel.nodes:
            yield self._led(
                self._node(node), self.node_words(node), step=node.step.step, step_channel=node.step.channel
            )
        yield from self._endings()

    def _heads(self) -> Iterator[str]:
        for column, matters in enumerate(self._panel.reach, 1):
            x, name = column_x(column), self._words.columns[column - 1]
            numbers = f"{self._words.number(matters)} · {self._share(matters)}"
            said = self._words(
                "reach",
                column=name,
                count=self._words.number(matters),
                matters=self._words.matters(matters),
                share=self._share(matters),
            )
            head = _text(x, 14, "s-h", name) + _text(x, 29, "s-h2", numbers)
            yield self._led(head, said, step=column) if matters else head

    def _ribbon(self, place: FlowRibbon) -> str:
        x0, x1, y0, y1, width = place.x0, place.x1, place.y0, place.y1, max(place.width, 0.6)
        middle = (x0 + x1) / 2
        upper = f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        lower = f"L{x1:.1f} {y1 + width:.1f}C{middle:.1f} {y1 + width:.1f} {middle:.1f} {y0 + width:.1f} "
        path = f"{upper}{lower}{x0:.1f} {y0 + width:.1f}Z"
        style = "s-link bad" if place.is_worst else "s-link"
        end = place.link.end
        return self._led(
            f'<path class="{style}" d="{path}"/>',
            self.ribbon_words(place),
            is_stop=place.link.share >= LABELLED,
            step=end.step,
            step_channel=end.channel,
            came_from=place.link.start.channel,
        )

    def ribbon_words(self, place: FlowRibbon) -> str:
        """A link as a sentence."""
        link = place.link
        return self._words(
            "ribbon",
            start=self._words.channel(link.start.channel),
            end=self._words.channel(link.end.channel),
            matters=self._words.matters(link.matters),
            share=self._share(link.matters),
            asked_again=self._words.share(link.asked_again, link.matters),
        )

    def node_words(self, place: NodeBox) -> str:
        """A node as a sentence."""
        step = place.step
        return self._words(
            "node",
            column=self._words.columns[step.step - 1],
            channel=self._words.channel(step.channel),
            matters=self._words.matters(step.matters),
            share=self._share(step.matters),
            solved=self._words.share(step.solved, step.matters),
            gave_up=self._words.share(step.gave_up, step.matters),
            asked_again=self._words.share(step.asked_again, step.matters),
        )

    def _node(self, place: NodeBox) -> str:
        x, end = place.x, place.y + place.height
        hit = (_HIT, max(place.height, place.lines)) if place.is_named else (NODE + 6, max(place.height, MIN_ENDING))
        parts = [_box("s-hit", x, place.y, *hit)]
        parts += [_box("s-node", x, place.y, NODE, max(place.height, 1.5), radius=2)]
        if place.solved_height > _SEEN:
            top = end - place.solved_height - place.gave_up_height
            parts.append(_box("s-done", x + NODE + 1, top, 5, place.solved_height))
        if place.gave_up_height > _SEEN:
            parts.append(_box("s-gone", x + NODE + 1, end - place.gave_up_height, 5, place.gave_up_height))
        if place.is_named:
            parts += self._lines(place)
        return "".join(parts)

    def _lines(self, place: NodeBox) -> Iterator[str]:
        """The name with its share, and below it who gave up and who was asked again."""
        step, x = place.step, place.x + NODE + 12
        y = place.y + (min(place.height / 2, _INSIDE) if place.height > _TALL else max(place.height / 2, 7))
        yield self._icon(CHANNELS[step.channel], x, y - 7, 14)
        share = f'<tspan class="s-t2">{escape(self._share(step.matters))}</tspan>'
        name = escape(self._words.channel(step.channel))
        yield f'<text class="s-t" x="{x + 19:.1f}" y="{y + 4:.1f}">{name} {share}</text>'
        if place.says_gave_up:
            gave_up = self._words("give_up", share=self._words.share(step.gave_up, step.matters))
            yield _text(x, y + 4 + GAVE_UP_LINE, "s-badt", gave_up)
            y += GAVE_UP_LINE
        if place.says_asked_again:
            yield self._mark(
                x, y + 10, self._words("asked_again", share=self._words.share(step.asked_again, step.matters))
            )

    def _mark(self, x: float, y: float, words: str) -> str:
        box = _box("s-badbg", x - 2, y, _LETTER * len(words) + 26, 19, radius=5)
        glyph = f'<g class="s-badi">{self._icon(REPEAT_ICON, x + 3, y + 3.5, 12)}</g>'
        return f'<g class="s-mark">{box}{glyph}{_text(x + 19, y + 13.5, "s-badt", words)}</g>'

    def _endings(self) -> Iterator[str]:
        endings = self._segment.endings
        yield _text(ENDINGS_X, 14, "s-h", self._words("ends"))
        y = float(TOP)
        for name, matters, bar, style in (
            ("solved", endings.solved, "s-done", "s-donet"),
            ("gave_up", endings.gave_up, "s-gone", "s-badt"),
            ("open", endings.open, "s-node", "s-t2"),
        ):
            height = matters / self._segment.matters * self._scale
            line = y + min(height / 2, 20) + 5
            words, share = self._words(name), self._share(matters)
            drawn = _box(bar, ENDINGS_X, y, NODE, max(height, 2), radius=2) + _text(ENDINGS_X + 20, line, "s-t", share)
            drawn += _text(ENDINGS_X + 56, line, style, words)
            said = self._words("ending", ending=words, matters=self._words.matters(matters), share=share)
            yield self._led(drawn, said, ending=name)
            y += max(height, MIN_ENDING) + GAP

    def _led(self, drawn: str, said: str, *, is_stop: bool = True, **filters: object) -> str:
        """What is drawn, which says itself in words, and leads to its matters in a page; by Tab too if it is a stop."""
        title = f"<title>{escape(said)}</title>"
        if self._link is None:
            return f"<g>{title}{drawn}</g>"
        address = escape(self._link(self._segment, **filters))
        stop = "" if is_stop else ' tabindex="-1"'
        return f'<a class="s-a" href="{address}"{stop}>{title}{drawn}</a>'

    def _icon(self, name: str, x: float, y: float, size: int) -> str:
        place = f'x="{x:.1f}" y="{y:.1f}" width="{size}" height="{size}"'
        href = f"{escape(self._sprite)}{name}"
        return f'<svg class="ic" {place} viewBox="0 0 24 24" aria-hidden="true"><use href="{href}"/></svg>'

    def _share(self, matters: int) -> str:
        return self._words.share(matters, self._segment.matters)


_SEEN = 0.8
"""Pixels from which a bar is drawn."""


def _text(x: float, y: float, style: str, words: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _box(style: str, x: float, y: float, width: float, height: float, *, radius: int = 0) -> str:
    round_ = f' rx="{radius}"' if radius else ""
    return f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{round_}/>'
