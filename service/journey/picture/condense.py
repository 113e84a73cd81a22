"""Pure: touchpoints become marks; in a long journey, neighbours of one lane and phase are joined into one mark."""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from msgspec import Struct

from service.journey.model import Journey, JourneyFriction
from service.journey.picture.columns import Column
from service.model.vocabulary import Channel, Direction, InteractionKind

MOST_MARKS = 56
"""From here on neighbours are joined: more marks than these cannot be told apart on one screen."""
_WORST = {friction: rank for rank, friction in enumerate(JourneyFriction)}
_SIZE_COSTS = 0.15
"""A gap counts as that much longer for each contact of the two marks, so that no mark swallows all others."""


class Mark(Struct, kw_only=True):
    """The touchpoints from `first` to `last`, which one mark stands for."""

    first: int
    last: int
    column: int
    channel: Channel
    kind: InteractionKind
    inbound: bool
    mood: float | None
    frictions: tuple[JourneyFriction, ...]
    is_held: bool
    """A decision or a handoff stands here: it is never joined."""

    @property
    def count(self) -> int:
        """How many touchpoints the mark stands for."""
        return self.last - self.first + 1

    @property
    def worst(self) -> JourneyFriction | None:
        """The friction that the badge shows."""
        return max(self.frictions, key=_WORST.__getitem__, default=None)


def marks_of(journey: Journey, columns: Sequence[Column], limit: int = MOST_MARKS) -> list[Mark]:
    """The marks in the order of time, at most `limit` if the decisions and handoffs allow it.

    The closest in time are joined first: those of one lane, and only then those of different lanes. What is joined has
    the lane of the larger part, the lowest mood and all frictions.
    """
    marks = _single_marks(journey, columns)
    if len(marks) <= limit:
        return marks
    chain = _Chain(marks, [one.at.timestamp() for one in journey.touchpoints])
    for of_one_lane in (True, False):
        chain.join(limit, of_one_lane=of_one_lane)
    return chain.marks()


def _single_marks(journey: Journey, columns: Sequence[Column]) -> list[Mark]:
    column_of = [number for number, column in enumerate(columns) for _ in range(column.count)]
    held = {one.touchpoint for one in journey.handoffs} | {one.touchpoint for one in journey.decisions}
    return [
        Mark(
            first=place,
            last=place,
            column=column_of[place],
            channel=one.channel,
            kind=one.kind,
            inbound=one.direction is Direction.INBOUND,
            mood=one.mood,
            frictions=one.frictions,
            is_held=place in held,
        )
        for place, one in enumerate(journey.touchpoints)
    ]


class _Chain:
    """Marks as a linked list with a heap of the gaps between neighbours: n joins cost n log n.

    An entry of the heap is old if one of its marks has changed since; the counts of touchpoints tell.
    """

    def __init__(self, marks: list[Mark], times: list[float]) -> None:
        self._marks: list[Mark | None] = list(marks)
        self._times = times
        self._next = [*range(1, len(marks)), -1]
        self._before = [-1, *range(len(marks) - 1)]
        self._left = len(marks)

    def marks(self) -> list[Mark]:
        """Those that are left, in the order of time."""
        return [one for one in self._marks if one is not None]

    def join(self, limit: int, *, of_one_lane: bool) -> None:
        """Join the closest neighbours until `limit` marks are left, or none may be joined."""
        heap = [entry for at in range(len(self._marks)) for entry in self._entries(at, of_one_lane=of_one_lane)]
        heapify(heap)
        while heap and self._left > limit:
            _, at, count = heappop(heap)
            one, other = self._marks[at], self._marks[self._next[at]]
            if one is None or other is None or one.count + other.count != count:
                continue
            self._unite(at, one, other)
            for place in (self._before[at], at):
                for entry in self._entries(place, of_one_lane=of_one_lane):
                    heappush(heap, entry)

    def _entries(self, at: int, *, of_one_lane: bool) -> Iterable[tuple[float, int, int]]:
        """The gap between the mark at a place and the next one, if they may be joined."""
        one = self._marks[at] if at >= 0 else None
        other = self._marks[self._next[at]] if one is not None and self._next[at] >= 0 else None
        if one is None or other is None or one.column != other.column or one.is_held or other.is_held:
            return
        if one.channel is other.channel or not of_one_lane:
            count = one.count + other.count
            gap = self._times[other.first] - self._times[one.last]
            yield (gap + 1) * (1 + _SIZE_COSTS * count), at, count

    def _unite(self, at: int, one: Mark, other: Mark) -> None:
        gone = self._next[at]
        large = one if one.count >= other.count else other
        self._marks[at] = Mark(
            first=one.first,
            last=other.last,
            column=one.column,
            channel=large.channel,
            kind=large.kind,
            inbound=one.inbound or other.inbound,
            mood=min((mood for mood in (one.mood, other.mood) if mood is not None), default=None),
            frictions=one.frictions + other.frictions,
            is_held=False,
        )
        self._marks[gone] = None
        self._next[at] = self._next[gone]
        if self._next[gone] >= 0:
            self._before[self._next[gone]] = at
        self._left -= 1
