"""Named SQL statements from the `.sql` twin beside a module.

A file holds statements, each after a line `-- name: snake_case`; the comment lines under it say what it gives and what
$1, $2 are. Nothing is built from strings: a statement is sent as it stands in the file. One that takes many rows takes
them as columns; if it mostly reads for few it says `(SELECT $1::uuid[])`, which hides from the planner how many there
are: else it would plan anew each time, which takes longer than reading.
"""

import re
from collections.abc import Iterable
from importlib.resources import files

_NAME = re.compile(r"^-- name: ([a-z0-9_]+)\s*$", re.MULTILINE)


class Statements:
    """The statements of one `.sql` file as attributes: `SQL.append_interactions` is that statement's text."""

    def __init__(self, package: str, name: str) -> None:
        text = files(package).joinpath(f"{name}.sql").read_text("utf-8")
        parts = _NAME.split(text)
        self._texts: dict[str, str] = {
            str(name): str(body).strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)
        }

    def __getattr__(self, name: str) -> str:
        """The text of the statement of this name."""
        try:
            return self._texts[name]
        except KeyError:
            raise AttributeError(name) from None

    def names(self) -> list[str]:
        """The statements' names in the order of the file."""
        return list(self._texts)


def columns(rows: Iterable[tuple[object, ...]], width: int) -> list[list[object]]:
    """Rows as one list per column; `width` empty lists for no rows."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
