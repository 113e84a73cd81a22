"""The migrations that have landed, by their digests, and which former code runs on what they made.

A database remembers the digest of each migration, and a changed one is refused: so a migration that has landed never
changes again, and a line of `frozen.txt` neither. `python -m tests.upgrade.freeze` appends the line of a new one.
"""

import hashlib
from importlib.resources import files

from msgspec import Struct

FILE = "frozen.txt"


class FrozenMigration(Struct, frozen=True, kw_only=True):
    """One line: `oldest_code` is how many migrations code must know at least to run on what this one made.

    Its own number means that no code of before runs on it.
    """

    name: str
    digest: str
    oldest_code: int

    @property
    def number(self) -> int:
        """Its place among the migrations, from 1."""
        return int(self.name.partition("_")[0])


def frozen_migrations() -> dict[str, FrozenMigration]:
    """Every migration that has landed by its name, in order."""
    lines = (line.split() for line in files(__package__).joinpath(FILE).read_text("utf-8").splitlines())
    found = (
        FrozenMigration(name=line[0], digest=line[1], oldest_code=int(line[2]))
        for line in lines
        if line and line[0] != "#"
    )
    return {one.name: one for one in found}


def digest_of(text: str) -> str:
    """The SHA-256 of a migration's text in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
