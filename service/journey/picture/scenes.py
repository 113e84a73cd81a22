"""Pure: where the steps behind the scenes stand: handoffs in one row, promises in another, none over another."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from service.journey.model import HandoffEnd, Journey
from service.journey.picture import icons
from service.journey.picture.labels import WORKED, handoff_label, promise_label
from service.journey.picture.layout import LEFT, Layout, middle_of
from service.journey.picture.text import width_of
from service.journey.picture.words import PictureWords

ICON_WIDTH = 22.0
_BESIDE_WORDS, _APART, _FARTHEST = 32.0, 6.0, 190.0
"""Pixels: of the icon and the edges of a step, between two, and from its place in time to where it stands."""
_WIDER = {False: 1.0, True: 1.12}
"""Bold letters need more room."""


class Scene(Struct, kw_only=True):
    """A step: `shown` is its label, or nothing where there is no room for words."""

    mark: int
    label: str
    icon: str
    is_bad: bool
    middle: float
    end: HandoffEnd | None = None
    shown: str = ""
    x: float = 0.0
    width: float = ICON_WIDTH


def scenes_of(journey: Journey, mark_at: Sequence[int], layout: Layout, words: PictureWords) -> tuple[list[Scene], ...]:
    """The handoffs and the promises, placed; `mark_at` has the mark of each touchpoint."""
    handoffs = [
        Scene(
            mark=mark_at[one.touchpoint],
            label=_capital(handoff_label(one, words)),
            icon=icons.HANDOFFS[one.end],
            is_bad=one.end not in WORKED,
            middle=middle_of(layout.xs, mark_at[one.touchpoint]),
            end=one.end,
        )
        for one in journey.handoffs
    ]
    promises = [
        Scene(
            mark=mark_at[one.touchpoint],
            label=_capital(promise_label(one, words)),
            icon=icons.PROMISE_BROKEN if one.kept is False else icons.PROMISE,
            is_bad=one.kept is False,
            middle=middle_of(layout.xs, mark_at[one.touchpoint]),
        )
        for one in journey.promises
    ]
    return _placed(handoffs, layout.width), _placed(promises, layout.width)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _placed(scenes: list[Scene], width: float) -> list[Scene]:
    """With all words if there is room, else with those of what went wrong, else with icons alone."""
    for speaks in _SPEAKING:
        for one in scenes:
            one.shown = one.label if speaks(one) else ""
            one.width = width_of(one.label) * _WIDER[one.is_bad] + _BESIDE_WORDS if one.shown else ICON_WIDTH
        if _stand(scenes, width):
            break
    return scenes


def _stand(scenes: Sequence[Scene], width: float) -> bool:
    """Places the steps from left to right, then back from the right edge; whether each is near its time."""
    free = LEFT + 4.0
    for one in scenes:
        one.x = max(free, one.middle - one.width / 2)
        free = one.x + one.width + _APART
    free = width - 8.0
    for one in reversed(scenes):
        one.x = max(min(one.x, free - one.width), LEFT + 4.0)
        free = one.x - _APART
    is_near = all(one.x - _FARTHEST <= one.middle <= one.x + one.width + _FARTHEST for one in scenes)
    return is_near and free >= LEFT - 8


_SPEAKING: tuple[Callable[[Scene], bool], ...] = (lambda _: True, lambda one: one.is_bad, lambda _: False)
