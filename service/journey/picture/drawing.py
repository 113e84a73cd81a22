"""Pure: the picture between the titles of its phases and the rows below: lanes, marks, handoffs, scenes, mood."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from service.journey.model import HandoffEnd, Journey
from service.journey.picture.columns import Column, columns_of
from service.journey.picture.condense import Mark, marks_of
from service.journey.picture.icons import CHANNELS as CHANNEL_ICONS
from service.journey.picture.icons import FRICTIONS as FRICTION_ICONS
from service.journey.picture.icons import icon, mark_icon
from service.journey.picture.labels import decision_label, mark_label
from service.journey.picture.layout import LEFT, MOOD, TOP, Layout, lay_out, radius_of
from service.journey.picture.mood import Point, mood_path
from service.journey.picture.scenes import Scene, scenes_of
from service.journey.picture.text import cut, safe, width_of
from service.journey.picture.words import CHANNELS, PictureWords

_DIGIT = 7.0
"""Pixels of a digit of the touchpoints' numbers."""
_ZIGZAG, _ZIGZAG_STEP = 3, 7


class Plan(Struct, frozen=True, kw_only=True):
    """All that is to be drawn, in its places; `mark_at` has the number of the mark of each touchpoint."""

    journey: Journey
    columns: list[Column]
    marks: list[Mark]
    mark_at: list[int]
    layout: Layout


def plan_of(journey: Journey) -> Plan:
    """The plan of a journey."""
    columns = columns_of(journey)
    marks = marks_of(journey, columns)
    mark_at = [number for number, mark in enumerate(marks) for _ in range(mark.count)]
    return Plan(journey=journey, columns=columns, marks=marks, mark_at=mark_at, layout=lay_out(marks, journey.waits))


def draw(plan: Plan, words: PictureWords, *, selected: int | None, has_links: bool) -> Iterator[str]:
    """The elements from back to front; marks lead to their touchpoints if the picture `has_links`."""
    layout = plan.layout
    handoffs, promises = scenes_of(plan.journey, plan.mark_at, layout, words)
    yield from _lanes(layout, words)
    yield from _folds(layout, words)
    yield from _way(plan)
    for scene in handoffs:
        yield from _handoff(plan, scene)
    yield from _decisions(plan, words)
    for number, mark in enumerate(plan.marks):
        is_selected = selected is not None and mark.first <= selected <= mark.last
        label = safe(mark_label(plan.journey, mark, words))
        sign = "".join(_mark(mark, layout.xs[number], layout.y(mark.channel)))
        chosen = ' class="j-a sel"' if is_selected else ' class="j-a"'
        if has_links:
            at = mark.first + 1
            yield f'<a{chosen} href="?at={at}" data-at="{at}" aria-label="{label}"><title>{label}</title>{sign}</a>'
        else:
            yield f"<g{chosen}><title>{label}</title>{sign}</g>"
    yield from _behind(layout, words, (*((0, one) for one in handoffs), *((1, one) for one in promises)))
    yield from _mood(plan, words)


def _lanes(layout: Layout, words: PictureWords) -> Iterator[str]:
    for number, lane in enumerate(layout.lanes):
        y = layout.y(lane)
        if number % 2 == 0:
            top = TOP + layout.lane * number
            yield f'<rect class="j-lanebg" x="0" y="{top}" width="{layout.width}" height="{layout.lane}"/>'
        yield f'<g class="j-ic">{icon(CHANNEL_ICONS[lane], 16, y - 8, 16)}</g>'
        yield f'<text class="j-name" x="40" y="{y + 4:.1f}">{words.of(CHANNELS[lane])}</text>'
    for edge in layout.edges[1:-1]:
        yield f'<line class="j-lane" x1="{edge:.1f}" x2="{edge:.1f}" y1="0" y2="{layout.height}"/>'


def _folds(layout: Layout, words: PictureWords) -> Iterator[str]:
    """A strip over all lanes with torn edges, and the length of the time that it hides."""
    top, bottom = TOP, layout.bottom
    for fold in layout.folds:
        left = fold.x - fold.width / 2
        size = f'width="{fold.width}" height="{bottom - top}"'
        yield f'<rect class="j-fold" x="{left:.1f}" y="{top}" {size}/>'
        for edge in (left, left + fold.width):
            points = " ".join(
                f"{edge + (_ZIGZAG if step % 2 else -_ZIGZAG):.1f},{top + step * _ZIGZAG_STEP}"
                for step in range(int((bottom - top) / _ZIGZAG_STEP) + 1)
            )
            yield f'<polyline class="j-foldline" points="{points}"/>'
    for fold in layout.folds:
        turned = f'transform="translate({fold.x + 4:.1f} {(top + bottom) / 2:.1f}) rotate(-90)"'
        length = words.duration(fold.seconds)
        label = f"{words.text('folded')}: {length}"
        yield f'<g role="img" aria-label="{label}"><text class="j-foldt" {turned}>{length}</text></g>'


