"""Rows as columns: the shape in which a statement takes many of them.

A statement that mostly reads for few takes them as `(SELECT $1::uuid[])`, which hides from the planner how many there
are: else it would plan anew each time, which takes longer than reading.
"""

from collections.abc import Iterable


def columns(rows: Iterable[tuple[object, ...]], width: int) -> list[list[object]]:
    """Rows as one list per column; `width` empty lists for no rows."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
