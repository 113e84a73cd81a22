"""Pure: the curve of the mood. It is monotone between its points, so that it shows no mood that was never there."""

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]


def mood_path(points: Sequence[Point]) -> str:
    """A path of SVG through points with growing x: cubic pieces whose ends carry harmonic means of the slopes.

    Fritsch, Butland: A Method for Constructing Local Monotone Piecewise Cubic Interpolants (1984).
    """
    if not points:
        return ""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    tangents = [*slopes[:1], *(_tangent(a, b) for a, b in pairwise(slopes)), *slopes[-1:]]
    pieces = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (a, b), (m, n) in zip(pairwise(points), pairwise(tangents), strict=True):
        third = (b[0] - a[0]) / 3
        first, second = (a[0] + third, a[1] + m * third), (b[0] - third, b[1] - n * third)
        pieces.append("C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, b)))
    return "".join(pieces)


def _tangent(slope: float, following: float) -> float:
    """The slope at a point between two pieces: level at a turn."""
    return 0.0 if slope * following <= 0 else 2 * slope * following / (slope + following)
