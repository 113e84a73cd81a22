"""Adds the lines of new migrations to frozen.txt: `python -m tests.upgrade.freeze [--oldest-code NUMBER]`.

`--oldest-code` is how many migrations code must know to run on the new one: say the number of the one before if the
former version goes on running while and after the new migration is applied (columns and tables that it does not miss).
Without it a way back leads through the backup alone. A line that is there is never written anew.
"""

import argparse
import re
import sys
from pathlib import Path

from service.db.migrate import list_migrations
from service.db.migrations import frozen
from service.db.migrations.frozen import digest_of, frozen_migrations

NO_ADDITION = {
    r"\bDROP (?!DEFAULT|NOT NULL)": "takes something away",
    r"\bRENAME\b": "renames",
    r"\b(?:ADD|ALTER) ATTRIBUTE\b": "changes a row type, which former code sends as it was",
    r"\bSET NOT NULL\b": "refuses rows that former code writes",
    r"\bADD COLUMN \w+ (?:(?!DEFAULT|,|;|GENERATED).)*\bNOT NULL\b(?:(?!DEFAULT|,|;|GENERATED).)*[,;]": "has a column that former code does not fill",
    r"\bADD (?:CONSTRAINT|CHECK|UNIQUE|FOREIGN|PRIMARY)\b": "refuses rows that former code writes",
    r"\bCREATE UNIQUE INDEX\b": "refuses rows that former code writes",
    r"\bADD VALUE\b": "has a word that former code does not know",
    r"\bALTER COLUMN \w+ (?:SET DATA )?TYPE\b": "changes a type",
    r"\bCREATE OR REPLACE\b": "changes what former code calls",
}
"""What a migration on which former code runs must not do, each with what is wrong with it."""

FILE = Path(frozen.__file__).with_name(frozen.FILE)


def findings(migrations: list[tuple[str, str]]) -> list[str]:
    """What is wrong with these (name, SQL) by the lines of frozen.txt: a sentence each that says what to do."""
    lines, present = frozen_migrations(), dict(migrations)
    found = [
        f"{name} has landed and was {'changed' if name in present else 'removed'} since: undo that, and write "
        f"{len(migrations) + 1:04}_….sql with what shall be different."
        for name, line in lines.items()
        if name not in present or digest_of(present[name]) != line.digest
    ]
    found += [
        f"{name} stands between migrations that have landed: give it the next number."
        for name in list(present)[: len(lines)]
        if name not in lines
    ]
    return found


def no_additions(text: str) -> list[str]:
    """Why former code may not run on what this SQL makes; tables of its own it may make as it likes."""
    own = set(re.findall(r"\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)", text))
    statements = re.sub(r"--.*", "", text).split(";")
    foreign = [" ".join(one.split()) + ";" for one in statements if not set(re.findall(r"\bON (\w+)", one)) & own]
    return [why for pattern, why in NO_ADDITION.items() if any(re.search(pattern, one) for one in foreign)]


def new_lines(migrations: list[tuple[str, str]], *, oldest_code: int | None = None) -> list[str]:
    """The lines of those that frozen.txt does not have yet."""
    lines = frozen_migrations()
    return [
        f"{name} {digest_of(text)} {oldest_code or number}\n"
        for number, (name, text) in enumerate(migrations, start=1)
        if name not in lines
    ]


def main() -> None:
    """Append the lines, or end with what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--oldest-code", type=int)
    wanted, migrations = parser.parse_args(), list_migrations()
    if wrong := findings(migrations):
        sys.exit("\n".join(wrong))
    with FILE.open("a", encoding="utf-8") as file:
        file.writelines(new_lines(migrations, oldest_code=wanted.oldest_code))


if __name__ == "__main__":
    main()