def _way(plan: Plan) -> Iterator[str]:
    places = [(x, plan.layout.y(mark.channel)) for x, mark in zip(plan.layout.xs, plan.marks, strict=True)]
    if places:
        x, y = places[0]
        pieces = [f"M{x:.1f} {y:.1f}"]
        for end, end_y in places[1:]:
            middle = (x + end) / 2
            pieces.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {end_y:.1f} {end:.1f} {end_y:.1f}")
            x, y = end, end_y
        yield f'<path class="j-path" d="{"".join(pieces)}"/>'


def _handoff(plan: Plan, scene: Scene) -> Iterator[str]:
    """An arrow from the mark over the line of visibility, and back to the next mark if the desk took it."""
    layout, marks = plan.layout, plan.marks
    x, y = layout.xs[scene.mark], layout.y(marks[scene.mark].channel)
    top = scene_top(layout, 0)
    no = " no" if scene.is_bad else ""
    to = min(max(x, scene.x + 10), scene.x + scene.width - 10)
    yield _curve(f"j-hand{no}", (x, y + 12), (to, top - 7))
    yield f'<path class="j-head{no}" d="M{to:.1f} {top - 1:.1f}l-4 -7h8z"/>'
    if scene.end is not HandoffEnd.TAKEN or scene.mark + 1 >= len(marks):
        return
    x, y = layout.xs[scene.mark + 1], layout.y(marks[scene.mark + 1].channel)
    back = min(max(x, scene.x + 24), max(scene.x + scene.width - 10, to + 8))
    low = y + radius_of(marks[scene.mark + 1])
    yield _curve("j-hand", (x, low + 7), (back, top))
    yield f'<path class="j-head" d="M{x:.1f} {low + 0.5:.1f}l-4 7h8z"/>'


def _curve(name: str, start: Point, end: Point) -> str:
    """A line that leaves downwards and arrives downwards."""
    (x, y), (to_x, to_y) = start, end
    bend = min(60.0, (to_y - y) / 2)
    bends = f"{x:.1f} {y + bend:.1f} {to_x:.1f} {to_y - bend:.1f}"
    return f'<path class="{name}" d="M{x:.1f} {y:.1f}C{bends} {to_x:.1f} {to_y:.1f}"/>'


def _decisions(plan: Plan, words: PictureWords) -> Iterator[str]:
    """Diamonds above the lanes; a label stands right of its diamond, else left of it, else it is cut."""
    layout, free = plan.layout, float(LEFT)
    places = [layout.xs[plan.mark_at[one.touchpoint]] for one in plan.journey.decisions]
    for x, follows, one in zip(places, [*places[1:], layout.width + 8.0], plan.journey.decisions, strict=False):
        label = decision_label(one, words)
        line = f'y1="26" y2="{layout.y(plan.marks[plan.mark_at[one.touchpoint]].channel) - 14:.1f}"'
        yield f'<line class="j-decl" x1="{x:.1f}" x2="{x:.1f}" {line}/>'
        turned = f'transform="rotate(45 {x:.1f} 16)"'
        square = f'<rect x="{x - 6:.1f}" y="10" width="12" height="12" rx="2" {turned}/>'
        told = safe(f"{words.text('decision')}: {label}")
        yield f'<g class="j-dec" role="img" aria-label="{told}"><title>{told}</title>{square}</g>'
        width, room, room_left = width_of(label) * 1.1, follows - x - 28, x - 13 - free
        free = x + 13
        if width <= room or room >= room_left:
            shown = cut(label, room / 1.1) if room > 3 * LEFT / 10 else ""
            yield f'<text class="j-dect" x="{x + 13:.1f}" y="20">{safe(shown)}</text>'
            free += min(width, max(room, 0))
        else:
            shown = cut(label, room_left / 1.1)
            yield f'<text class="j-dect" x="{x - 13:.1f}" y="20" text-anchor="end">{safe(shown)}</text>'


def _mark(mark: Mark, x: float, y: float) -> Iterator[str]:
    radius = radius_of(mark)
    inside = (
        icon(mark_icon(mark), x - 7.5, y - 7.5, 15)
        if mark.count == 1
        else f'<text class="j-cnt" x="{x:.1f}" y="{y + 4:.1f}">{mark.count}</text>'
    )
    filled = "j-in" if mark.inbound else "j-out"
    yield f'<g class="j-n {filled}"><circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>{inside}</g>'
    if mark.worst is not None:
        at_x, at_y = x + radius * 0.8, y - radius * 0.8
        sign = icon(FRICTION_ICONS[mark.worst], at_x - 5, at_y - 5, 10)
        if len(mark.frictions) > 1 and mark.count > 1:
            sign = f'<text class="j-bn" x="{at_x:.1f}" y="{at_y + 3.5:.1f}">{len(mark.frictions)}</text>'
        yield f'<g class="j-b"><circle cx="{at_x:.1f}" cy="{at_y:.1f}" r="7.5"/>{sign}</g>'
    yield f'<circle class="j-selr" cx="{x:.1f}" cy="{y:.1f}" r="{radius + 4.5:.1f}"/>'
    yield f'<circle class="j-hit" cx="{x:.1f}" cy="{y:.1f}" r="{radius + 4.5:.1f}"/>'


