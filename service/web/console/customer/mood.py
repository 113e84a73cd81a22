"""The mood of the newest touchpoints as a small curve; pure."""

from collections.abc import Iterable

from msgspec import Struct

from service.context.content import RecentInteraction

WIDTH, HEIGHT, MARGIN = 128, 52, 6


class MoodCurve(Struct, frozen=True, kw_only=True):
    """The path of an SVG of WIDTH by HEIGHT, where a mood of 0 lies, and the last point."""

    path: str
    zero: float
    last: tuple[float, float]
    first_mood: float
    last_mood: float


def mood_curve(newest_first: Iterable[RecentInteraction]) -> MoodCurve | None:
    """The curve from the oldest mood to the newest; None with fewer than two."""
    moods = [one.mood for one in newest_first if one.mood is not None][::-1]
    if len(moods) < 2:  # noqa: PLR2004 (a line needs two points)
        return None
    step = (WIDTH - 2 * MARGIN) / (len(moods) - 1)
    points = [(round(MARGIN + step * place, 1), _height_of(mood)) for place, mood in enumerate(moods)]
    return MoodCurve(
        path="M" + "L".join(f"{x} {y}" for x, y in points),
        zero=_height_of(0),
        last=points[-1],
        first_mood=moods[0],
        last_mood=moods[-1],
    )


def _height_of(mood: float) -> float:
    return round(HEIGHT / 2 - mood * (HEIGHT / 2 - MARGIN), 1)
