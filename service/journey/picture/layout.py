"""Pure: where everything stands: marks from left to right with folds between them, lanes from top to bottom."""

from collections.abc import Sequence

from msgspec import Struct

from service.journey.model import JourneyWait
from service.journey.picture.condense import Mark
from service.model.vocabulary import Channel

WIDTH, LEFT, RIGHT = 1374, 112, 24
"""Pixels: of the picture unless it needs more, of the names of the lanes, and right of the last mark."""
TOP, LANE, LONE_LANE, BEHIND, MOOD = 34, 36, 56, 64, 98
"""Pixels: of the decisions, of a lane, of one alone, of what happened behind the scenes, and of the mood."""
SMALLEST_COLUMN, _PADDING = 144, 6
RADIUS, LARGEST_RADIUS = 12.5, 17.0
_FOLD, _NARROW_FOLD = 28, 20
_MOST_FOLDS, _MOST_NARROW_FOLDS, _MANY_MARKS = 18, 9, 30
"""Of more waits the longest are drawn; between many marks there is less room."""
_APART, _HELD = 3.0, 26.0
"""Between two marks; and what a mark needs below which a step behind the scenes has its icon."""
LANES = (Channel.SOCIAL, Channel.WEB, Channel.CHATBOT, Channel.PHONE, Channel.EMAIL, Channel.STORE)


class Fold(Struct, frozen=True, kw_only=True):
    """A time without a contact, folded at `x`."""

    x: float
    width: float
    seconds: float


class Layout(Struct, frozen=True, kw_only=True):
    """The places: `xs` of the marks, `edges` of the columns from the first one's left to the last one's right."""

    width: int
    xs: tuple[float, ...]
    edges: tuple[float, ...]
    folds: tuple[Fold, ...]
    lanes: tuple[Channel, ...]
    hidden_folds: int
    """Waits that are shorter than all that are drawn, or lie within a mark."""

    @property
    def lane(self) -> int:
        """The height of a lane: one alone holds the length of a fold."""
        return LANE if len(self.lanes) > 1 else LONE_LANE

    @property
    def bottom(self) -> float:
        """Below the last lane."""
        return TOP + self.lane * len(self.lanes)

    @property
    def mood_top(self) -> float:
        """Where the mood begins."""
        return self.bottom + BEHIND

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.mood_top + MOOD

    def y(self, channel: Channel) -> float:
        """The middle of a lane."""
        return TOP + self.lane * (self.lanes.index(channel) + 0.5)


def radius_of(mark: Mark) -> float:
    """Of the circle of a mark: it grows with what it stands for."""
    return RADIUS if mark.count == 1 else min(10 + 1.4 * mark.count**0.5, LARGEST_RADIUS)


def lay_out(marks: Sequence[Mark], waits: Sequence[JourneyWait]) -> Layout:
    """The places of marks, which come in the order of their columns; at least WIDTH wide, more if they need it."""
    folds = _drawn_waits(marks, waits)
    fold_width = _FOLD if len(marks) <= _MANY_MARKS else _NARROW_FOLD
    slots = _smallest_slots(marks)
    needed = [left + right + fold_width * (number in folds) for number, (left, right) in enumerate(slots)]
    columns: list[list[int]] = [[] for _ in range(marks[-1].column + 1 if marks else 0)]
    for number, mark in enumerate(marks):
        columns[mark.column].append(number)
    widths = _column_widths([sum(needed[number] for number in column) for column in columns], [*map(len, columns)])
    xs: list[float] = []
    edges = [float(LEFT)]
    placed: list[Fold] = []
    for column, width in zip(columns, widths, strict=True):
        x = edges[-1] + _PADDING
        spare = (width - 2 * _PADDING - sum(needed[number] for number in column)) / len(column)
        for number in column:
            if number in folds:
                placed.append(Fold(x=x + fold_width / 2, width=fold_width - 10, seconds=folds[number]))
                x += fold_width
            left, right = slots[number]
            xs.append(round(x + left + spare / 2, 1))
            x += left + right + spare
        edges.append(round(edges[-1] + width, 1))
    return Layout(
        width=max(WIDTH, round(edges[-1] + RIGHT)),
        xs=tuple(xs),
        edges=tuple(edges),
        folds=tuple(placed),
        lanes=tuple(lane for lane in LANES if any(mark.channel is lane for mark in marks)),
        hidden_folds=len(waits) - len(placed),
    )


def _drawn_waits(marks: Sequence[Mark], waits: Sequence[JourneyWait]) -> dict[int, float]:
    """The seconds of the waits that are drawn, by the mark that ends each."""
    number_of = {mark.first: number for number, mark in enumerate(marks)}
    between = [(wait.seconds, number_of[wait.before]) for wait in waits if number_of.get(wait.before)]
    most = _MOST_FOLDS if len(marks) <= _MANY_MARKS else _MOST_NARROW_FOLDS
    return {number: seconds for seconds, number in sorted(between)[-most:]}


def _smallest_slots(marks: Sequence[Mark]) -> list[tuple[float, float]]:
    """The room left and right of the middle of each mark: its whole circle towards one of its lane, else half of it."""
    slots = []
    for before, mark, after in zip([None, *marks], marks, [*marks[1:], None], strict=False):
        least = _HELD / 2 if mark.is_held else 0.0
        sides = [
            max(radius_of(mark) * (1.0 if one is not None and one.channel is mark.channel else 0.5) + _APART / 2, least)
            for one in (before, after)
        ]
        slots.append((sides[0], sides[1]))
    return slots


def _column_widths(needed: Sequence[float], counts: Sequence[int]) -> list[float]:
    """The room is shared by the number of marks; narrow columns are raised, and the wide ones pay for it."""
    smallest = [max(width + 2 * _PADDING, SMALLEST_COLUMN) for width in needed]
    room = max(WIDTH - LEFT - RIGHT, sum(smallest))
    raised: set[int] = set()
    while True:
        free = [column for column in range(len(counts)) if column not in raised]
        rest = room - sum(smallest[column] for column in raised)
        total = sum(counts[column] for column in free) or 1
        short = {column for column in free if rest * counts[column] / total < smallest[column]}
        if not short:
            return [
                smallest[column] if column in raised else rest * counts[column] / total for column in range(len(counts))
            ]
        raised |= short


def middle_of(xs: Sequence[float], number: int) -> float:
    """Between a mark and the next one."""
    return (xs[number] + xs[min(number + 1, len(xs) - 1)]) / 2