def scene_top(layout: Layout, row: int) -> float:
    """The upper edge of the steps of a row."""
    return layout.bottom + 13 + row * 26


def _behind(layout: Layout, words: PictureWords, scenes: Sequence[tuple[int, Scene]]) -> Iterator[str]:
    bottom = layout.bottom
    yield f'<line class="j-vis" x1="0" x2="{layout.width}" y1="{bottom + 6}" y2="{bottom + 6}"/>'
    yield f'<text class="j-name" x="16" y="{bottom + 31}">{words.text("behind")}</text>'
    yield f'<text class="j-name" x="16" y="{bottom + 46}">{words.text("the scenes")}</text>'
    for row, one in scenes:
        top = scene_top(layout, row)
        size = f'width="{one.width:.1f}" height="21" rx="5"'
        said = f'<text x="{one.x + 23:.1f}" y="{top + 14.5:.1f}">{safe(one.shown)}</text>' if one.shown else ""
        yield (
            f'<g class="j-int{" bad" if one.is_bad else ""}" role="img" aria-label="{safe(one.label)}">'
            f"<title>{safe(one.label)}</title>"
            f'<rect x="{one.x:.1f}" y="{top:.1f}" {size}/>{icon(one.icon, one.x + 5, top + 4, 13)}{said}</g>'
        )


def _mood(plan: Plan, words: PictureWords) -> Iterator[str]:
    layout = plan.layout
    top, width = layout.mood_top, layout.width
    zero, most = top + MOOD / 2, MOOD / 2 - 14
    yield f'<line class="j-lane" x1="0" x2="{width}" y1="{top}" y2="{top}"/>'
    yield from _numbers(plan, top + 12)
    points = [
        (x, zero - mark.mood * most) for x, mark in zip(layout.xs, plan.marks, strict=True) if mark.mood is not None
    ]
    if len(points) > 1:
        line = mood_path(points)
        area = f"{line}L{points[-1][0]:.1f} {zero}L{points[0][0]:.1f} {zero}Z"
        for name, y in (("pos", top), ("neg", zero)):
            yield f'<clipPath id="j-clip-{name}"><rect y="{y}" width="{width}" height="{MOOD / 2}"/></clipPath>'
            yield f'<path class="j-{name}" d="{area}" clip-path="url(#j-clip-{name})"/>'
        yield f'<line class="j-zero" x1="{LEFT}" x2="{width - 8}" y1="{zero}" y2="{zero}"/>'
        yield f'<path class="j-mood" d="{line}"/>'
    else:
        yield f'<line class="j-zero" x1="{LEFT}" x2="{width - 8}" y1="{zero}" y2="{zero}"/>'
    yield from (f'<circle class="j-pt" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    yield from _lowest(plan, words, zero, most)
    yield f'<text class="j-name" x="16" y="{zero + 4}">{words.text("mood")}</text>'
    for name, y in (("pleased", top + 20), ("upset", layout.height - 10)):
        yield f'<text class="j-axis" x="{LEFT - 6}" y="{y}" text-anchor="end">{words.text(name)}</text>'


def _numbers(plan: Plan, y: float) -> Iterator[str]:
    """The numbers of the touchpoints, where there is room for them."""
    free = 0.0
    for x, mark in zip(plan.layout.xs, plan.marks, strict=True):
        if x >= free:
            yield f'<text class="j-num" x="{x:.1f}" y="{y}">{mark.first + 1}</text>'
            free = x + _DIGIT * len(str(mark.last)) + _DIGIT


def _lowest(plan: Plan, words: PictureWords, zero: float, most: float) -> Iterator[str]:
    """The lowest point and when it was; a mood that never fell below zero has none."""
    lowest = plan.journey.totals.lowest
    mood = None if lowest is None else plan.journey.touchpoints[lowest].mood
    if lowest is None or mood is None or mood >= 0:
        return
    x, y = plan.layout.xs[plan.mark_at[lowest]], zero - mood * most
    label = words.text("lowest", words.moment(plan.journey.touchpoints[lowest].at))
    is_right = x - LEFT < width_of(label) * 1.2
    place = f'x="{x + (9 if is_right else -9):.1f}" y="{y + 11:.1f}" text-anchor="{"start" if is_right else "end"}"'
    yield f'<circle class="j-pt low" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    yield f'<g role="img" aria-label="{label}"><text class="j-lowt" {place}>{label}</text></g>'
