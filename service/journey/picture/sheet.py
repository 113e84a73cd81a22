"""Pure: the picture as a sheet by itself: its sentence, the titles of the phases, the rows below and the legend."""

from collections.abc import Iterator, Sequence

from service.journey.model import JourneyFriction, JourneyNote, NoteKind
from service.journey.picture.drawing import Plan, draw
from service.journey.picture.icons import FRICTIONS as FRICTION_ICONS
from service.journey.picture.icons import icon
from service.journey.picture.labels import column_days, column_title, friction_words, numbers_of
from service.journey.picture.layout import LEFT
from service.journey.picture.rows import Cells, cells_of
from service.journey.picture.text import CHARACTER, cut, isolated, safe, wrap
from service.journey.picture.words import FRICTIONS, ROWS, TEXTS, PictureWords

HEAD, PHASES = 68, 52
"""Pixels: of the sentence with its numbers, and of the titles of the phases."""
_LINE, _EDGE, _MOST_LINES, _LEGEND_ROW = 16, 10, 6, 24
_QUOTES = ("“{}”", "„{}“")
_TITLE_SCALE = 2.0
"""How much wider the letters of the sentence are than those of the rows."""


def sheet(plan: Plan, words: PictureWords) -> tuple[float, str]:
    """The height of the sheet and its elements."""
    layout = plan.layout
    top = HEAD + PHASES + layout.height
    parts = [*_head(plan, words), f'<g transform="translate(0 {HEAD + PHASES})">']
    parts += [*draw(plan, words, selected=None, has_links=False), "</g>"]
    for name, style, columns in _rows(plan, words):
        head = wrap(name, LEFT - 26, 2)
        end = top + _LINE * max(map(len, [head, *columns])) + 18
        parts += [_level(top, layout.width), *_lines("j-name", 16, top, head)]
        for edge, lines in zip(layout.edges, columns, strict=False):
            parts += _lines(style, edge + _EDGE, top, lines)
        parts += [_upright(edge, top, end) for edge in layout.edges[1:-1]]
        top = end
    height, legend = _legend(plan, words, top)
    background = f'<rect class="j-sheet" width="{layout.width}" height="{height}"/>'
    return height, "".join([background, *parts, _level(top, layout.width), *legend])


def _lines(style: str, x: float, top: float, lines: Sequence[str]) -> Iterator[str]:
    """Lines of text in a cell."""
    for number, line in enumerate(lines):
        yield f'<text class="{style}" x="{x:.1f}" y="{top + 20 + _LINE * number:.1f}">{safe(line)}</text>'


def _level(y: float, width: float) -> str:
    return f'<line class="j-lane" x1="0" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _upright(x: float, top: float, end: float) -> str:
    return f'<line class="j-lane" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{end:.1f}"/>'


def _head(plan: Plan, words: PictureWords) -> Iterator[str]:
    layout = plan.layout
    title = cut(plan.journey.title, (layout.width - 32) / _TITLE_SCALE)
    yield f'<text class="j-title" x="16" y="32">{safe(title)}</text>'
    numbers = list(numbers_of(plan.journey, words))
    if plan.journey.touchpoints:
        first, last = plan.journey.touchpoints[0].at, plan.journey.touchpoints[-1].at
        numbers.insert(0, words.days(first, last))
    if layout.hidden_folds:
        numbers.append(words.text("hidden", layout.hidden_folds))
    yield f'<text class="j-quiet" x="16" y="54">{safe(" · ".join(numbers))}</text>'
    yield f'<rect class="j-head-bg" x="0" y="{HEAD}" width="{layout.width}" height="{PHASES}"/>'
    yield f'<text class="j-name" x="16" y="{HEAD + 21}">{words.text("phase")}</text>'
    for column, edge, end in zip(plan.columns, layout.edges, layout.edges[1:], strict=False):
        room, x = end - edge - 2 * _EDGE, edge + _EDGE
        title = cut(column_title(column, words), room / 1.1)
        yield f'<text class="j-phase" x="{x:.1f}" y="{HEAD + 22}">{safe(title)}</text>'
        days = column_days(plan.journey, column, words, room=room / 1.06)
        yield f'<text class="j-quiet" x="{x:.1f}" y="{HEAD + 40}">{safe(days)}</text>'
        if edge > LEFT:
            yield _upright(edge, HEAD, HEAD + PHASES)


