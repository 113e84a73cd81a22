"""One record of a file."""

from typing import NamedTuple


class FileRecord(NamedTuple):
    """One record of a file: its number from 1, its JSON (or its text if it has a problem), and where it begins."""

    number: int
    raw: bytes
    line: int
    """The line of the file in which it begins, from 1."""
    problem: str | None = None
    """Why it could not be read at all."""