def _rows(plan: Plan, words: PictureWords) -> Iterator[tuple[str, str, list[list[str]]]]:
    """Each row: its name, its style, and the lines of each column."""
    cells = [cells_of(plan.journey, column) for column in plan.columns]
    rooms = [end - edge - 2 * _EDGE for edge, end in zip(plan.layout.edges, plan.layout.edges[1:], strict=False)]
    for key, name in ROWS.items():
        texts = [_texts(key, one, words) for one in cells]
        lines = [
            [line for text in column for line in wrap(text, room, 3)][:_MOST_LINES]
            for column, room in zip(texts, rooms, strict=True)
        ]
        yield words.of(name), "j-quo" if key == "says" else "j-cell", lines


def _texts(row: str, cells: Cells, words: PictureWords) -> list[str]:
    if row == "says":
        return [words.of(_QUOTES).format(isolated(one)) for one in cells.says]
    if row == "friction":
        return [*friction_words(cells.frictions, words)] or [words.text("none")]
    notes: dict[str, tuple[JourneyNote, ...]] = {
        NoteKind.WANTS: cells.wants,
        NoteKind.OWNER: cells.owner,
        NoteKind.CHANGE: cells.change,
    }
    return [note_text(one, words) for one in notes[row]]


def note_text(note: JourneyNote, words: PictureWords) -> str:
    """The words of a note, with the one who acts on it and until when."""
    owner = words.text("open", isolated(note.owner)) if note.owner else ""
    due = words.text("by", words.date(note.due)) if note.due else ""
    return ". ".join(part for part in (isolated(note.text), ", ".join(filter(None, (owner, due)))) if part)


def _legend(plan: Plan, words: PictureWords, top: float) -> tuple[float, list[str]]:
    """The signs with their words, in as many lines as they need; the height of the sheet with them."""
    x, y = 16.0, top + 22
    parts = []
    for sign, width, text in legend_signs(plan, words):
        room = width + 8 + len(text) * CHARACTER + 20
        if x + room > plan.layout.width and x > _LINE:
            x, y = 16.0, y + _LEGEND_ROW
        parts.append(f'<g transform="translate({x:.1f} {y - 8:.1f})">{sign}</g>')
        parts.append(f'<text class="j-quiet" x="{x + width + 8:.1f}" y="{y + 4:.1f}">{safe(text)}</text>')
        x += room
    return y + 20, parts


def legend_signs(plan: Plan, words: PictureWords) -> Iterator[tuple[str, int, str]]:
    """Each sign that the picture has, its width, and what it means; signs are 16 pixels high."""
    journey = plan.journey
    yield '<g class="j-in"><circle cx="8" cy="8" r="7"/></g>', 16, words.text("came")
    yield '<g class="j-out"><circle cx="8" cy="8" r="6.5"/></g>', 16, words.text("turned")
    for no, name in (("", "handoff"), (" no", "handoff failed")):
        arrow = f'<path class="j-hand{no}" d="M1 8h22"/><path class="j-head{no}" d="M29 8l-7-4v8z"/>'
        yield arrow, 30, words.text(name)
    square = '<rect x="3" y="3" width="10" height="10" rx="2" transform="rotate(45 8 8)"/>'
    yield f'<g class="j-dec">{square}</g>', 16, words.text("decision")
    found = {friction for one in journey.touchpoints for friction in one.frictions}
    for friction in JourneyFriction:
        if friction in found:
            sign = f'<circle cx="8" cy="8" r="7.5"/>{icon(FRICTION_ICONS[friction], 3, 3, 10)}'
            yield f'<g class="j-b">{sign}</g>', 16, words.of(FRICTIONS[friction])
    if journey.waits:
        zigzag = '<path class="j-foldline" d="M4 0l-3 4 3 4-3 4 3 4M14 0l3 4-3 4 3 4-3 4"/>'
        yield zigzag, 18, words.of(TEXTS["folded"])
    if len(plan.marks) < len(journey.touchpoints):
        count = '<circle cx="8" cy="8" r="8"/><text class="j-cnt" x="8" y="12">2</text>'
        yield f'<g class="j-n j-in">{count}</g>', 16, words.text("joined")
